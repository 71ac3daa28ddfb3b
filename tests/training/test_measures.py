from __future__ import annotations

import math

import pytest

from training import measures

RANKED = ["a", "b", "c", "d", "e"]


def test_ndcg_of_grades_by_hand():
    gained = 2 / math.log2(3) + 1 / math.log2(5)
    best = 2 / math.log2(2) + 1 / math.log2(3)
    assert measures.ndcg(RANKED, {"b": 2, "d": 1}) == pytest.approx(gained / best)
    assert measures.ndcg(RANKED, {"a": 2, "b": 1}) == 1.0
    assert measures.ndcg(RANKED, {"z": 1}) == 0.0
    assert measures.ndcg(RANKED, {}) == 0.0
    assert measures.ndcg([], {"a": 1}) == 0.0


def test_ndcg_looks_no_deeper_than_told():
    assert measures.ndcg(RANKED, {"c": 1}, depth=2) == 0.0
    assert measures.ndcg(RANKED, {"c": 1}, depth=3) == pytest.approx(1 / math.log2(4))
    assert measures.ndcg(["a"], {"a": 1, "b": 1, "c": 1}, depth=1) == 1.0


def test_recall_is_the_share_of_the_relevant():
    assert measures.recall(RANKED, {"b": 1, "e": 2, "z": 1}, 5) == pytest.approx(2 / 3)
    assert measures.recall(RANKED, {"b": 1, "e": 2, "z": 1}, 2) == pytest.approx(1 / 3)
    assert measures.recall(RANKED, {}, 5) == 0.0


def test_reciprocal_rank_is_that_of_the_first_relevant():
    assert measures.reciprocal_rank(RANKED, {"c": 1, "d": 2}) == pytest.approx(1 / 3)
    assert measures.reciprocal_rank(RANKED, {"c": 1}, depth=2) == 0.0
    assert measures.reciprocal_rank(RANKED, {}) == 0.0


def test_average_precision_counts_what_is_missing():
    assert measures.average_precision(RANKED, {"a": 1, "c": 1}) == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert measures.average_precision(RANKED, {"b": 1, "z": 1}) == pytest.approx((1 / 2) / 2)
    assert measures.average_precision(RANKED, {}) == 0.0


def outcomes(right, wrong):
    return [(True, value) for value in right] + [(False, value) for value in wrong]


def test_answered_at_lets_one_in_ten_of_the_others_through():
    wrong = [0.90, 0.50, 0.40, 0.30, 0.20, 0.10, 0.10, 0.10, 0.10, 0.10]
    assert measures.answered_at(outcomes([0.95, 0.6, 0.5, 0.2], wrong)) == 0.5
    assert measures.answered_at(outcomes([0.95, 0.6, 0.5, 0.2], wrong), false_answers=0.0) == 0.25
    assert measures.answered_at(outcomes([0.95, 0.6], [0.7])) == 0.5


@pytest.mark.parametrize("given", [[], outcomes([0.5], []), outcomes([], [0.5])])
def test_without_both_kinds_there_is_no_figure_for_abstention(given):
    assert math.isnan(measures.answered_at(given))
    assert math.isnan(measures.abstention_auroc(given))


def test_auroc_is_how_often_the_right_one_is_higher():
    assert measures.abstention_auroc(outcomes([0.9, 0.4], [0.5, 0.1])) == 0.75
    assert measures.abstention_auroc(outcomes([0.5], [0.5])) == 0.5


def test_calibration_error_is_the_mean_gap_of_equally_filled_bins():
    given = [(False, 0.1), (False, 0.3), (True, 0.6), (True, 0.8)]
    assert measures.calibration_error(given, bins=2) == pytest.approx((2 * 0.2 + 2 * 0.3) / 4)
    assert measures.calibration_error(given, bins=10) == pytest.approx((0.1 + 0.3 + 0.4 + 0.2) / 4)
    assert measures.calibration_error([]) == 0.0


def test_the_mean_of_nothing_is_no_number():
    assert measures.mean([1, 2, 6]) == 3.0
    assert math.isnan(measures.mean([]))
