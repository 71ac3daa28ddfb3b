from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from triage.clocks import (
    WEEKDAYS,
    BusinessCalendar,
    OpenHours,
    after_business_minutes,
    business_minutes_between,
    is_open,
)

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = BusinessCalendar(zone="Europe/Berlin")
ALWAYS = dict.fromkeys(WEEKDAYS, (OpenHours(time(0), time(0)),))
FRIDAY = datetime(2026, 5, 22, 16, 30, tzinfo=BERLIN)


def berlin(month, day, hour=0, minute=0, *, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


def open_daily(opens, closes, **rest):
    return BusinessCalendar(
        zone="Europe/Berlin", hours=dict.fromkeys(WEEKDAYS, (OpenHours(opens, closes),)), **rest
    )


def test_a_weekend_does_not_count():
    assert business_minutes_between(FRIDAY, berlin(5, 25, 9, 45), OFFICE) == 30 + 45


def test_hours_before_opening_and_after_closing_do_not_count():
    assert business_minutes_between(berlin(5, 20, 3), berlin(5, 20, 23), OFFICE) == 8 * 60


def test_minutes_backwards_are_below_zero():
    assert business_minutes_between(berlin(5, 20, 12), berlin(5, 20, 11), OFFICE) == -60


def test_a_lunch_break_does_not_count():
    halves = (OpenHours(time(9), time(12)), OpenHours(time(13), time(17)))
    calendar = BusinessCalendar(zone="Europe/Berlin", hours={"wednesday": halves})
    assert business_minutes_between(berlin(5, 20, 11), berlin(5, 20, 14), calendar) == 120


@pytest.mark.parametrize(("country", "region", "monday"), [("DE", "BY", 26), ("GB", "ENG", 26), ("", "", 25)])
def test_public_holidays_of_the_country_are_closed(country, region, monday):
    calendar = BusinessCalendar(zone="Europe/Berlin", country=country, region=region)
    assert after_business_minutes(FRIDAY, 60, calendar) == berlin(5, monday, 9, 30)


@pytest.mark.parametrize(("region", "minutes"), [("BY", 0), ("BE", 8 * 60)])
def test_a_holiday_of_a_region_is_worked_elsewhere(region, minutes):
    calendar = BusinessCalendar(zone="Europe/Berlin", country="DE", region=region)
    assert business_minutes_between(berlin(1, 6), berlin(1, 7), calendar) == minutes


def test_a_holiday_observed_in_the_year_before_is_closed():
    calendar = BusinessCalendar(zone="America/New_York", country="US")
    zone = ZoneInfo("America/New_York")
    eve = datetime(2021, 12, 31, 0, tzinfo=zone)
    assert business_minutes_between(eve, datetime(2022, 1, 1, tzinfo=zone), calendar) == 0


def test_own_days_off_are_closed_and_own_working_days_are_open_in_spite_of_a_holiday():
    calendar = BusinessCalendar(
        zone="Europe/Berlin", country="DE", closed_on=(date(2026, 5, 26),), open_on=(date(2026, 5, 25),)
    )
    assert business_minutes_between(berlin(5, 25), berlin(5, 27), calendar) == 8 * 60


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 29, 23), (10, 25, 25), (6, 1, 24)])
def test_a_day_around_the_clock_has_the_hours_that_really_pass(month, day, hours):
    calendar = BusinessCalendar(zone="Europe/Berlin", hours=ALWAYS)
    minutes = business_minutes_between(berlin(month, day), berlin(month, day + 1), calendar)
    assert minutes == hours * 60


def test_a_night_shift_over_the_change_to_summer_is_an_hour_shorter():
    night = open_daily(time(1), time(5))
    assert business_minutes_between(berlin(3, 29), berlin(3, 30), night) == 180
    assert after_business_minutes(berlin(3, 29, 1, 30), 60, night) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_night_shift_over_the_change_to_winter_is_an_hour_longer():
    night = open_daily(time(1), time(5))
    assert business_minutes_between(berlin(10, 25), berlin(10, 26), night) == 300


def test_hours_that_the_clock_skips_are_not_counted_twice():
    around_the_gap = (OpenHours(time(0), time(2, 30)), OpenHours(time(3), time(6)))
    calendar = BusinessCalendar(zone="Europe/Berlin", hours={"sunday": around_the_gap})
    assert business_minutes_between(berlin(3, 29), berlin(3, 30), calendar) == 5 * 60


def test_the_zone_of_the_calendar_counts_and_not_that_of_the_moment():
    tokyo = BusinessCalendar(zone="Asia/Tokyo")
    assert after_business_minutes(datetime(2026, 5, 20, 20, tzinfo=UTC), 60, tokyo) == datetime(
        2026, 5, 21, 1, tzinfo=UTC
    )


def test_what_is_due_when_the_day_closes_is_due_that_day():
    assert after_business_minutes(FRIDAY, 30, OFFICE) == berlin(5, 22, 17)


def test_counting_forward_and_between_agree():
    for minutes in (1, 59, 480, 481, 2_400, 10_000):
        due = after_business_minutes(berlin(3, 20, 11, 7), minutes, OFFICE)
        assert due is not None
        assert business_minutes_between(berlin(3, 20, 11, 7), due, OFFICE) == minutes


def test_a_calendar_that_never_opens_gives_no_moment():
    assert after_business_minutes(FRIDAY, 1, BusinessCalendar(hours={})) is None


@pytest.mark.parametrize(
    ("hour", "minute", "at_work"), [(8, 59, False), (9, 0, True), (16, 59, True), (17, 0, False)]
)
def test_people_are_at_work_from_opening_until_closing(hour, minute, at_work):
    assert is_open(berlin(5, 20, hour, minute), OFFICE) is at_work


def test_a_moment_without_a_zone_is_refused():
    naive = datetime(2026, 5, 20)  # noqa: DTZ001
    with pytest.raises(ValueError, match="has no time zone"):
        business_minutes_between(naive, FRIDAY, OFFICE)
