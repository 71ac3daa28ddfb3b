"""Rows that look mislabelled, so that a person looks at those first whose correction gains most."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.dataset import Message

COLUMNS = ("id", "label", "suggested", "given_share", "suggested_share", "gain", "text")
_SHOWN = 160  # characters of the text, to recognise the row by


def write_mislabelled(
    path: Path,
    messages: Sequence[Message],
    labels: Sequence[str],
    given: NDArray[np.int64],
    shares: NDArray[np.float64],
) -> int:
    """Write suspicious rows as CSV, those first whose correction would move the model most; gives their number.

    A row is suspicious where a model that had not seen it puts another label above that label's own mean share and
    above the given one (confident learning: Northcutt, Jiang and Chuang, 2021). ``gain`` is the difference of shares.
    A message that was repeated to count for more is written once.
    """
    means = np.array([_own_share(shares, given, label) for label in range(shares.shape[1])])
    best = shares.argmax(axis=1)
    rows = np.arange(len(given))
    gain = shares[rows, best] - shares[rows, given]
    suspicious = (best != given) & (shares[rows, best] >= means[best])
    order = list(
        {messages[row]: row for row in np.argsort(-gain, kind="stable").tolist() if suspicious[row]}.values()
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in order:
            message = messages[row]
            writer.writerow(
                (
                    message.id,
                    labels[given[row]],
                    labels[best[row]],
                    f"{shares[row, given[row]]:.3f}",
                    f"{shares[row, best[row]]:.3f}",
                    f"{gain[row]:.3f}",
                    " ".join(message.text.split())[:_SHOWN],
                )
            )
    return len(order)


def _own_share(shares: NDArray[np.float64], given: NDArray[np.int64], label: int) -> float:
    own = shares[given == label, label]
    return float(own.mean()) if len(own) else 1.0
