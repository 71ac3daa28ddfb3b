"""Weekly rows of accounts, and outcomes as they stood known at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from training.churn.rows import Rows, telling
from training.errors import NothingToLearn
from triage.churn.events import DAY, Events, Integers, Kind, seconds
from triage.churn.history import features_as_of
from triage.churn.windows import Moments
from triage.features.account import AccountTable
from triage.features.heads import Floats
from triage.types import Account

MOST_WEEKS = 156
MOST_ROWS = 120_000
WARM_UP = 90  # days of history before the first row, but at most a fifth of it
SMALLEST_FOLLOWED = 0.1  # share of the rows that must be followed for the whole horizon
_NEVER = np.iinfo(np.int64).max // 4


@dataclass(frozen=True, slots=True, eq=False)
class Weeks:
    """Accounts week by week while they were customers; arrays are (rows,), moments in seconds.

    ``leaves_at`` is far in the future for those that stayed until ``end``, the last moment of which anything is known.
    """

    table: AccountTable
    accounts: Integers
    moments: Integers
    leaves_at: Integers
    end: int

    def outcomes(self, horizon_days: int, known_until: int, mask: NDArray[np.bool_]) -> Rows:
        """Label rows by what was known at ``known_until``: did the account leave within the horizon?

        A row that is not followed for the whole horizon and did not leave has no weight, and the others stand for it:
        inverse probability of censoring weights (Vock et al., 2016). Follow-up ends for all on the same day, so the
        share of rows still followed after a time is counted and not estimated.

        Raises:
            NothingToLearn: too few rows are followed for the whole horizon.
        """
        horizon = horizon_days * DAY
        moments = self.moments[mask]
        followed, stays = known_until - moments, self.leaves_at[mask] - moments
        left = (stays <= horizon) & (stays <= followed)
        whole = float(np.mean(followed >= horizon)) if len(followed) else 0.0
        if whole < SMALLEST_FOLLOWED:
            raise NothingToLearn(self.too_short(horizon_days))
        waiting = np.sort(followed)
        share = 1 - np.searchsorted(waiting, np.minimum(stays, horizon), side="left") / len(waiting)
        weights: Floats = np.where(left | (followed >= horizon), 1 / np.maximum(share, 1 / len(waiting)), 0.0)
        return Rows(self.table.rows(mask), left, weights, self.accounts[mask], moments)

    def too_short(self, horizon_days: int) -> str:
        """Say how long the history is, and how long it would have to be."""
        days = (self.end - int(self.moments.min())) // DAY if len(self.moments) else 0
        return (
            f"The history covers {days} days; to learn and to check on later weeks who leaves within {horizon_days} "
            f"days, about {horizon_days * 5 // 2 + 7} are needed. Give a longer history, "
            f"or --horizon {max(7, days // 3)}."
        )


def weekly(accounts: Sequence[Account], events: Events, extra: Sequence[str]) -> Weeks:
    """Describe each account each Monday, some weeks after the first ticket to the last known fact."""
    start, end = _span(accounts, events)
    days = mondays(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))[-MOST_WEEKS:]
    ats = np.array([seconds(day) for day in days], np.int64)
    signed = np.array([seconds(account.signed_up_on) for account in accounts], np.int64)
    left = np.array([seconds(account.churned_on) for account in accounts], np.int64)
    leaves = np.where(left >= 0, left, _NEVER)
    account, week = (
        grid.ravel() for grid in np.meshgrid(np.arange(len(accounts)), np.arange(len(ats)), indexing="ij")
    )
    there = (ats[week] >= signed[account]) & (ats[week] < leaves[account])
    stride = max(1, int(np.ceil(there.sum() / MOST_ROWS)))
    there &= (account + week) % stride == 0
    account, week = account[there].astype(np.int64), week[there]
    moments = ats[week]
    table = telling(features_as_of(accounts, events, Moments(account, moments), extra))
    return Weeks(table, account, moments, leaves[account], end)


def mondays(start: datetime, end: datetime) -> list[datetime]:
    """List the Mondays, midnight UTC, from ``start`` on and not after ``end``."""
    first = (start + timedelta(days=(7 - start.weekday()) % 7)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    first = first if first >= start else first + timedelta(weeks=1)
    return [first + timedelta(weeks=week) for week in range(max(0, (end - first).days // 7 + 1))]


def _span(accounts: Sequence[Account], events: Events) -> tuple[int, int]:
    opened = events.known_at[events.kind == Kind.OPENED]
    signed = [seconds(account.signed_up_on) for account in accounts if account.signed_up_on]
    left = [seconds(account.churned_on) for account in accounts if account.churned_on]
    if not left:
        raise NothingToLearn(
            "No account has a churned_on: nothing is known about who left. Add that column, or name one that says it "
            "with --label."
        )
    starts = [int(opened.min())] if len(opened) else signed or left
    ends = [*left, int(opened.max())] if len(opened) else left
    start, end = min(starts), max(ends)
    # Before that, the windows of the features reach back to where nothing was recorded.
    return start + min(WARM_UP * DAY, (end - start) // 5), end
