from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from reports.exposure import Exposure
from reports.history import history_of
from reports.trends import TrendSetting
from reports.types import Issue, Week
from triage.types import Ticket

WEEK = Week(2026, 30)
MONDAY = WEEK.monday
LONG_AGO = Week(2025, 40)
USUAL = TrendSetting()


def moment(day, hour=9, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def day(offset):
    return MONDAY + timedelta(days=offset)


def ticket(id, created=0, **fields):
    """A ticket of so many days after the Monday of WEEK, 9 o'clock."""
    return Ticket(id=id, created_at=moment(day(created)), **fields)


def weekly(*counts, last=WEEK):
    """Counts by week, the last one of WEEK."""
    weeks = [Week.of(last.monday - timedelta(weeks=back)) for back in range(len(counts) - 1, -1, -1)]
    return {str(week): count for week, count in zip(weeks, counts, strict=True)}


def issue(id, *counts, state="steady", **fields):
    """An issue with counts by week; it was first seen the week before the first of them."""
    first = moment(MONDAY - timedelta(weeks=len(counts)))
    seen = [MONDAY - timedelta(weeks=back) for back, one in enumerate(reversed(counts)) if one]
    return Issue(
        id=id,
        title=id,
        state=state,
        tickets=tuple(f"{id}-{number}" for number in range(sum(counts))),
        first_seen=fields.pop("first_seen", first),
        last_seen=fields.pop("last_seen", moment(seen[0]) if seen else first),
        weekly=weekly(*counts),
        **fields,
    )


def accounts_exposure(weeks=60, accounts=100.0, until=date(2026, 12, 31)):
    return Exposure("accounts", {until - timedelta(days=back): accounts for back in range(weeks * 7)})


def history(issues, exposure=None, known_from=LONG_AGO):
    """The issues' weeks up to WEEK as reports lay them out."""
    weeks = max(USUAL.lookback, USUAL.compared)
    return history_of(issues, WEEK, exposure or accounts_exposure(), known_from, weeks, max(USUAL.windows))
