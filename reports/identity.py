"""Keeps an issue's id from week to week, with the trail of its splits and merges and what persons decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kb.types import Fault
from reports.errors import InvalidIssueChange, IssueNotFound
from reports.types import Lineage, LineageKind, Member

_SPLIT_FROM = 2  # tickets that must leave together for a split to be told


@dataclass(frozen=True, slots=True)
class Identities:
    """Which issue each ticket belongs to, as of the last grouping.

    ``pinned`` are assignments by persons; ``merged`` tells by which issue an old one was taken up; ``titles``
    are those that persons gave; ``following`` is the number of the next new issue.
    """

    assigned: Mapping[str, str] = field(default_factory=dict)
    pinned: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    dismissed: frozenset[str] = frozenset()
    titles: Mapping[str, str] = field(default_factory=dict)
    lineage: Mapping[str, tuple[Lineage, ...]] = field(default_factory=dict)
    following: int = 1

    def current(self, issue_id: str) -> str:
        """Follow merges to the issue that lives on under this or another id."""
        while issue_id in self.merged:
            issue_id = self.merged[issue_id]
        return issue_id

    def tickets(self, issue_id: str) -> list[str]:
        """The keys of an issue's members, in order."""
        return sorted(key for key, issue in self.assigned.items() if issue == issue_id)

    def pin(self, members: Sequence[Member]) -> list[Member]:
        """Give members the issues that persons assigned them."""
        return [
            replace(member, issue_id=self.current(self.pinned[member.key]))
            if member.key in self.pinned
            else member
            for member in members
        ]


def identify(
    members: Sequence[Member],
    groups: Sequence[int],
    known: Identities,
    at: datetime,
    told: Collection[str] = (),
) -> Identities:
    """Match groups to known issues one to one, by what persons assigned and then by tickets in common.

    A ticket that is alone in its group has no issue, unless it had one by a person. A known issue of which
    nothing is left keeps its id and its trail. Tickets that are not among ``members`` keep their assignment.
    Of several issues whose tickets are in one group, one that persons gave a title or ``told`` something of goes on.
    """
    by_group: dict[int, list[Member]] = defaultdict(list)
    for member, number in zip(members, groups, strict=True):
        by_group[int(number)].append(member)
    kept = [group for group in by_group.values() if len(group) > 1 or group[0].issue_id]
    kept.sort(key=lambda group: min((member.created_at, member.key) for member in group))
    names = _matched(kept, known, {*told, *known.titles})
    following = known.following
    assigned = {
        key: issue for key, issue in known.assigned.items() if key not in {one.key for one in members}
    }
    fresh: set[str] = set()
    for place, group in enumerate(kept):
        if place not in names:
            names[place] = f"I-{following:04d}"
            fresh.add(names[place])
            following += 1
        assigned |= {member.key: names[place] for member in group}
    lineage, merged = _trail(kept, names, fresh, known, at)
    return replace(known, assigned=assigned, merged=merged, lineage=lineage, following=following)


def _matched(groups: Sequence[Sequence[Member]], known: Identities, told: Collection[str]) -> dict[int, str]:
    shared = []
    for place, group in enumerate(groups):
        pins = Counter(member.issue_id for member in group if member.issue_id)
        before = Counter(filter(None, (known.assigned.get(member.key) for member in group)))
        for issue in pins.keys() | before.keys():
            shared.append((-pins[issue], issue not in told, -before[issue], issue, place))
    names: dict[int, str] = {}
    taken: set[str] = set()
    for *_, issue, place in sorted(shared):
        if place not in names and issue not in taken:
            names[place] = issue
            taken.add(issue)
    return names


def _trail(
    groups: Sequence[Sequence[Member]],
    names: Mapping[int, str],
    fresh: Collection[str],
    known: Identities,
    at: datetime,
) -> tuple[dict[str, tuple[Lineage, ...]], dict[str, str]]:
    """Tell of births, splits and merges, on both sides."""
    steps: dict[str, list[Lineage]] = {issue: list(past) for issue, past in known.lineage.items()}
    merged = dict(known.merged)
    living = set(names.values())
    for place, group in enumerate(groups):
        name = names[place]
        origins = Counter(filter(None, (known.assigned.get(member.key) for member in group)))
        parents = sorted(i for i, n in origins.items() if i != name and i in living and n >= _SPLIT_FROM)
        absorbed = sorted(i for i in origins if i != name and i not in living and i not in merged)
        if name in fresh:
            _add(steps, name, "split" if parents else "born", at, parents)
            for parent in parents:
                _add(steps, parent, "split", at, [name])
        for other in absorbed:
            if _goes_to(other, groups, known) == place:
                merged[other] = name
                _add(steps, name, "merged", at, [other])
                _add(steps, other, "merged", at, [name])
    return {issue: tuple(past) for issue, past in steps.items()}, merged


