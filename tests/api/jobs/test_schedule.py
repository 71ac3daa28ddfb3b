"""When recurring jobs are due."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from api.jobs import Daily, Job, Schedule, Weekly
from api.jobs.errors import InvalidJob
from api.jobs.port import check_table
from api.jobs.schedule import due_time, latest_time

HELSINKI = "Europe/Helsinki"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "now", "expected"),
    [
        (timedelta(minutes=15), "2026-03-16T10:44:59", "2026-03-16T10:30:00"),
        (timedelta(minutes=15), "2026-03-16T10:45:00", "2026-03-16T10:45:00"),
        (Daily(time(6)), "2026-03-16T05:59:59", "2026-03-15T06:00:00"),
        (Daily(time(6)), "2026-03-16T06:00:00", "2026-03-16T06:00:00"),
        # Helsinki is two hours ahead of UTC in winter, three in summer (from 29 March 2026, 03:00).
        (Daily(time(6), HELSINKI), "2026-03-16T05:00:00", "2026-03-16T04:00:00"),
        (Daily(time(6), HELSINKI), "2026-03-30T05:00:00", "2026-03-30T03:00:00"),
        (Daily(time(0, 30), HELSINKI), "2026-03-15T23:00:00", "2026-03-15T22:30:00"),
        # 03:30 does not exist on the day the clocks go forward; it exists twice when they go back.
        (Daily(time(3, 30), HELSINKI), "2026-03-29T12:00:00", "2026-03-29T01:30:00"),
        (Daily(time(3, 30), HELSINKI), "2026-10-25T12:00:00", "2026-10-25T00:30:00"),
        # 16 March 2026 is a Monday.
        (Weekly(0, time(6), HELSINKI), "2026-03-16T03:59:59", "2026-03-09T04:00:00"),
        (Weekly(0, time(6), HELSINKI), "2026-03-16T04:00:00", "2026-03-16T04:00:00"),
        (Weekly(0, time(6), HELSINKI), "2026-03-22T23:00:00", "2026-03-16T04:00:00"),
        (Weekly(6, time(23), HELSINKI), "2026-03-16T00:00:00", "2026-03-15T21:00:00"),
    ],
)
def test_the_latest_time_is_told_by_the_local_clock(schedule: Schedule, now: str, expected: str) -> None:
    assert latest_time(schedule, at(now)) == at(expected)


def test_a_time_missed_by_less_than_a_day_is_made_up_for() -> None:
    weekly = Weekly(0, time(6))
    assert due_time(weekly, at("2026-03-17T06:00:00")) == at("2026-03-16T06:00:00")
    assert due_time(weekly, at("2026-03-17T06:00:01")) is None


@pytest.mark.parametrize(
    ("schedule", "fault"),
    [
        (timedelta(seconds=0.5), "every 0:00:00.500000 is not a whole number of seconds"),
        (Daily(time(6), "Europe/Tampere"), "there is no time zone 'Europe/Tampere'"),
        (Daily(time(6), "../etc/passwd"), "there is no time zone"),
        (Daily(time(6, tzinfo=UTC)), "has an offset of its own"),
        (Weekly(7, time(6)), "weekday 7 is not 0"),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused(schedule: Schedule, fault: str) -> None:
    with pytest.raises(InvalidJob) as caught:
        check_table({"report": Job(print, every=schedule)})
    assert fault in str(caught.value)
