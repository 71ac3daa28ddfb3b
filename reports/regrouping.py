"""Groups the tickets of each week that is over, one week after the other, as it would have been done each Sunday."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from reports.gathering import Gathered
from reports.grouping import Grounds
from reports.identity import Identities, identify
from reports.periods import shifted, span
from reports.store import Grouping
from reports.types import Week

_MOST = 2 / 3  # of an issue's tickets, which have to be together in a grouping from nothing

CAUGHT_UP = 26  # weeks that are gone through one by one; what is older comes in with the first of them


def moments(last: Grouping | None, first_ticket: datetime, now: datetime, zone: tzinfo) -> list[datetime]:
    """The ends of weeks, up to ``now``, at which tickets have still to be grouped, the oldest first."""
    begun = Week.of((last.at if last else first_ticket).astimezone(zone).date())
    ends = []
    week = max(begun, shifted(Week.of(now.astimezone(zone).date()), -CAUGHT_UP))
    while (end := span(week, zone)[1]) <= now:
        if last is None or end > last.at:
            ends.append(end)
        week = shifted(week, 1)
    return ends


def regrouped(
    known: Identities,
    gathered: Gathered,
    corrected: Mapping[str, str],
    at: datetime,
    told: Collection[str] = (),
) -> Identities:
    """Group members as of a moment, and give each group the issue that it carries on.

    What was grouped on few tickets is looked at again with all that came since: see `still_held`.

    Args:
        known: the issues up to now.
        gathered: all tickets that had come.
        corrected: issues that persons gave tickets elsewhere; one that names no living issue is passed over.
        at: the moment.
        told: issues that persons said something of, beside those with a title or tickets of theirs.
    """
    living = set(known.assigned.values())
    named = {key: known.current(issue) for key, issue in corrected.items() if known.current(issue) in living}
    held = replace(known, pinned={**known.pinned, **named})
    members = held.pin(gathered.members)
    grounds = Grounds(members, gathered.vectors)
    groups = grounds.groups().tolist()
    by_persons = {*told, *held.titles, *map(held.current, held.pinned.values())}
    start = still_held(held.assigned, [member.key for member in members], groups, by_persons)
    if start:
        groups = grounds.groups(start).tolist()
    return identify(members, groups, held, at, told)


def still_held(
    assigned: Mapping[str, str], keys: Sequence[str], afresh: Sequence[int], by_persons: Collection[str]
) -> dict[str, str]:
    """Give the known assignments that a grouping from nothing confirms, for the next one to start from.

    Of an issue most of whose tickets it puts together all are held; of another only those that it puts together.
    Issues that it puts together with one another become one. Issues that persons spoke of are held as they are.

    Args:
        assigned: the issue by key.
        keys: of what was grouped afresh.
        afresh: the group of each.
        by_persons: issues that persons spoke of.
    """
    sizes = Counter(afresh)
    places: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        if key in assigned:
            places[assigned[key]].append(place)
    alike: dict[int, list[tuple[bool, int, str]]] = defaultdict(list)
    held: dict[str, str] = {}
    for issue, own in sorted(places.items()):
        counted = Counter(afresh[place] for place in own)
        most = min(counted, key=lambda one: (-counted[one], one))
        together = sizes[most] > 1 and counted[most] >= _MOST * len(own)
        if together:
            alike[most].append((issue not in by_persons, -counted[most], issue))
        whole = together or issue in by_persons
        held |= {keys[place]: issue for place in own if whole or (sizes[most] > 1 and afresh[place] == most)}
    taken = {issue: min(issues)[2] for issues in alike.values() for free, _, issue in issues if free}
    return {key: taken.get(issue, issue) for key, issue in held.items()}


def week_ended(at: datetime, zone: tzinfo) -> Week:
    """The week whose last moment lies before ``at``."""
    return Week.of((at - timedelta(seconds=1)).astimezone(zone).date())
