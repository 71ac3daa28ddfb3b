"""Business hours of a week in a zone, less holidays. Business time is counted in minutes that really pass."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationInfo

from triage.clocks.holidays import is_holiday, known_country, known_region
from triage.documents import Day, ZoneName

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_CLOSED_FOR_GOOD = 400  # days in a row without an open minute, after which none is looked for
_HOURS = re.compile(r"(\d\d:\d\d)\s*-\s*(\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Hours of one day by the clock on the wall; ``closes`` at 00:00 is the midnight that ends the day."""

    opens: time
    closes: time


def _hours_from_text(given: object) -> object:
    if not isinstance(given, str):
        raise ValueError("give hours such as 09:00-17:30")
    matched = _HOURS.fullmatch(given.strip())
    if matched is None:
        raise ValueError(f"{given!r} are no hours; give them such as 09:00-17:30")
    try:
        opens = time.fromisoformat(matched[1])
        closes = time(0) if matched[2] == "24:00" else time.fromisoformat(matched[2])
    except ValueError:
        raise ValueError(f"{given!r} has no time of day; the last is 24:00") from None
    if matched[2] != "24:00" and closes <= opens:
        raise ValueError(f"{given!r} closes before it opens; split a night at 24:00 over two days")
    return OpenHours(opens, closes)


def _hours_as_text(hours: OpenHours) -> str:
    return f"{hours.opens:%H:%M}-{'24:00' if hours.closes == time(0) else format(hours.closes, '%H:%M')}"


def _apart(of_day: tuple[OpenHours, ...]) -> tuple[OpenHours, ...]:
    ordered = sorted(of_day, key=lambda hours: hours.opens)
    for earlier, later in itertools.pairwise(ordered):
        if earlier.closes == time(0) or later.opens < earlier.closes:
            raise ValueError(f"{_hours_as_text(earlier)} and {_hours_as_text(later)} overlap")
    return tuple(ordered)


def _ever_open(hours: Mapping[Weekday, tuple[OpenHours, ...]]) -> Mapping[Weekday, tuple[OpenHours, ...]]:
    if not any(hours.values()):
        raise ValueError("no day of the week is open; give hours for one day at least")
    return hours


def _region(code: str, given: ValidationInfo) -> str:
    # A country that is faulty itself is missing here, and then nothing can be said of its regions.
    return known_region(given.data["country"], code) if "country" in given.data else code


_HoursText = Annotated[OpenHours, BeforeValidator(_hours_from_text), PlainSerializer(_hours_as_text)]
_HoursOfDay = Annotated[tuple[_HoursText, ...], AfterValidator(_apart)]
_OFFICE = (OpenHours(time(9), time(17)),)


def _office_week() -> Mapping[Weekday, tuple[OpenHours, ...]]:
    return dict.fromkeys(WEEKDAYS[:5], _OFFICE)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """When people work. A weekday without hours is closed; 09:00 to 17:00 Monday to Friday where nothing is said.

    ``country`` (ISO 3166 code, ``""`` for none) and ``region`` say whose public holidays are closed;
    ``closed_on`` are further days off, and ``open_on`` days are worked in spite of a holiday.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    zone: ZoneName = "UTC"
    hours: Annotated[Mapping[Weekday, _HoursOfDay], AfterValidator(_ever_open)] = field(
        default_factory=_office_week
    )
    country: Annotated[str, Field(max_length=10), AfterValidator(known_country)] = ""
    region: Annotated[str, Field(max_length=100), AfterValidator(_region)] = ""
    closed_on: tuple[Day, ...] = ()
    open_on: tuple[Day, ...] = ()


def business_minutes_between(start: datetime, end: datetime, calendar: BusinessCalendar) -> float:
    """Count the open minutes from ``start`` to ``end``, both zoned; below zero where ``end`` is the earlier.

    Minutes are those that really pass: a night shift over a change of the clock has an hour more, or less.
    """
    if _utc(end) < _utc(start):
        return -business_minutes_between(end, start, calendar)
    begin, until = _utc(start), _utc(end)
    passed = timedelta()
    for opens, closes in _shifts(calendar, begin):
        if opens >= until:
            break
        passed += max(timedelta(), min(closes, until) - max(opens, begin))
    return passed / timedelta(minutes=1)


def after_business_minutes(start: datetime, minutes: float, calendar: BusinessCalendar) -> datetime | None:
    """Give the moment (UTC) when so many open minutes have passed since ``start``; None if it never opens."""
    begin, left = _utc(start), timedelta(minutes=minutes)
    for opens, closes in _shifts(calendar, begin):
        from_here = max(opens, begin)
        if closes > from_here and closes - from_here >= left:
            return from_here + left
        left -= max(timedelta(), closes - from_here)
    return None


def is_open(moment: datetime, calendar: BusinessCalendar) -> bool:
    """Say whether people are at work at a moment."""
    instant = _utc(moment)
    opens, closes = next(_shifts(calendar, instant), (instant, instant))
    return opens <= instant < closes


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; give a zoned moment")
    return moment.astimezone(UTC)


def _shifts(calendar: BusinessCalendar, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give open spans that end after ``since`` in UTC, in order, none overlapping."""
    zone = ZoneInfo(calendar.zone)
    reached: datetime | None = None
    for day in _open_days(calendar, since.astimezone(zone).date()):
        for hours in calendar.hours.get(WEEKDAYS[day.weekday()], ()):
            ends_on = day + timedelta(days=1) if hours.closes == time(0) else day
            opens = datetime.combine(day, hours.opens, zone).astimezone(UTC)
            closes = datetime.combine(ends_on, hours.closes, zone).astimezone(UTC)
            # Hours that the clock skips would else reach into the next ones.
            opens = opens if reached is None else max(opens, reached)
            if closes > max(opens, since):
                reached = closes
                yield opens, closes


def _open_days(calendar: BusinessCalendar, first: date) -> Iterator[date]:
    closed_on, open_on = frozenset(calendar.closed_on), frozenset(calendar.open_on)
    day, closed = first, 0
    while closed < _CLOSED_FOR_GOOD and day.year < date.max.year:
        holiday = day in closed_on or is_holiday(day, calendar.country, calendar.region)
        if calendar.hours.get(WEEKDAYS[day.weekday()]) and (day in open_on or not holiday):
            closed = 0
            yield day
        else:
            closed += 1
        day += timedelta(days=1)
