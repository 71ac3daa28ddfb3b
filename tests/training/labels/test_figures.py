from __future__ import annotations

import numpy as np
import pytest

from training.labels.figures import FEWEST_OF_LABEL, figures, kept_promises, label_table, threshold_facts

TRUE = np.array([0, 0, 1, 1, 2, 2])
PREDICTED = np.array([0, 0, 1, 2, 2, 0])


def test_predictions_are_measured():
    found = figures(TRUE, PREDICTED, np.full(6, 0.9), 3, graded=False)
    assert found == {
        "rows": 6,
        "accuracy": 0.6667,
        "macro_f1": pytest.approx((0.8 + 2 / 3 + 0.5) / 3, abs=1e-4),
        "calibration_error": pytest.approx((4 * 0.1 + 2 * 0.9) / 6, abs=1e-4),
    }


def test_of_grades_a_far_error_counts_for_more():
    near = figures(TRUE, np.array([0, 0, 1, 2, 2, 1]), np.ones(6), 3, graded=True)
    far = figures(TRUE, PREDICTED, np.ones(6), 3, graded=True)
    assert (near["mean_distance"], far["mean_distance"]) == (0.3333, 0.5)
    # Squared distances over those of chance: 2 to 8 and 5 to 9.
    assert (near["quadratic_kappa"], far["quadratic_kappa"]) == (0.75, 0.4444)


def test_each_label_has_precision_recall_and_its_rows():
    assert label_table(TRUE, PREDICTED, ["a", "b", "c", "never seen"]) == {
        "a": {"precision": 0.6667, "recall": 1.0, "rows": 2},
        "b": {"precision": 1.0, "recall": 0.5, "rows": 2},
        "c": {"precision": 0.5, "recall": 0.5, "rows": 2},
        "never seen": {"precision": 0.0, "recall": 0.0, "rows": 0},
    }


def test_a_label_has_thresholds_of_its_own_where_it_was_predicted_often():
    predicted = np.array([0] * 60 + [1] * (FEWEST_OF_LABEL - 1))
    found = threshold_facts(np.ones(99, bool), np.full(99, 0.8), predicted, ["often", "seldom"])
    assert found["default"] == 0.05
    assert list(found["stated"]) == ["0.02", "0.05", "0.1"]
    assert found["stated"]["0.05"] == {"probability": 0.8, "coverage": 1.0, "error": 0.0, "bound": 0.023}
    assert list(found["labels"]) == ["often"]
    assert found["labels"]["often"]["0.02"]["probability"] is None


def test_promises_are_counted_on_rows_never_used():
    stated = {"0.02": {"probability": None}, "0.05": {"probability": 0.8}, "0.1": {"probability": 0.99}}
    right = np.array([True, True, False, False])
    assert kept_promises(right, np.array([0.9, 0.8, 0.85, 0.1]), stated) == {
        "0.02": {"coverage": 0.0, "error": None},
        "0.05": {"coverage": 0.75, "error": 0.3333},
        "0.1": {"coverage": 0.0, "error": None},
    }
