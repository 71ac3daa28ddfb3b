from __future__ import annotations

import numpy as np
import pytest

from triage.features.confidence import Logistic, Neighbourhood, logit, softmax


def test_scores_become_shares_that_sum_to_one():
    shares = softmax(np.log(np.array([[1.0, 2.0, 5.0], [4.0, 4.0, 8.0]])))
    np.testing.assert_allclose(shares, [[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]])


def test_huge_scores_do_not_overflow():
    np.testing.assert_allclose(softmax(np.array([[1e4, 0.0], [-1e4, -1e4]])), [[1.0, 0.0], [0.5, 0.5]])


def test_log_odds_of_certainty_stay_finite():
    found = logit(np.array([0.5, 0.8, 0.0, 1.0]))
    np.testing.assert_allclose(found, [0.0, np.log(4), -13.815509, 13.815509], rtol=1e-6)


def test_a_logistic_model_turns_features_into_probabilities():
    model = Logistic(np.array([2.0, -1.0]), 0.5)
    found = model.probabilities(np.array([[0.0, 0.5], [1.0, 0.0]]))
    np.testing.assert_allclose(found, [0.5, 1 / (1 + np.exp(-2.5))])


def test_nearness_is_the_mean_cosine_to_the_five_nearest_and_the_cosine_to_the_label():
    known = np.array([[1, 0], [1, 0], [1, 0], [1, 0], [0, 1], [-1, 0], [-1, 0]], np.float32)
    near = Neighbourhood(known, np.array([[1, 0], [0, 1]], np.float32))
    found = near.describe(np.array([[1, 0], [0.6, 0.8]], np.float32), np.array([0, 1]))
    np.testing.assert_allclose(found, [[0.8, 1.0], [(4 * 0.6 + 0.8) / 5, 0.8]], rtol=1e-6)


def test_fewer_than_five_known_messages_are_all_counted():
    known = np.array([[1, 0], [0, 1]], np.float32)
    near = Neighbourhood(known, known)
    assert near.describe(np.array([[1, 0]], np.float32), np.array([1])).tolist() == [
        [pytest.approx(0.5), 0.0]
    ]
