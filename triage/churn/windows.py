"""Counts, sums and last values of facts up to a moment: exact in whole numbers, whatever else was recorded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triage.churn.events import DAY, Events, Integers, Kind
from triage.features.heads import Floats

_SPAN = 1 << 35  # seconds that fit below an account in one sortable number: a thousand years
_HOUR = 3_600


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Accounts at moments: places in the list of accounts and whole seconds, both (rows,)."""

    account: Integers
    at: Integers

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """All facts of one kind, sorted by account and moment, with running sums.

    Sums are whole numbers: a difference of two of them does not depend on what else was added before.
    """

    keys: Integers
    values: Integers
    times: Integers
    running: Integers  # (facts + 1,)

    @classmethod
    def of(cls, events: Events, kind: Kind) -> Facts:
        """Take one kind out of the events."""
        mask = events.kind == kind
        account, at, value = events.account[mask], events.known_at[mask], events.value[mask]
        keys = account * _SPAN + at
        # Facts of the same second are put in the order of their values: the order of the file must not matter.
        order = np.lexsort((value, keys))
        value = value[order]
        return cls(keys[order], value, at[order], np.concatenate([[0], np.cumsum(value)]))

    def ends(self, moments: Moments, days_before: int = 0) -> Integers:
        """Give for each row the place after the last fact known ``days_before`` the moment."""
        at = np.maximum(moments.at - days_before * DAY, 0)
        return np.asarray(np.searchsorted(self.keys, moments.account * _SPAN + at, side="right"))

    def starts(self, moments: Moments, days: int | None) -> Integers:
        """Give for each row the place of the first fact of the window; None: of the account."""
        if days is None:
            return np.asarray(np.searchsorted(self.keys, moments.account * _SPAN, side="left"))
        return self.ends(moments, days)

    def count(self, moments: Moments, days: int | None = None) -> Floats:
        """Count the facts of the last ``days`` (None: all): (rows,)."""
        return (self.ends(moments) - self.starts(moments, days)).astype(np.float64)

    def total(self, moments: Moments, days: int | None = None) -> Floats:
        """Add up their values: (rows,)."""
        found = self.running[self.ends(moments)] - self.running[self.starts(moments, days)]
        return found.astype(np.float64)

    def mean(self, moments: Moments, days: int | None = None) -> Floats:
        """Give the mean value; NaN where there is no fact."""
        return over(self.total(moments, days), self.count(moments, days))

    def last(self, moments: Moments) -> Floats:
        """Give the last value; NaN where there is none."""
        return self._last_of(moments, self.values)

    def days_since(self, moments: Moments) -> Floats:
        """Give the days since the last fact; NaN where there is none."""
        return (moments.at - self._last_of(moments, self.times)) / DAY

    def days_from_first(self, moments: Moments, days: int) -> Floats:
        """Give the days since the first fact of the window; NaN where there is none."""
        start, end = self.starts(moments, days), self.ends(moments)
        found = np.full(len(moments), np.nan)
        some = end > start
        found[some] = (moments.at[some] - self.times[start[some]]) / DAY
        return found

    def slope(self, moments: Moments, days: int) -> Floats:
        """Give the least-squares change of the value in 30 days over the window; NaN below three facts."""
        start, end = self.starts(moments, days), self.ends(moments)
        hours = self.times // _HOUR
        columns = (np.ones_like(hours), hours, self.values, hours * hours, hours * self.values)
        sums = (np.concatenate([[0], np.cumsum(column)]) for column in columns)
        count, x, y, xx, xy = (running[end] - running[start] for running in sums)
        # Hours are counted from the moment, so that the products of the sums stay small.
        now = moments.at // _HOUR
        x, xx, xy = x - count * now, xx - 2 * now * x + count * now * now, xy - now * y
        spread = (count * xx - x * x).astype(np.float64)
        rise = over((count * xy - x * y).astype(np.float64), spread) * 24 * 30
        return np.asarray(np.where(count >= 3, rise, np.nan))

    def _last_of(self, moments: Moments, column: Integers) -> Floats:
        start, end = self.starts(moments, None), self.ends(moments)
        found = np.full(len(moments), np.nan)
        some = end > start
        found[some] = column[end[some] - 1]
        return found


def over(above: Floats, below: Floats) -> Floats:
    """Divide; NaN where there is nothing to divide by."""
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))
