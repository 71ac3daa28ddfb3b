from __future__ import annotations

import math

import numpy as np
import pytest

from triage.thresholds import (
    NEVER,
    Threshold,
    as_facts,
    by_label,
    further_writer_bound,
    probability_at,
    threshold_for,
    thresholds,
    upper_bound,
)


def chance_of_at_most(wrong, counted, rate):
    return sum(math.comb(counted, k) * rate**k * (1 - rate) ** (counted - k) for k in range(wrong + 1))


def bound_by_search(wrong, counted, certainty):
    """The largest error rate under which so few wrong ones are still as likely as one minus the certainty."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if chance_of_at_most(wrong, counted, middle) > 1 - certainty else (low, middle)
        )
    return low


def sure_and_right(count, wrong_at=()):
    """Messages in falling certainty, right but for the places named."""
    right = np.ones(count, bool)
    right[list(wrong_at)] = False
    return np.linspace(0.99, 0.5, count), right


@pytest.mark.parametrize("certainty", [0.9, 0.95])
@pytest.mark.parametrize(("wrong", "counted"), [(0, 1), (0, 30), (1, 30), (3, 80), (7, 120), (29, 30)])
def test_the_bound_is_the_exact_binomial_one(wrong, counted, certainty):
    assert upper_bound(wrong, counted, certainty) == pytest.approx(bound_by_search(wrong, counted, certainty))


def test_of_messages_that_are_all_wrong_nothing_is_promised():
    assert [upper_bound(4, 4), upper_bound(0, 0)] == [1.0, 1.0]


def test_a_threshold_reaches_as_far_as_the_bound_allows():
    probabilities, right = sure_and_right(400, wrong_at=range(300, 400))
    found = threshold_for(probabilities, right, 0.05)
    reached = int((probabilities >= found.probability).sum())
    wrong = reached - 300
    assert found.coverage == reached / 400
    assert found.error == pytest.approx(wrong / reached)
    assert found.bound == pytest.approx(bound_by_search(wrong, reached, 0.90))
    assert found.bound <= 0.05 < bound_by_search(wrong + 8, reached + 8, 0.90)
    assert found.reachable


def test_a_lower_rate_needs_a_higher_threshold():
    probabilities, right = sure_and_right(600, wrong_at=[*range(250, 400, 20), *range(400, 600, 4)])
    found = thresholds(probabilities, right)
    assert list(found) == ["0.02", "0.05", "0.1"]
    assert 1 > found["0.02"].probability > found["0.05"].probability > found["0.1"].probability
    assert all(one.error <= one.bound <= one.stated for one in found.values())


def test_the_order_in_which_messages_came_does_not_matter():
    probabilities, right = sure_and_right(300, wrong_at=range(10, 300, 31))
    shuffled = np.random.default_rng(3).permutation(300)
    assert threshold_for(probabilities, right, 0.05) == threshold_for(
        probabilities[shuffled], right[shuffled], 0.05
    )


@pytest.mark.parametrize(
    ("count", "wrong_at"),
    [(0, ()), (1, ()), (40, ()), (400, range(0, 400, 2)), (400, range(40))],
    ids=["none", "one", "too few, all right", "every second wrong", "the surest are wrong"],
)
def test_where_no_threshold_keeps_the_rate_no_label_may_be_set(count, wrong_at):
    found = threshold_for(*sure_and_right(count, wrong_at), 0.05)
    assert found == Threshold(0.05, NEVER, 0.0, 0.0, 1.0, count)
    assert not found.reachable


def test_few_messages_suffice_only_where_all_of_them_are_right():
    # 45 are the fewest of which none wrong keeps 5 % with certainty 0.9: 0.95 to the power of 45 is below 0.1.
    assert threshold_for(*sure_and_right(45), 0.05).coverage == 1.0
    assert not threshold_for(*sure_and_right(44), 0.05).reachable
    assert not threshold_for(*sure_and_right(45, wrong_at=[44]), 0.05).reachable


def test_messages_of_one_probability_are_reached_together_and_tested_together():
    right = np.arange(400) < 200
    assert not threshold_for(np.full(400, 0.9), right, 0.05).reachable
    found = threshold_for(np.where(right, 0.9, 0.6), right, 0.05)
    assert (found.probability, found.coverage, found.error) == (0.9, 0.5, 0.0)


@pytest.mark.parametrize(("stated", "count"), [(0.05, 700), (0.10, 400)])
def test_the_stated_rate_holds_for_later_messages_as_often_as_promised(stated, count):
    """Of a message with probability p the label is right with chance p, so above a cut t (1 - t) / 2 are wrong."""
    random = np.random.default_rng(20261122)
    reached, broken = 0, 0
    for _ in range(1000):
        probabilities = random.uniform(0.6, 1.0, count)
        found = threshold_for(probabilities, random.random(count) < probabilities, stated)
        reached += found.reachable
        broken += found.reachable and (1 - found.probability) / 2 > stated
    assert reached > 400
    assert broken / 1000 <= 0.10


def test_a_rate_that_is_kept_nowhere_is_seldom_promised():
    random = np.random.default_rng(5)
    certain = np.linspace(0.99, 0.5, 600)
    promised = [threshold_for(certain, random.random(600) > 0.0505, 0.05).reachable for _ in range(1000)]
    assert 0.02 < sum(promised) / 1000 <= 0.10


def test_the_bound_for_a_further_writer_grows_with_what_parts_the_known_ones():
    counted = np.array([100, 100, 100, 100])
    alike = further_writer_bound(np.array([5, 5, 5, 5]), counted)
    apart = further_writer_bound(np.array([0, 2, 6, 12]), counted)
    assert alike == upper_bound(20, 400)  # what parts them is chance
    # Spread of the shares 0, .02, .06, .12 beyond chance, times 1.886: t of 2 degrees of freedom at nine in ten.
    beyond = 0.0084 / 3 - 20.5 / 401 * (380.5 / 401) / 100
    assert apart == pytest.approx(upper_bound(20, 400) + 1.8856 * math.sqrt(1.25 * beyond), abs=1e-4)


def test_of_two_writers_nothing_can_be_said_about_a_third():
    assert further_writer_bound(np.array([0, 0, 0]), np.array([500, 500, 0])) == 1.0


def test_the_bound_holds_for_a_further_writer_nine_times_in_ten():
    random = np.random.default_rng(7)
    kept = 0
    for _ in range(1000):
        rates = random.beta(2, 30, 8)
        counted = np.full(7, 150)
        kept += rates[7] <= further_writer_bound(random.binomial(counted, rates[:7]), counted)
    assert 0.87 <= kept / 1000 <= 0.93


def test_a_threshold_for_a_further_writer_is_above_the_one_for_the_same_writers():
    probabilities = np.linspace(0.99, 0.5, 1200)
    writers = np.arange(1200) % 6
    # Four writers are judged well; the labels of the other two are often wrong below .9.
    wrong = (writers >= 4) & (probabilities < 0.9) & (np.arange(1200) % 4 < 2)
    plain = threshold_for(probabilities, ~wrong, 0.05)
    strict = threshold_for(probabilities, ~wrong, 0.05, writers=writers)
    assert plain.probability < 0.89 < strict.probability
    assert strict.error <= strict.bound <= 0.05


def test_each_label_has_thresholds_of_its_own():
    probabilities, right = sure_and_right(200, wrong_at=range(1, 200, 2))
    predicted = ["billing", "login"] * 100
    found = by_label(probabilities, right, predicted, [0.05])
    assert found["billing"]["0.05"].coverage == 1.0
    assert found["login"]["0.05"].probability == NEVER
    assert found["login"]["0.05"].counted == 100


def test_a_card_holds_thresholds_as_numbers_and_null():
    facts = as_facts(
        {"0.02": Threshold(0.02, NEVER, 0.0, 0.0, 1.0, 90), "0.1": threshold_for(*sure_and_right(90), 0.1)}
    )
    assert facts == {
        "0.02": {"probability": None, "coverage": 0.0, "error": 0.0, "bound": 1.0},
        "0.1": {"probability": 0.5, "coverage": 1.0, "error": 0.0, "bound": 0.0253},
    }
    assert [probability_at(facts, rate) for rate in (0.02, 0.10, 0.05)] == [NEVER, 0.5, NEVER]
