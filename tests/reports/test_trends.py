from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from scipy.stats import binom

from reports.exposure import Exposure
from reports.history import History
from reports.rates import Observed
from reports.trends import TrendSetting, false_alarms, trends_of
from reports.types import Week
from tests.reports.given import MONDAY, accounts_exposure, history, issue, moment

STEADY = (3, 2, 4, 3, 3, 2, 4, 3, 2, 3, 4, 3, 3, 2, 4, 3)


def by_issue(issues, exposure=None):
    trends = trends_of(history(issues, exposure))
    return {trend.issue_id: trend for trend in trends}


def test_a_rise_is_called_and_its_neighbours_are_not():
    trends = by_issue([issue("up", *STEADY[:-2], 9, 11), issue("level", *STEADY), issue("other", *STEADY)])
    assert [one.issue_id for one in trends.values() if one.rises] == ["up"]
    assert not any(one.falls for one in trends.values())
    assert trends["up"].recent == Observed(20, 1400.0, 2)
    assert trends["up"].ratio.low > 1.5


def test_a_fall_is_called():
    trends = by_issue(
        [issue("down", 6, 7, 6, 6, 8, 7, 6, 5, 7, 6, 6, 7, 0, 1, 0, 0), issue("level", *STEADY)]
    )
    assert (trends["down"].falls, trends["level"].falls) == (True, False)
    assert trends["down"].ratio.high < 0.5


def test_the_chance_is_the_smallest_of_the_windows_times_their_number():
    trend = by_issue([issue("up", *(2,) * 12, 2, 2, 2, 12)])["up"]
    assert trend.rise == pytest.approx(4 * binom.sf(11, 36, 1 / 13))
    assert trend.expected == pytest.approx(2.0)


def test_the_same_rise_with_as_many_more_accounts_is_none():
    grown = Exposure(
        "accounts",
        {one: 100.0 if one < MONDAY else 500.0 for one in accounts_exposure().by_day},
    )
    up = issue("up", *(3,) * 15, 15)
    assert by_issue([up])["up"].rises
    assert not by_issue([up], grown)["up"].rises
    trend = by_issue([up], grown)["up"]
    assert (trend.rate, trend.rate_before) == (pytest.approx(30.0), pytest.approx(30.0))


def test_a_rise_that_stands_alone_may_be_lost_among_many_issues():
    up = issue("up", *(2,) * 15, 8)
    crowd = [issue(f"level {number}", *STEADY) for number in range(60)]
    assert by_issue([up])["up"].rises
    assert not by_issue([up, *crowd])["up"].rises


def test_a_young_issue_is_compared_with_the_weeks_without_it():
    trend = by_issue([issue("young", 0, 1, 9)])["young"]
    assert (trend.recent.weeks, trend.recent.tickets, trend.before.tickets) == (1, 9, 1)
    assert trend.before.weeks == 12
    assert trend.rises


def test_where_no_earlier_week_is_known_a_young_issue_has_no_trend_yet():
    issues = [issue("young", 1, 9)]
    assert trends_of(history(issues, known_from=Week(2026, 28))) == ()
    assert trends_of(history(issues, known_from=Week(2026, 24)))[0].before.weeks == 5


def test_an_issue_that_began_long_ago_is_not_growing_for_having_begun():
    level = [issue(f"level {number}", *STEADY) for number in range(4)]
    begun_lately = issue("one", *(4,) * 7)
    begun_before = issue("one", *(4,) * 9)
    assert by_issue([begun_lately, *level])["one"].rises
    assert not by_issue([begun_before, *level])["one"].rises


def test_a_burst_that_is_over_falls_as_soon_as_its_own_weeks_say_so():
    over = issue("burst", 4, 12, 3, 0, 0, first_seen=moment(MONDAY - timedelta(weeks=4)))
    trend = by_issue([over])["burst"]
    assert (trend.rises, trend.falls, trend.rising) == (False, True, False)
    assert (trend.recent, trend.before) == (Observed(0, 1400.0, 2), Observed(15, 1400.0, 2))
    assert trend.chance == trend.fall


def test_nothing_grows_after_two_weeks_without_a_ticket():
    def grows(*last):
        crowd = [issue(f"level {number}", *STEADY) for number in range(30)]
        return by_issue([issue("one", *(1, 0) * 4, *(0, 1) * 2, 9, 8, *last), *crowd])["one"].rises

    assert grows(0, 1)
    assert not grows(0, 0)


def test_the_week_in_which_an_old_issue_was_born_does_not_count():
    born = issue("born", 5, *(1,) * 9, first_seen=moment(MONDAY - timedelta(weeks=9)))
    trend = by_issue([born])["born"]
    assert trend.recent.tickets + trend.before.tickets == 9


def test_issues_that_cannot_show_a_rise_take_no_certainty_from_those_that_can():
    up = issue("up", *(2,) * 15, 8)
    rare = [issue(f"rare {number}", *(0,) * 8, 1, *(0,) * 6, 1) for number in range(60)]
    assert by_issue([up, *rare])["up"].rises


def test_two_tickets_are_no_rise():
    quiet = issue("quiet", 1, *(0,) * 14, 2)
    assert not by_issue([quiet])["quiet"].rises


def poisson_history(rates, *, extra=0.0, seed=5, weeks=36):
    random = np.random.default_rng(seed)
    means = np.tile(rates, (weeks, 1)).T
    varied = means * random.gamma(1 / extra, extra, means.shape) if extra else means
    names = tuple(map(str, range(len(rates))))
    always = np.ones(means.shape)
    return History(names, random.poisson(varied), always, always, Exposure("accounts", {}))


def test_the_rate_of_false_alarms_is_at_most_the_setting_and_the_same_every_time():
    quiet = poisson_history([1.0] * 10 + [5.0] * 10)
    rate = false_alarms(quiet, draws=400)
    assert 0.02 < rate < 0.12
    assert rate == false_alarms(quiet, draws=400)
    assert rate < false_alarms(quiet, TrendSetting(false_discovery=0.3), draws=400)


def test_extra_variation_is_in_the_rate_of_false_alarms():
    varied = poisson_history([6.0] * 12, extra=0.4)
    assert 0.01 < false_alarms(varied, draws=200) < 0.15
    assert all(trend.extra == pytest.approx(0.4, abs=0.2) for trend in trends_of(varied))


def test_without_issues_there_is_no_alarm():
    assert false_alarms(history([])) == 0.0
    assert trends_of(history([])) == ()
