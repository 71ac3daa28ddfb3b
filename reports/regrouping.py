"""Groups the tickets of each week that is over, one week after the other, as it would have been done each Sunday."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from reports.gathering import Gathered
from reports.grouping import group
from reports.identity import Identities, identify
from reports.periods import shifted, span
from reports.store import Grouping
from reports.types import Week

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
    known: Identities, gathered: Gathered, corrected: Mapping[str, str], at: datetime
) -> Identities:
    """Group members as of a moment, and give each group the issue that it carries on.

    ``corrected`` are issues that persons gave tickets elsewhere; one that names no living issue is passed over.
    """
    living = set(known.assigned.values())
    named = {key: known.current(issue) for key, issue in corrected.items() if known.current(issue) in living}
    held = replace(known, pinned={**known.pinned, **named})
    members = held.pin(gathered.members)
    groups = group(members, gathered.vectors, held.assigned)
    return identify(members, groups.tolist(), held, at)


def week_ended(at: datetime, zone: tzinfo) -> Week:
    """The week whose last moment lies before ``at``."""
    return Week.of((at - timedelta(seconds=1)).astimezone(zone).date())
