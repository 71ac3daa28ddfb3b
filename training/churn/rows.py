"""Rows to learn from: a table, outcomes, weights, and whom they belong to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.features.account import AccountTable
from triage.features.heads import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Accounts at moments with what became of them; every array is (rows,).

    ``weights`` are zero where the outcome is not known. ``accounts`` are places in the list of accounts; rows of one
    account are never on both sides of a split. ``moments`` are seconds, all zero for a table without dates.
    """

    table: AccountTable
    left: NDArray[np.bool_]
    weights: Floats
    accounts: NDArray[np.int64]
    moments: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.left)

    def rows(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> Rows:
        """Give some of them."""
        return Rows(
            self.table.rows(chosen),
            self.left[chosen],
            self.weights[chosen],
            self.accounts[chosen],
            self.moments[chosen],
        )

    @property
    def rate(self) -> float:
        """The weighted share that left."""
        return float(np.average(self.left, weights=self.weights))

    @property
    def share_of_accounts(self) -> float:
        """The number of accounts over the number of rows."""
        return len(np.unique(self.accounts)) / max(len(self), 1)

    @property
    def account_weights(self) -> Floats:
        """The weights, so that all rows together weigh as much as the accounts: weeks of one account are no news."""
        return np.asarray(self.weights * self.share_of_accounts)


def telling(table: AccountTable) -> AccountTable:
    """Give the columns that are not the same in every row."""
    numeric = [name for name, column in zip(table.numeric, table.numbers.T, strict=True) if _differs(column)]
    words = [
        name for name, column in zip(table.categorical, table.words.T, strict=True) if len(set(column)) > 1
    ]
    return table.columns([*numeric, *words])


def filled(features: Floats) -> Floats:
    """Give features with zeros in columns without any value, which trees cannot be fitted on."""
    return np.asarray(np.where(np.isnan(features).all(axis=0), 0.0, features))


def deal(rows: Rows, folds: int, seed: int) -> NDArray[np.int64]:
    """Deal accounts into folds, those that left evenly: the fold of each row."""
    random = np.random.default_rng(seed)
    places = np.unique(rows.accounts)
    leavers = np.isin(places, rows.accounts[rows.left])
    fold_of = np.zeros(int(places.max()) + 1, np.int64)
    for group in (places[leavers], places[~leavers]):
        fold_of[random.permutation(group)] = np.arange(len(group)) % folds
    return np.asarray(fold_of[rows.accounts])


def _differs(column: Floats) -> bool:
    missing = np.isnan(column)
    known = column[~missing]
    return bool(len(known) and (missing.any() or known.min() < known.max()))
