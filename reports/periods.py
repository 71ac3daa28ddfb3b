"""Weeks and days of a team's own zone: where they begin and end, and which comes after which."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from reports.types import Week


def shifted(week: Week, weeks: int) -> Week:
    """The week that comes ``weeks`` later, or earlier where it is below zero."""
    return Week.of(week.monday + timedelta(weeks=weeks))


def weeks_until(last: Week, count: int) -> tuple[Week, ...]:
    """``count`` weeks in order, of which ``last`` is the last."""
    return tuple(shifted(last, back) for back in range(1 - count, 1))


def days_of(week: Week) -> tuple[date, ...]:
    """Monday to Sunday."""
    return tuple(week.monday + timedelta(days=day) for day in range(7))


def span(week: Week, zone: tzinfo) -> tuple[datetime, datetime]:
    """The moments at which a week begins (included) and ends (excluded) in a zone."""
    begin, end = week.monday, shifted(week, 1).monday
    return datetime.combine(begin, time(0), zone), datetime.combine(end, time(0), zone)


def within(moment: datetime | None, begin: datetime, end: datetime) -> bool:
    """Whether a moment is known and lies in the time from ``begin`` up to ``end``, which is excluded."""
    return moment is not None and begin <= moment < end


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The day a zoned moment falls on in a zone."""
    return moment.astimezone(zone).date()
