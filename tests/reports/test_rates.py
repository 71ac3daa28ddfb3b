from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import betabinom, binom

from reports.rates import (
    Observed,
    at_least,
    chance_of_fall,
    chance_of_rise,
    extra_variation,
    rate_ratio,
)


def tail(taken, total, share, together=math.inf):
    return at_least(np.array([taken]), np.array([total]), np.array([share]), np.array([together]))[0]


def test_the_chance_is_the_binomial_one():
    assert tail(4, 10, 0.25) == pytest.approx(binom.sf(3, 10, 0.25))
    assert tail(0, 10, 0.25) == 1.0
    assert tail(11, 10, 0.25) == 0.0


def test_extra_variation_makes_it_the_beta_binomial_one():
    assert tail(4, 10, 0.25, 8.0) == pytest.approx(betabinom.sf(3, 10, 2.0, 6.0))
    assert tail(4, 10, 0.25, 8.0) > tail(4, 10, 0.25)
    assert tail(11, 10, 0.25, 8.0) == 0.0


def test_a_rise_is_judged_by_exposure_and_not_by_time_alone():
    before, later = Observed(10, 1000.0, 4), Observed(10, 250.0, 1)
    assert chance_of_rise(later, before) == pytest.approx(binom.sf(9, 20, 0.2))
    assert chance_of_rise(Observed(10, 1000.0, 1), before) > 0.5


def test_rise_and_fall_share_what_was_seen():
    before, later = Observed(12, 12.0, 12), Observed(3, 4.0, 4)
    seen = binom.pmf(3, 15, 0.25)
    assert chance_of_rise(later, before) + chance_of_fall(later, before) == pytest.approx(1 + seen)


def test_the_mid_p_interval_leaves_half_of_what_was_seen_in_each_tail():
    before, later = Observed(10, 100.0, 10), Observed(20, 100.0, 10)
    ratio = rate_ratio(later, before, level=0.9)
    assert ratio.value == 2.0
    low, high = ratio.low / (1 + ratio.low), ratio.high / (1 + ratio.high)
    assert binom.sf(20, 30, low) + binom.pmf(20, 30, low) / 2 == pytest.approx(0.05)
    assert binom.cdf(19, 30, high) + binom.pmf(20, 30, high) / 2 == pytest.approx(0.05)


def test_the_interval_covers_as_often_as_it_says():
    random = np.random.default_rng(7)
    pairs = list(zip(random.poisson(16, 400), random.poisson(10, 400), strict=True))
    intervals = [rate_ratio(Observed(int(a), 4.0, 4), Observed(int(b), 5.0, 5)) for a, b in pairs]
    assert np.mean([one.low <= 2.0 <= one.high for one in intervals]) == pytest.approx(0.9, abs=0.035)


def test_nothing_before_has_no_upper_end_and_nothing_later_no_lower():
    none, some = Observed(0, 10.0, 10), Observed(5, 10.0, 10)
    assert rate_ratio(some, none).high == math.inf
    assert rate_ratio(some, none).low > 1
    assert (rate_ratio(none, some).low, rate_ratio(none, some).value) == (0.0, 0.0)
    assert rate_ratio(none, some).high < 1
    assert math.isnan(rate_ratio(none, none).value)


def test_extra_variation_widens_the_interval():
    before, later = Observed(40, 8.0, 8), Observed(40, 4.0, 4)
    plain, mixed = rate_ratio(later, before), rate_ratio(later, before, extra=0.3)
    assert mixed.low < plain.low < plain.high < mixed.high


def test_poisson_counts_show_no_extra_variation_though_their_level_moves():
    random = np.random.default_rng(3)
    level = np.tile(np.linspace(2, 12, 30), (20, 1))
    assert extra_variation(random.poisson(level), np.ones((20, 30))) == pytest.approx(0.0, abs=0.03)


def test_extra_variation_is_found_about_as_large_as_it_is():
    random = np.random.default_rng(3)
    rates = random.gamma(1 / 0.3, 0.3, (40, 60)) * 8
    assert extra_variation(random.poisson(rates), np.ones((40, 60))) == pytest.approx(0.3, abs=0.06)


def test_too_little_to_compare_is_no_extra_variation():
    assert extra_variation(np.array([[9]]), np.array([[1.0]])) == 0.0
    assert extra_variation(np.array([[1, 0]]), np.array([[1.0, 1.0]])) == 0.0
    assert extra_variation(np.array([[0, 90]]), np.array([[0.0, 1.0]])) == 0.0
