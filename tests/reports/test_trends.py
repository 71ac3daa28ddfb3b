from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from reports.exposure import Exposure
from reports.rates import Observed
from reports.trends import (
    History,
    TrendSetting,
    false_alarm_line,
    false_alarms,
    history_of,
    trends_of,
)
from tests.reports.given import MONDAY, WEEK, accounts_exposure, issue, moment

STEADY = (3, 2, 4, 3, 3, 2, 4, 3, 2, 3, 4, 3, 3, 2, 4, 3)


def by_issue(issues, exposure=None):
    trends = trends_of(history_of(issues, WEEK, exposure or accounts_exposure()))
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


def test_a_young_issue_has_no_trend_yet():
    assert by_issue([issue("young", 1, 2, 9)]) == {}
    assert by_issue([issue("old enough", 1, 2, 1, 1, 9)])["old enough"].recent.weeks == 1


def test_the_week_in_which_an_issue_was_born_does_not_count():
    born = issue("born", *(0,) * 10, 5, 1, 1, 1, 1, 1, first_seen=moment(MONDAY).replace(month=6, day=17))
    trend = by_issue([born])["born"]
    assert trend.recent.tickets + trend.before.tickets == 5


def test_two_tickets_are_no_rise():
    quiet = issue("quiet", 1, *(0,) * 14, 2)
    assert not by_issue([quiet])["quiet"].rises


def poisson_history(rates, *, extra=0.0, seed=5, weeks=36):
    random = np.random.default_rng(seed)
    means = np.tile(rates, (weeks, 1)).T
    varied = means * random.gamma(1 / extra, extra, means.shape) if extra else means
    names = tuple(map(str, range(len(rates))))
    return History(names, random.poisson(varied), np.ones(means.shape), Exposure("accounts", {}))


def test_the_rate_of_false_alarms_is_at_most_the_setting_and_the_same_every_time():
    history = poisson_history([1.0] * 10 + [5.0] * 10)
    rate = false_alarms(history, draws=400)
    assert 0.02 < rate < 0.12
    assert rate == false_alarms(history, draws=400)
    assert rate < false_alarms(history, TrendSetting(false_discovery=0.3), draws=400)


def test_extra_variation_is_in_the_rate_of_false_alarms():
    history = poisson_history([6.0] * 12, extra=0.4)
    assert 0.01 < false_alarms(history, draws=200) < 0.15
    assert all(trend.extra == pytest.approx(0.4, abs=0.2) for trend in trends_of(history))


def test_without_issues_there_is_no_alarm():
    assert false_alarms(history_of([], WEEK, accounts_exposure())) == 0.0
    assert trends_of(history_of([], WEEK, accounts_exposure())) == ()


@pytest.mark.parametrize(
    ("alarms", "line"),
    [
        (0.05, "At this setting expect about one false alarm in 20 weeks."),
        (1.4, "At this setting expect about 1.4 false alarms every week."),
        (0.0, "At this setting expect practically no false alarm: the counts are too small to raise one."),
    ],
)
def test_the_line_says_how_often(alarms, line):
    assert false_alarm_line(alarms) == line