def _goes_to(issue: str, groups: Sequence[Sequence[Member]], known: Identities) -> int:
    counts = [sum(known.assigned.get(member.key) == issue for member in group) for group in groups]
    return max(range(len(groups)), key=lambda place: (counts[place], -place))


def _add(
    steps: dict[str, list[Lineage]],
    issue: str,
    kind: LineageKind,
    at: datetime,
    others: Sequence[str] = (),
    by: str = "",
) -> None:
    steps.setdefault(issue, []).append(Lineage(kind, at, tuple(others), by))


def merge(known: Identities, kept: str, other: str, by: str, at: datetime) -> Identities:
    """Let one issue take up another for good.

    Raises:
        IssueNotFound: there is no such issue.
        InvalidIssueChange: they are the same.
    """
    _check(known, kept, other)
    if kept == other:
        raise InvalidIssueChange((Fault("other", "an issue cannot be merged with itself"),))
    keys = known.tickets(kept) + known.tickets(other)
    steps = _steps(known)
    _add(steps, kept, "merged", at, [other], by)
    _add(steps, other, "merged", at, [kept], by)
    moved = replace(_assigned(known, keys, kept), merged={**known.merged, other: kept})
    return replace(moved, lineage=_frozen(steps))


def split(
    known: Identities, issue: str, keys: Collection[str], by: str, at: datetime
) -> tuple[Identities, str]:
    """Make some of an issue's tickets an issue of their own; the rest stays, and the two are held apart.

    Returns:
        the identities and the new issue's id.

    Raises:
        IssueNotFound: there is no such issue.
        InvalidIssueChange: tickets do not belong to it, or none or all of them are named.
    """
    _check(known, issue)
    own = set(known.tickets(issue))
    faults = [Fault(key, f"it does not belong to {issue}") for key in sorted(set(keys) - own)]
    if not keys or own <= set(keys):
        faults.append(Fault("tickets", "name some of the issue's tickets, and leave some"))
    if faults:
        raise InvalidIssueChange(tuple(faults))
    name = f"I-{known.following:04d}"
    steps = _steps(known)
    _add(steps, name, "split", at, [issue], by)
    _add(steps, issue, "split", at, [name], by)
    parted = _assigned(_assigned(known, sorted(own - set(keys)), issue), sorted(keys), name)
    return replace(parted, following=known.following + 1, lineage=_frozen(steps)), name


def move(known: Identities, key: str, issue: str, by: str, at: datetime) -> Identities:
    """Assign a ticket to an issue for good.

    Raises:
        IssueNotFound: there is no such issue.
    """
    _check(known, issue)
    steps = _steps(known)
    before = known.assigned.get(key, "")
    _add(steps, issue, "moved", at, [before] if before else [], by)
    return replace(_assigned(known, [key], issue), lineage=_frozen(steps))


def rename(known: Identities, issue: str, title: str, by: str, at: datetime) -> Identities:
    """Give an issue a title that the machine leaves alone.

    Raises:
        IssueNotFound: there is no such issue.
        InvalidIssueChange: the title is empty.
    """
    _check(known, issue)
    if not title.strip():
        raise InvalidIssueChange((Fault("title", "it is empty"),))
    steps = _steps(known)
    _add(steps, issue, "renamed", at, (), by)
    return replace(known, titles={**known.titles, issue: title.strip()}, lineage=_frozen(steps))


def dismiss(known: Identities, issue: str, by: str, at: datetime) -> Identities:
    """Say that this is not an issue: it keeps gathering its tickets, and is not reported again.

    Raises:
        IssueNotFound: there is no such issue.
    """
    _check(known, issue)
    steps = _steps(known)
    _add(steps, issue, "dismissed", at, (), by)
    held = _assigned(known, known.tickets(issue), issue)
    return replace(held, dismissed=known.dismissed | {issue}, lineage=_frozen(steps))


def _check(known: Identities, *issues: str) -> None:
    living = set(known.assigned.values())
    for issue in issues:
        if issue not in living:
            raise IssueNotFound(issue)


def _assigned(known: Identities, keys: Sequence[str], issue: str) -> Identities:
    named = dict.fromkeys(keys, issue)
    return replace(known, assigned={**known.assigned, **named}, pinned={**known.pinned, **named})


def _steps(known: Identities) -> dict[str, list[Lineage]]:
    return {issue: list(past) for issue, past in known.lineage.items()}


def _frozen(steps: Mapping[str, list[Lineage]]) -> dict[str, tuple[Lineage, ...]]:
    return {issue: tuple(past) for issue, past in steps.items()}
