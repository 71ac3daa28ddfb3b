"""What a saved account model consists of: columns made linear or given to trees, calibrated, and taken apart again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from triage.features.confidence import Logistic, logit
from triage.features.heads import Floats

Words = NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class AccountTable:
    """Accounts at moments, a row each.

    ``numbers`` is (rows, len(numeric)) with NaN where a value is missing; ``words`` is (rows, len(categorical)) of
    text, empty where missing.
    """

    numeric: tuple[str, ...]
    numbers: Floats
    categorical: tuple[str, ...]
    words: Words

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, numeric ones first."""
        return self.numeric + self.categorical

    def rows(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> AccountTable:
        """Give some of the rows."""
        return AccountTable(self.numeric, self.numbers[chosen], self.categorical, self.words[chosen])

    def columns(self, names: Sequence[str]) -> AccountTable:
        """Give some of the columns, numeric ones first."""
        numeric = tuple(name for name in names if name in self.numeric)
        categorical = tuple(name for name in names if name in self.categorical)
        return AccountTable(
            numeric,
            self.numbers[:, [self.numeric.index(name) for name in numeric]],
            categorical,
            self.words[:, [self.categorical.index(name) for name in categorical]],
        )


class Classifier(Protocol):
    """What a fitted scikit-learn classifier of two classes offers."""

    def predict_proba(self, features: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """How columns become the features of a linear model.

    A number is cut at ``limits`` and gives a slope that may change at each knot; a word gives a switch for each of its
    frequent values. A missing or rare value has switches of its own or none. ``means`` and ``scales`` (features,)
    standardise; ``owner`` (features,) is the place of each feature's column.
    """

    limits: tuple[tuple[float, float], ...]
    knots: tuple[Floats, ...]
    values: tuple[tuple[str, ...], ...]
    means: Floats
    scales: Floats
    owner: NDArray[np.int64]

    def features(self, table: AccountTable) -> Floats:
        """Give standardised features (rows, features)."""
        return np.asarray(
            (raw_features(self.limits, self.knots, self.values, table) - self.means) / self.scales
        )


@dataclass(frozen=True, slots=True, eq=False)
class LinearMember:
    """A linear model over a layout: ``weights`` is (features,)."""

    layout: Layout
    weights: Floats
    intercept: float

    def scores(self, table: AccountTable) -> Floats:
        """Give log-odds (rows,)."""
        return np.asarray(self.layout.features(table) @ self.weights + self.intercept)

    def contributions(self, table: AccountTable) -> Floats:
        """Give what each column adds to an average account's log-odds: (rows, columns)."""
        added = self.layout.features(table) * self.weights
        summed = np.zeros((len(table), len(table.names)))
        for place in range(summed.shape[1]):
            summed[:, place] = added[:, self.layout.owner == place].sum(axis=1)
        return summed


@dataclass(frozen=True, slots=True, eq=False)
class BoostedMember:
    """Gradient-boosted trees: numbers as they come, a switch for each frequent word."""

    values: tuple[tuple[str, ...], ...]
    trees: Classifier

    def scores(self, table: AccountTable) -> Floats:
        """Give log-odds (rows,)."""
        return logit(np.asarray(self.trees.predict_proba(self.features(table))[:, 1], np.float64))

    def features(self, table: AccountTable) -> Floats:
        """Give what the trees read: (rows, numbers and switches)."""
        return np.column_stack([table.numbers, switches(table.words, self.values)])


Member = LinearMember | BoostedMember


@dataclass(frozen=True, slots=True, eq=False)
class AccountModel:
    """The probability that an account leaves within ``horizon_days``.

    The log-odds of the members are averaged and calibrated on accounts that they had not seen. ``usual_numbers`` and
    ``usual_words`` are the middle values of the columns: what an account without anything special would have.
    """

    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    members: tuple[Member, ...]
    calibration: Logistic
    usual_numbers: Floats
    usual_words: tuple[str, ...]
    horizon_days: int

    def probabilities(self, table: AccountTable) -> Floats:
        """Give (rows,) from a table that has the model's columns."""
        own = table.columns(self.numeric + self.categorical)
        return self.calibration.probabilities(calibration_features(self._scores(own)))

    def contributions(self, table: AccountTable) -> Floats:
        """Say what each column adds to the log-odds: (rows, columns).

        Of a linear model alone exactly: its terms against those of an average account. Else by ablation: how far the
        calibrated log-odds fall when the one column is given its usual value (single-feature occlusion, Robnik-Šikonja
        and Kononenko, 2008); columns that only speak together are then counted with each of them.
        """
        own = table.columns(self.numeric + self.categorical)
        if len(self.members) == 1 and isinstance(self.members[0], LinearMember):
            return self.members[0].contributions(own) * self._slope()
        whole = self._log_odds(own)
        return np.column_stack([whole - self._log_odds(self._without(own, name)) for name in own.names])

    def _slope(self) -> float:
        return float(self.calibration.weights.mean())

    def _scores(self, table: AccountTable) -> Floats:
        return np.asarray(sum(member.scores(table) for member in self.members)) / len(self.members)

    def _log_odds(self, table: AccountTable) -> Floats:
        return logit(self.calibration.probabilities(calibration_features(self._scores(table))))

    def _without(self, table: AccountTable, name: str) -> AccountTable:
        numbers, words = table.numbers.copy(), table.words.copy()
        if name in self.numeric:
            place = self.numeric.index(name)
            numbers[:, place] = self.usual_numbers[place]
        else:
            place = self.categorical.index(name)
            words[:, place] = self.usual_words[place]
        return AccountTable(table.numeric, numbers, table.categorical, words)


def calibration_features(scores: Floats) -> Floats:
    """Describe log-odds for beta calibration (Kull et al., 2017): (rows, 2) of log p and -log(1-p)."""
    return np.column_stack([-np.logaddexp(0, -scores), np.logaddexp(0, scores)])


def raw_features(
    limits: Sequence[tuple[float, float]],
    knots: Sequence[Floats],
    values: Sequence[tuple[str, ...]],
    table: AccountTable,
) -> Floats:
    """Give the features of a layout before they are standardised: (rows, features), in the order of the columns."""
    blocks = []
    for place, (low, high) in enumerate(limits):
        column = table.numbers[:, place]
        missing = np.isnan(column)
        bounded = np.clip(np.where(missing, low, column), low, high)
        bends = [np.maximum(bounded - knot, 0.0) for knot in knots[place]]
        blocks.append(np.column_stack([bounded, *bends, missing]))
    blocks.append(switches(table.words, values))
    return np.column_stack(blocks).astype(np.float64)


def switches(words: Words, values: Sequence[tuple[str, ...]]) -> Floats:
    """Give a 0/1 feature for each listed value of each column: (rows, all values)."""
    found = [words[:, place] == value for place, own in enumerate(values) for value in own]
    return np.column_stack(found).astype(np.float64) if found else np.zeros((len(words), 0))
