from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from reports.periods import days_of, local_day, shifted, span, weeks_until, within
from reports.types import Week


def test_weeks_go_on_over_the_end_of_a_year():
    assert shifted(Week(2026, 53), 1) == Week(2027, 1)
    assert weeks_until(Week(2027, 1), 3) == (Week(2026, 52), Week(2026, 53), Week(2027, 1))


def test_a_week_is_monday_to_sunday():
    assert (days_of(Week(2026, 12))[0], days_of(Week(2026, 12))[-1]) == (date(2026, 3, 16), date(2026, 3, 22))


def test_the_week_of_the_clock_change_has_an_hour_less():
    begin, end = span(Week(2026, 13), ZoneInfo("Europe/Berlin"))
    assert end.astimezone(UTC) - begin.astimezone(UTC) == (end - begin).__class__(hours=167)


def test_the_end_of_a_time_is_not_in_it():
    begin, end = span(Week(2026, 12), UTC)
    assert (within(begin, begin, end), within(end, begin, end), within(None, begin, end)) == (
        True,
        False,
        False,
    )


def test_a_day_is_the_teams():
    late = datetime(2026, 3, 16, 23, 30, tzinfo=UTC)
    assert local_day(late, ZoneInfo("Europe/Berlin")) == date(2026, 3, 17)
