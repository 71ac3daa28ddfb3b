"""What a card says of a model of labels: how often it is right, how well its probabilities hold, what it may set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score, f1_score, precision_recall_fscore_support

from training.measures import calibration_error
from triage.thresholds import DEFAULT, STATED, as_facts, by_label, thresholds

Places = NDArray[np.int64]
FEWEST_OF_LABEL = 40  # predictions of a label that thresholds of its own are looked for on


def figures(
    true: Places, predicted: Places, probability: NDArray[np.float64], count: int, *, graded: bool
) -> dict[str, Any]:
    """Measure predictions: accuracy, macro-F1, expected calibration error; for grades quadratic weighted kappa."""
    right = true == predicted
    found: dict[str, Any] = {
        "rows": len(true),
        "accuracy": _rounded(right.mean()),
        "macro_f1": _rounded(f1_score(true, predicted, average="macro", zero_division=0.0)),
        "calibration_error": _rounded(calibration_error(list(zip(right.tolist(), probability, strict=True)))),
    }
    if graded:
        found["quadratic_kappa"] = _rounded(cohen_kappa_score(true, predicted, weights="quadratic"))
        found["mean_distance"] = _rounded(np.abs(true - predicted).mean())
    return found


def label_table(true: Places, predicted: Places, labels: Sequence[str]) -> dict[str, dict[str, float]]:
    """Give precision, recall and the number of rows of each label."""
    precision, recall, _, rows = precision_recall_fscore_support(
        true, predicted, labels=range(len(labels)), zero_division=0.0
    )
    return {
        label: {
            "precision": _rounded(precision[place]),
            "recall": _rounded(recall[place]),
            "rows": int(rows[place]),
        }
        for place, label in enumerate(labels)
    }


def threshold_facts(
    right: NDArray[np.bool_],
    probability: NDArray[np.float64],
    predicted: Places,
    labels: Sequence[str],
    writers: Places | None = None,
) -> dict[str, Any]:
    """Give the thresholds of all stated error rates, over all labels and for each that has rows enough.

    ``writers`` numbers the rows' writers, where what is stated has to hold for a further one.
    """
    names = np.array(labels)[predicted]
    often = {str(name) for name in np.unique(names) if (names == name).sum() >= FEWEST_OF_LABEL}
    own = by_label(probability, right, names.tolist(), STATED, writers)
    return {
        "default": DEFAULT,
        "stated": as_facts(thresholds(probability, right, STATED, writers)),
        "labels": {name: as_facts(found) for name, found in own.items() if name in often},
    }


def kept_promises(
    right: NDArray[np.bool_], probability: NDArray[np.float64], stated: dict[str, dict[str, float | None]]
) -> dict[str, dict[str, float | None]]:
    """Count, on rows never used, what each threshold covers and how much of that is wrong."""
    found: dict[str, dict[str, float | None]] = {}
    for rate, facts in stated.items():
        cut = facts["probability"]
        set_ones = probability >= cut if cut is not None else np.zeros(len(right), bool)
        error = _rounded(1 - right[set_ones].mean()) if set_ones.any() else None
        found[rate] = {"coverage": _rounded(set_ones.mean()), "error": error}
    return found


def _rounded(value: float) -> float:
    return round(float(value), 4)
