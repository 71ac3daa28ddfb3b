"""What history says of who solves which tickets, weighed so that a few tickets weigh little."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.documents import folded
from triage.routing.teams import Member

_SPEAKS_AFTER = 3  # tickets solved in a language, from which it counts as spoken
_PRIOR = 2.0  # tickets that everybody is taken to have solved: additive smoothing (Lidstone 1920)
_SKILLED = 8.0  # and that somebody with the skill is
_LESS_NEAR = 0.5  # of a ticket on the wider topic, or on another one under it
_DOUBTED = 5.0  # tickets after which half of the speed seen is believed
_MOST = math.log(1.5)  # speed moves the share by half at most: it is confounded with what was easy
_SHORTEST = 0.05  # hours


@dataclass(frozen=True, slots=True)
class Solved:
    """How many tickets on a topic, in a language, a person solved, and in how many hours by the median."""

    person: str
    topic: str
    language: str
    count: int
    median_hours: float


@dataclass(frozen=True, slots=True)
class Record:
    """A member's record on a topic: tickets solved, of how many by the team, and the weight it is given."""

    solved: int
    of: int
    weight: float


def by_member(history: Sequence[Solved], members: Sequence[Member]) -> dict[str, list[Solved]]:
    """Give what each member solved; what others did is left aside."""
    solved: dict[str, list[Solved]] = {member.name: [] for member in members}
    for row in history:
        if row.person in solved:
            solved[row.person].append(row)
    return solved


def records(
    members: Sequence[Member], topic: str, family: frozenset[str], solved: Mapping[str, Sequence[Solved]]
) -> dict[str, Record]:
    """Give each member's record; weights are smoothed shares of the team's solved tickets, moved by speed.

    Args:
        members: of one team.
        topic: the ticket's own, folded.
        family: the folded names of the wider topic and of the others under it, which count for less.
        solved: by the members' names.
    """
    own = {name: [row for row in rows if folded(row.topic) == topic] for name, rows in solved.items()}
    counts = {name: sum(row.count for row in rows) for name, rows in own.items()}
    smoothed = {
        member.name: counts[member.name]
        + _LESS_NEAR * sum(row.count for row in solved[member.name] if folded(row.topic) in family)
        + _given(member, topic, family)
        for member in members
    }
    all_counts, all_smoothed = sum(counts.values()), math.fsum(smoothed.values())
    everybody = _log_hours([row for rows in own.values() for row in rows])
    return {
        name: Record(counts[name], all_counts, smoothed[name] / all_smoothed * _speed(rows, everybody))
        for name, rows in own.items()
    }


def speaks(member: Member, language: str, solved: Sequence[Solved]) -> bool | None:
    """Say whether a member speaks a language; None where neither settings nor what they solved tells."""
    wanted = _spoken(language)
    if wanted in map(_spoken, member.languages):
        return True
    if sum(row.count for row in solved if _spoken(row.language) == wanted) >= _SPEAKS_AFTER:
        return True
    return False if member.languages else None


def _spoken(language: str) -> str:
    """Without the country: who speaks pt speaks pt-BR."""
    return folded(language).replace("_", "-").partition("-")[0]


def _given(member: Member, topic: str, family: frozenset[str]) -> float:
    skills = frozenset(map(folded, member.skills))
    return _SKILLED if topic in skills or skills & family else _PRIOR


def _speed(rows: Sequence[Solved], everybody: float | None) -> float:
    """Give how much faster than the team a member is, as a factor: the fewer tickets, the nearer to 1."""
    own = _log_hours(rows)
    if own is None or everybody is None:
        return 1.0
    count = sum(row.count for row in rows)
    believed = (everybody - own) * count / (count + _DOUBTED)
    return math.exp(max(-_MOST, min(_MOST, believed)))


def _log_hours(rows: Sequence[Solved]) -> float | None:
    timed = [row for row in rows if row.count > 0 and row.median_hours >= 0]
    if not timed:
        return None
    logs = math.fsum(row.count * math.log(max(row.median_hours, _SHORTEST)) for row in timed)
    return logs / sum(row.count for row in timed)
