"""When a recurring job is due: the same times for every worker, so that one of them can claim each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# A time that passed while no worker ran is made up for within a day; later it would only surprise.
LATEST_START = timedelta(days=1)
_DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Daily:
    """Each day at a local time of the zone (IANA name), whatever its clock changes."""

    at: time
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Weekly:
    """Each week on one day (Monday is 0) at a local time of the zone (IANA name)."""

    weekday: int
    at: time
    zone: str = "UTC"


# A timedelta is a whole number of seconds, counted from 1970-01-01 UTC.
Schedule = timedelta | Daily | Weekly


def latest_time(schedule: Schedule, now: datetime) -> datetime:
    """The last time at or before ``now`` at which the schedule is due, in UTC."""
    if isinstance(schedule, timedelta):
        seconds = int(schedule.total_seconds())
        return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
    day = now.astimezone(ZoneInfo(schedule.zone)).date()
    while not _falls_on(schedule, day) or _moment(schedule, day) > now:
        day -= timedelta(days=1)
    return _moment(schedule, day)


def due_time(schedule: Schedule, now: datetime) -> datetime | None:
    """The time that should have been started by ``now``; None where the last one is over a day ago."""
    latest = latest_time(schedule, now)
    return latest if now - latest <= LATEST_START else None


def schedule_faults(schedule: Schedule) -> tuple[str, ...]:
    """What is wrong with a schedule; empty where nothing is."""
    if isinstance(schedule, timedelta):
        whole = schedule >= timedelta(seconds=1) and schedule % timedelta(seconds=1) == timedelta(0)
        return () if whole else (f"every {schedule} is not a whole number of seconds, at least one",)
    faults = []
    if not _is_zone(schedule.zone):
        faults.append(f"there is no time zone {schedule.zone!r}")
    if schedule.at.tzinfo is not None:
        faults.append(f"the time {schedule.at} has an offset of its own; give the zone's local time")
    if isinstance(schedule, Weekly) and schedule.weekday not in range(_DAYS_A_WEEK):
        faults.append(f"weekday {schedule.weekday} is not 0 (Monday) to 6 (Sunday)")
    return tuple(faults)


def _falls_on(schedule: Daily | Weekly, day: date) -> bool:
    return isinstance(schedule, Daily) or day.weekday() == schedule.weekday


def _moment(schedule: Daily | Weekly, day: date) -> datetime:
    return datetime.combine(day, schedule.at, ZoneInfo(schedule.zone)).astimezone(UTC)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
