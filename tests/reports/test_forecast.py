from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from reports.errors import NothingToReport
from reports.forecast import forecast_volume, issue_forecast, review_forecast
from reports.types import Week
from tests.reports.given import MONDAY, WEEK

BY_WEEKDAY = (20, 14, 12, 12, 10, 3, 2)


def arrivals(weeks, *, seed=1, growth=0.0, by_weekday=BY_WEEKDAY):
    """Poisson arrivals of so many weeks up to MONDAY, most of them before noon."""
    random = np.random.default_rng(seed)
    found = []
    for back in range(7 * weeks, 0, -1):
        day = MONDAY - timedelta(days=back)
        rate = by_weekday[day.weekday()] * (1 + growth * (weeks - back / 7))
        for hour in random.choice([9, 10, 11, 15], random.poisson(rate), p=[0.4, 0.3, 0.2, 0.1]):
            found.append(datetime(day.year, day.month, day.day, int(hour), 10, tzinfo=UTC))
    return found


def test_weekdays_and_the_week_are_foretold_about_as_they_come():
    made = forecast_volume(arrivals(26), MONDAY, UTC)
    assert [one.tickets.value for one in made.days[:7]] == pytest.approx(BY_WEEKDAY, rel=0.25)
    assert made.weeks[0].tickets.value == pytest.approx(73, rel=0.08)
    assert made.weeks[0].tickets.low < 73 < made.weeks[0].tickets.high
    assert [week.day for week in made.weeks] == [MONDAY + timedelta(weeks=one) for one in range(4)]
    assert made.history_days == 182


def test_farther_weeks_are_less_certain():
    weeks = forecast_volume(arrivals(26), MONDAY, UTC).weeks
    widths = [week.tickets.high - week.tickets.low for week in weeks]
    assert widths == sorted(widths)


def test_what_comes_later_is_not_looked_at():
    past = arrivals(12)
    later = [datetime(2026, 8, 1, 9, tzinfo=UTC)] * 500
    assert forecast_volume([*past, *later], MONDAY, UTC) == forecast_volume(past, MONDAY, UTC)


def test_the_level_follows_growth():
    made = forecast_volume(arrivals(26, growth=0.05), MONDAY, UTC)
    assert made.weeks[0].tickets.value == pytest.approx(73 * 2.3, rel=0.15)


def test_slots_share_the_day_out():
    made = forecast_volume(arrivals(26), MONDAY, UTC)
    monday = [slot for slot in made.slots if slot.begins.date() == MONDAY]
    assert len(monday) == 48
    assert sum(slot.tickets.value for slot in monday) == pytest.approx(made.days[0].tickets.value)
    busiest = max(monday, key=lambda slot: slot.tickets.value)
    assert busiest.begins.hour == 9
    assert busiest.tickets.value == pytest.approx(0.4 * 20, rel=0.25)


def test_the_day_on_which_the_clock_changes_has_an_hour_less():
    made = forecast_volume(arrivals(26), date(2027, 3, 28), ZoneInfo("Europe/Berlin"), slot_days=1)
    assert len(made.slots) == 46


def test_a_holiday_is_like_a_sunday():
    made = forecast_volume(arrivals(26), MONDAY, UTC, is_holiday=lambda day: day == MONDAY)
    assert made.days[0].tickets.value == pytest.approx(made.days[6].tickets.value)


def test_intervals_hold_as_often_as_they_say():
    past = arrivals(40)
    reviews = [review_forecast(past, Week.of(MONDAY - timedelta(weeks=back)), UTC) for back in range(1, 16)]
    assert np.mean([review.covered for review in reviews]) == pytest.approx(0.92, abs=0.06)


def test_a_past_forecast_is_compared_with_what_came():
    past = arrivals(30)
    review = review_forecast(past, Week.of(MONDAY - timedelta(weeks=1)), UTC)
    came = [one for one in past if one.date() >= MONDAY - timedelta(weeks=1)]
    assert review.actual == len(came)
    assert review.forecast.low <= review.actual <= review.forecast.high
    assert review.mase < 1.0


def test_without_a_week_before_there_is_no_scale_for_the_error():
    few = [datetime(2026, 7, 17, 9, tzinfo=UTC), datetime(2026, 7, 21, 9, tzinfo=UTC)]
    assert review_forecast(few, WEEK, UTC).mase is None


def test_without_a_ticket_nothing_is_foretold():
    with pytest.raises(NothingToReport, match="No ticket is known before 2026-07-20"):
        forecast_volume([], MONDAY, UTC)


def test_an_issue_goes_on_at_its_level_within_an_interval():
    found = issue_forecast([5, 4, 6, 5, 5, 4, 6, 5, 5, 6], [100.0] * 10)
    assert found.value == pytest.approx(20, rel=0.06)
    assert found.low < 16 < 25 < found.high
    wider = issue_forecast([5, 4, 6, 5, 5, 4, 6, 5, 5, 6], [100.0] * 10, extra=0.5)
    assert wider.high > found.high


def test_an_issues_newest_weeks_count_most():
    assert issue_forecast([0] * 8 + [9, 9, 9], [1.0] * 11).value > 4 * 27 / 11


def test_an_issue_that_fell_silent_is_foretold_near_nothing():
    assert issue_forecast([6] * 4 + [0] * 12, [1.0] * 16).value < 4


def test_more_accounts_bring_more_tickets():
    assert issue_forecast([4] * 8 + [8], [100.0] * 8 + [200.0]).value == pytest.approx(32, rel=0.05)
