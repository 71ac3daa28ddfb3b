from __future__ import annotations

import numpy as np
import pytest

from kb.ranking.logistic import LogisticProbability


def test_the_probability_is_the_logistic_function_of_the_weighed_sum():
    learnt = LogisticProbability(np.array([2.0, -1.0]), 0.5)
    found = learnt.predict_proba(np.array([[1.0, 0.5], [0.0, 0.5]]))
    assert found[:, 1].tolist() == pytest.approx([1 / (1 + np.exp(-2.0)), 0.5])
    assert found.sum(axis=1).tolist() == [1.0, 1.0]


def test_far_rows_are_certain_and_do_not_overflow():
    found = LogisticProbability(np.array([1.0]), 0.0).predict_proba(np.array([[1e9], [-1e9]]))
    assert found.tolist() == [[0.0, 1.0], [1.0, 0.0]]
