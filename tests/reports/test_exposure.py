from __future__ import annotations

from datetime import date, timedelta

import pytest

from reports.exposure import exposure_of, season_factors, weekday_weights
from tests.reports.given import MONDAY, WEEK, day
from triage.types import Account


def test_accounts_count_from_the_day_they_came_to_the_day_they_left():
    accounts = [
        Account("old"),
        Account("new", signed_up_on=day(2)),
        Account("gone", churned_on=day(1)),
        Account("long gone", churned_on=day(-30)),
        Account("later", signed_up_on=day(40)),
    ]
    exposure = exposure_of(accounts, [], day(0), day(3))
    assert exposure.of == "accounts"
    assert [exposure.by_day[day(one)] for one in range(4)] == [2.0, 1.0, 2.0, 2.0]


def test_days_to_come_count_nothing():
    exposure = exposure_of([Account("one")], [], day(-7), day(2))
    assert exposure.week(WEEK) == 3.0
    assert exposure.between(day(-7), day(6)) == 10.0


def test_without_accounts_the_volume_is_the_exposure():
    exposure = exposure_of([], [day(0), day(0), day(3), day(9)], day(0), day(6))
    assert (exposure.of, exposure.week(WEEK)) == ("tickets", 3.0)
    assert exposure.per_thousand(1, 4.0) == 250.0


def test_the_rate_is_per_1000_accounts_and_week():
    exposure = exposure_of([Account(str(one)) for one in range(50)], [], day(0), day(6))
    assert exposure.per_thousand(5, exposure.week(WEEK)) == pytest.approx(100.0)


def test_weekdays_weigh_as_many_tickets_as_they_bring():
    mondays, tuesdays = [day(0)] * 93, [day(1)] * 43
    weights = weekday_weights([*mondays, *tuesdays])
    assert weights[0] / weights[1] == pytest.approx(2.0)
    assert sum(weights) == pytest.approx(7.0)
    assert weekday_weights([]) == (1.0,) * 7


def test_a_week_under_way_is_expected_to_have_its_weekdays_share():
    past = [day(-7 * week) for week in range(1, 40) for _ in range(10)]
    exposure = exposure_of([Account("one")], past, day(-7), day(0))
    assert exposure.week(WEEK) > 0.8 * exposure.week(WEEK.of(day(-7)))


def test_a_season_counts_by_the_year_before():
    start = date(2024, 1, 1)
    arrivals = []
    for offset in range(930):
        one = start + timedelta(days=offset)
        arrivals += [one] * (20 if one.month == 7 else 10)
    factors = season_factors(arrivals, day(-60), day(0))
    assert factors[date(2026, 7, 16)] == pytest.approx(20 / 10.85, rel=0.05)
    assert factors[date(2026, 6, 1)] == pytest.approx(10 / 10.85, rel=0.05)


def test_growth_of_the_company_is_no_season():
    start = date(2024, 1, 1)
    arrivals = [start + timedelta(days=offset) for offset in range(930) for _ in range(10 + offset // 30)]
    factors = season_factors(arrivals, day(-20), day(0))
    assert all(factor == pytest.approx(1.0, abs=0.05) for factor in factors.values())


def test_without_a_year_and_a_half_there_is_no_season():
    arrivals = [MONDAY - timedelta(days=back) for back in range(300)]
    assert set(season_factors(arrivals, day(-20), day(0)).values()) == {1.0}
    assert set(season_factors([], day(-2), day(0)).values()) == {1.0}
