"""How well probabilities of leaving hold: ranking, calibration, and differences with intervals over accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from triage.features.heads import Floats

BINS = 10
DRAWS = 300
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


class Ranking:
    """The area under the ROC curve of one score under many weightings: sorted once."""

    def __init__(self, left: Mask, scores: Floats) -> None:
        self._order = np.argsort(scores, kind="stable")
        ordered = scores[self._order]
        self._starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        self._left = left[self._order]

    def area(self, weights: Floats) -> float:
        """Give the weighted area; half of a tie counts. NaN where all outcomes are alike."""
        ordered = weights[self._order]
        leaving = np.add.reduceat(np.where(self._left, ordered, 0.0), self._starts)
        staying = np.add.reduceat(np.where(self._left, 0.0, ordered), self._starts)
        pairs = leaving.sum() * staying.sum()
        return (
            float((leaving * (np.cumsum(staying) - staying / 2)).sum() / pairs) if pairs > 0 else float("nan")
        )


def area(left: Mask, scores: Floats, weights: Floats | None = None) -> float:
    """Give the area under the ROC curve."""
    return Ranking(left, scores).area(np.ones(len(left)) if weights is None else weights)


def figures(left: Mask, probabilities: Floats) -> dict[str, float]:
    """Measure probabilities against what happened."""
    return {
        "auc": area(left, probabilities),
        "pr_auc": float(average_precision_score(left, probabilities)) if left.any() else float("nan"),
        "ece": calibration_error(left, probabilities),
        "brier": float(np.mean((probabilities - left) ** 2)),
        "log_loss": log_loss(left, probabilities),
    }


def calibration_error(left: Mask, probabilities: Floats) -> float:
    """Expected calibration error over equally filled bins: Naeini, Cooper and Hauskrecht (2015)."""
    order = np.argsort(probabilities, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    gaps = [len(part) * abs(left[part].mean() - probabilities[part].mean()) for part in parts]
    return float(sum(gaps) / max(len(order), 1))


def log_loss(left: Mask, probabilities: Floats) -> float:
    """Give the mean negative log-likelihood."""
    bounded = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return float(-np.mean(np.where(left, np.log(bounded), np.log(1 - bounded))))


def area_interval(left: Mask, scores: Floats, accounts: NDArray[np.int64], seed: int = 0) -> Interval:
    """Give the area with a bootstrap interval over accounts."""
    ranking = Ranking(left, scores)
    return _bootstrap(ranking.area, accounts, seed)


def area_difference(
    left: Mask,
    scores: Floats,
    others: Floats,
    accounts: NDArray[np.int64],
    weights: Floats | None = None,
    seed: int = 0,
) -> Interval:
    """Give how much larger the area of ``scores`` is than that of ``others``, paired, over accounts."""
    own, other = Ranking(left, scores), Ranking(left, others)
    base = np.ones(len(left)) if weights is None else weights
    return _bootstrap(lambda drawn: own.area(base * drawn) - other.area(base * drawn), accounts, seed)


def _bootstrap(measure: Callable[[Floats], float], accounts: NDArray[np.int64], seed: int) -> Interval:
    """Draw accounts with their rows: rows of one account are no independent evidence."""
    random = np.random.default_rng(seed)
    places, owner = np.unique(accounts, return_inverse=True)
    drawn = []
    for _ in range(DRAWS):
        counts = np.bincount(random.integers(0, len(places), len(places)), minlength=len(places))
        drawn.append(measure(counts[owner].astype(np.float64)))
    usable = np.array(drawn)[~np.isnan(drawn)]
    low, high = np.quantile(usable, (0.025, 0.975)) if len(usable) else (np.nan, np.nan)
    return Interval(measure(np.ones(len(accounts))), float(low), float(high))
