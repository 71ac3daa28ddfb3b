from __future__ import annotations

import numpy as np

from tests.training.ticket_builders import rows
from training.labels import baseline
from training.labels.baseline import baseline_predictions

TEXTS = [row["body"] for row in rows(12)]
LABELS = np.repeat(np.arange(3), 12)
EVEN, ODD = np.arange(0, 36, 2), np.arange(1, 36, 2)


def test_the_judged_messages_of_each_split_are_predicted():
    places, predicted = baseline_predictions(TEXTS, LABELS, [(EVEN, ODD), (ODD, EVEN)])
    assert places.tolist() == [*ODD, *EVEN]
    assert (predicted == LABELS[places]).mean() > 0.9


def test_of_large_data_the_first_split_stands_for_all(monkeypatch):
    monkeypatch.setattr(baseline, "LARGE", 35)
    places, _ = baseline_predictions(TEXTS, LABELS, [(EVEN, ODD), (ODD, EVEN)])
    assert places.tolist() == ODD.tolist()


def test_what_is_judged_was_not_seen():
    texts = ["alpha", "alpha", "beta", "beta", "alpha", "beta"]
    labels = np.array([0, 0, 1, 1, 1, 0])  # the judged ones say the opposite of what was seen
    _, predicted = baseline_predictions(texts, labels, [(np.arange(4), np.array([4, 5]))])
    assert predicted.tolist() == [0, 1]
