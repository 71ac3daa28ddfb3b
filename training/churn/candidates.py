"""The two candidates, a linear model with bends and boosted trees, their average, and their calibration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from training.churn.rows import Rows, filled
from triage.features.account import (
    AccountModel,
    AccountTable,
    BoostedMember,
    Layout,
    LinearMember,
    Member,
    Words,
    calibration_features,
    raw_features,
)
from triage.features.confidence import Logistic
from triage.features.heads import Floats

KNOTS = (0.1, 0.3, 0.5, 0.7, 0.9)
RAREST_WORD = 10  # rows in which a value must occur to have a weight of its own
PENALTIES = {"plain": 0.03, "linear": 1.0}  # scikit-learn's C; the features are standardised
SMALLEST_LEAF = 15  # accounts
TREES = 150
Fit = Callable[[Rows], Member]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to fit: the names of its members. ``CANDIDATES`` has the simplest first."""

    name: str
    members: tuple[str, ...]


CANDIDATES = (
    Candidate("plain", ("plain",)),
    Candidate("linear", ("linear",)),
    Candidate("boosted", ("boosted",)),
    Candidate("average", ("linear", "boosted")),
)


def fit_plain(rows: Rows) -> LinearMember:
    """Fit a logistic model with one slope a number, held close to zero: for teams with few leavers."""
    return _fit_logistic(rows, (), PENALTIES["plain"])


def fit_linear(rows: Rows) -> LinearMember:
    """Fit a logistic model whose slopes may bend at the quantiles of each number."""
    return _fit_logistic(rows, KNOTS, PENALTIES["linear"])


def fit_boosted(rows: Rows) -> BoostedMember:
    """Fit small, slow trees: accounts are few and their weeks alike."""
    values = frequent_words(rows.table.words)
    trees = HistGradientBoostingClassifier(
        learning_rate=0.08,
        max_iter=TREES,
        max_leaf_nodes=16,
        min_samples_leaf=max(1, round(SMALLEST_LEAF / rows.share_of_accounts)),
        l2_regularization=1.0,
        max_features=0.5,
        early_stopping=False,
        random_state=0,
    )
    member = BoostedMember(values, trees)
    weights = (
        None if (rows.account_weights == 1).all() else rows.account_weights
    )  # none is much faster than ones
    trees.fit(filled(member.features(rows.table)), rows.left, sample_weight=weights)
    return member


def one_thread() -> Any:  # noqa: ANN401 - a context manager without types
    """Keep to one thread: on a few thousand rows more of them wait for each other longer than they work."""
    return threadpool_limits(limits=1)


FITS: dict[str, Fit] = {"plain": fit_plain, "linear": fit_linear, "boosted": fit_boosted}


def fit_calibration(scores: Floats, left: NDArray[np.bool_], weights: Floats) -> Logistic:
    """Fit beta calibration on log-odds of rows that the scorer had not seen; falls back to a single slope.

    Raises:
        ValueError: all outcomes are alike.
    """
    both = LogisticRegression(C=1e4, max_iter=2000).fit(
        calibration_features(scores), left, sample_weight=weights
    )
    if (both.coef_[0] >= 0).all():
        return Logistic(np.asarray(both.coef_[0], np.float64), float(both.intercept_[0]))
    one = LogisticRegression(C=1e4, max_iter=2000).fit(scores[:, None], left, sample_weight=weights)
    # log p and -log(1-p) add up to the log-odds, so one weight for both is a plain slope; a falling one says nothing.
    slope = max(float(one.coef_[0][0]), 0.0)
    rate = float(np.average(left, weights=weights))
    intercept = float(one.intercept_[0]) if slope > 0 else float(np.log(rate / (1 - rate)))
    return Logistic(np.array([slope, slope]), intercept)


def assemble(
    table: AccountTable, members: Sequence[Member], calibration: Logistic, horizon_days: int
) -> AccountModel:
    """Put a model together, with the usual values of its columns."""
    with np.errstate(all="ignore"):
        usual = np.array(
            [np.nanmedian(column) if (~np.isnan(column)).any() else np.nan for column in table.numbers.T]
        )
    words = tuple(_commonest(column) for column in table.words.T)
    return AccountModel(
        table.numeric, table.categorical, tuple(members), calibration, usual, words, horizon_days
    )


def _fit_logistic(rows: Rows, knots: Sequence[float], penalty: float) -> LinearMember:
    layout = _layout(rows.table, knots)
    model = LogisticRegression(C=penalty, max_iter=5000, tol=1e-5)
    model.fit(layout.features(rows.table), rows.left, sample_weight=rows.account_weights)
    return LinearMember(layout, np.asarray(model.coef_[0], np.float64), float(model.intercept_[0]))


def _layout(table: AccountTable, quantiles: Sequence[float]) -> Layout:
    limits, knots = [], []
    for column in table.numbers.T:
        known = column[~np.isnan(column)]
        low, high = (float(edge) for edge in np.quantile(known, (0.005, 0.995))) if len(known) else (0.0, 0.0)
        bends = np.unique(np.quantile(known, quantiles)) if len(known) and quantiles else np.zeros(0)
        limits.append((low, high))
        knots.append(bends[(bends > low) & (bends < high)])
    values = frequent_words(table.words)
    raw = raw_features(limits, knots, values, table)
    scales = raw.std(axis=0)
    sizes = [*(len(bends) + 2 for bends in knots), *map(len, values)]
    owner = np.repeat(np.arange(len(sizes)), sizes)
    means = raw.mean(axis=0)
    return Layout(tuple(limits), tuple(knots), values, means, np.where(scales > 1e-9, scales, 1.0), owner)


def frequent_words(words: Words) -> tuple[tuple[str, ...], ...]:
    """List the values of each column that occur often enough to have a weight of their own."""
    found = []
    for column in words.T:
        values, counts = np.unique(column.astype(str), return_counts=True)
        found.append(tuple(str(value) for value in values[counts >= RAREST_WORD]))
    return tuple(found)


def _commonest(column: Words) -> str:
    values, counts = np.unique(column.astype(str), return_counts=True)
    return str(values[counts.argmax()]) if len(values) else ""
