"""The choice itself: first the team, then the member, with a sentence that says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from triage.clocks import is_open
from triage.documents import folded
from triage.routing.evidence import Record, Solved, by_member, records, speaks
from triage.routing.teams import Member, Team, is_away
from triage.types import Assignment, Urgency

_NOTHING: Mapping[str, str] = MappingProxyType({})
_CANNOT_WAIT = ("high", "urgent")


@dataclass(frozen=True, slots=True)
class _Candidate:
    member: Member
    speaks: bool | None
    at_work: bool
    record: Record
    open_tickets: int


def assign(
    topic: str,
    urgency: Urgency,
    language: str,
    channel: str,
    teams: Sequence[Team],
    history: Sequence[Solved],
    load: Mapping[str, int],
    now: datetime,
    *,
    parents: Mapping[str, str] = _NOTHING,
) -> Assignment:
    """Suggest who takes a ticket; the same arguments in any order give the same answer.

    The team is the one that has the topic, else the wider topic, else the one without topics; of several, one
    with room, and rather one for the channel. Of its members those away or at capacity are left out. Then count,
    in this order: the language (spoken, not known, not spoken); for high and urgent tickets, being at work now;
    the record on the topic; the fewest open tickets; the name. Topic, language and channel may be ``""``.

    ``load`` has the open tickets by person, of all teams together, and who is missing has none; ``parents`` the
    wider topic of each topic that has one.

    Raises:
        ValueError: ``now`` has no zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"{now.isoformat()} has no time zone; give a zoned moment")
    taking, because = _teams_for(topic, parents, teams)
    if not taking:
        return Assignment(why=because)
    free = {team.name: _free(team, load, now) for team in taking}
    team = min(
        taking, key=lambda one: (not free[one.name], folded(channel) not in _folded(one.channels), one.name)
    )
    if not free[team.name]:
        return Assignment(team=team.name, why=f"{because} {_no_room(team, now)}")
    solved = by_member(history, team.members)
    on_record = records(team.members, folded(topic), _family(topic, parents), solved)
    candidates = [
        _Candidate(
            member,
            speaks(member, language, solved[member.name]) if language else None,
            urgency not in _CANNOT_WAIT or _is_at_work(member, now),
            on_record[member.name],
            load.get(member.name, 0),
        )
        for member in free[team.name]
    ]
    best = min(candidates, key=_rank)
    return Assignment(team.name, best.member.name, f"{because} {_why(best, topic, language)}")


def _teams_for(topic: str, parents: Mapping[str, str], teams: Sequence[Team]) -> tuple[list[Team], str]:
    wider = _parent(topic, parents)
    for name in (topic, wider):
        taking = [team for team in teams if name and folded(name) in _folded(team.topics)]
        if taking:
            return taking, f"The topic {name!r} belongs to {_listed(taking)}."
    rest = [team for team in teams if not team.topics]
    because = f"No team has the topic {topic!r}" if topic else "The ticket has no topic"
    if rest:
        return rest, f"{because}; the rest goes to {_listed(rest)}."
    return [], f"{because}, and no team takes the rest."


def _listed(teams: Sequence[Team]) -> str:
    return " and ".join(sorted(team.name for team in teams))


def _folded(names: Sequence[str]) -> frozenset[str]:
    return frozenset(map(folded, names))


def _parent(topic: str, parents: Mapping[str, str]) -> str:
    return next((parent for child, parent in sorted(parents.items()) if folded(child) == folded(topic)), "")


def _family(topic: str, parents: Mapping[str, str]) -> frozenset[str]:
    wider = folded(_parent(topic, parents) or topic)
    under = {folded(child) for child, parent in parents.items() if folded(parent) == wider}
    return frozenset(under | {wider}) - {folded(topic), ""}


def _free(team: Team, load: Mapping[str, int], now: datetime) -> list[Member]:
    return [
        member
        for member in team.members
        if load.get(member.name, 0) < member.capacity and not is_away(member, team, now)
    ]


def _is_at_work(member: Member, now: datetime) -> bool:
    return member.working_hours is None or is_open(now, member.working_hours)


def _no_room(team: Team, now: datetime) -> str:
    if not team.members:
        return "It has no members."
    away = sum(is_away(member, team, now) for member in team.members)
    return f"Nobody there has room: {away} away, {len(team.members) - away} with as many open tickets as allowed."


def _rank(one: _Candidate) -> tuple[int, bool, float, int, str]:
    spoken = {True: 0, None: 1, False: 2}[one.speaks]
    # In whole hundredths: between records that near to each other, the load decides.
    return spoken, not one.at_work, -round(one.record.weight, 2), one.open_tickets, one.member.name


def _why(best: _Candidate, topic: str, language: str) -> str:
    record, member = best.record, best.member
    facts = [f"has {best.open_tickets} of at most {member.capacity} tickets open"]
    if best.speaks is not None:
        facts.insert(0, f"{'speaks' if best.speaks else 'is free, though not known to speak'} {language}")
    if record.solved:
        facts.insert(0, f"solved {record.solved} of the team's {record.of} tickets on {topic!r}")
    elif folded(topic) in _folded(member.skills):
        facts.insert(0, f"has the skill {topic!r}")
    if not best.at_work:
        facts.append("is not at work now")
    return f"{member.name} {', '.join(facts[:-1])}{' and ' if facts[:-1] else ''}{facts[-1]}."
