"""What can be counted of the tickets of a period: each measure gives a value and the tickets it was counted from."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from reports.periods import within
from triage.types import OPEN_STATUSES, Ticket

Moment = Callable[[Ticket], datetime | None]
Counted = tuple[float | None, tuple[Ticket, ...]]  # a value, None where nothing could be counted


@dataclass(frozen=True, slots=True)
class Period:
    """The time from ``begin`` up to ``end``, which is excluded."""

    begin: datetime
    end: datetime

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment is known and lies in it."""
        return within(moment, self.begin, self.end)


Measure = Callable[[Sequence[Ticket], Period], Counted]


def volume(tickets: Sequence[Ticket], period: Period) -> Counted:
    """How many were created."""
    created = tuple(one for one in tickets if period.holds(one.created_at))
    return float(len(created)), created


def backlog(tickets: Sequence[Ticket], period: Period) -> Counted:
    """How many were open at the end; one that is closed without a moment of solution is not counted."""
    open_then = tuple(
        one
        for one in tickets
        if one.created_at is not None
        and one.created_at < period.end
        and (one.solved_at >= period.end if one.solved_at is not None else one.status in OPEN_STATUSES)
    )
    return float(len(open_then)), open_then


def took(until: Moment, minutes: Callable[[datetime, datetime], float], quantile: float) -> Measure:
    """A quantile of the minutes from creation to a moment that lies in the period."""

    def measure(tickets: Sequence[Ticket], period: Period) -> Counted:
        behind = tuple(one for one in tickets if one.created_at is not None and period.holds(until(one)))
        spans = [
            minutes(one.created_at, end)
            for one in behind
            if one.created_at is not None and (end := until(one)) is not None
        ]
        return (float(np.quantile(spans, quantile)) if spans else None), behind

    return measure


def share_of(moment: Moment, good: Callable[[Ticket], bool]) -> Measure:
    """The share of the good among the tickets whose moment lies in the period."""

    def measure(tickets: Sequence[Ticket], period: Period) -> Counted:
        behind = tuple(one for one in tickets if period.holds(moment(one)))
        return (sum(map(good, behind)) / len(behind) if behind else None), behind

    return measure


def share_kept(due: Moment, done: Moment) -> Measure:
    """The share done in time among the tickets due in the period."""

    def kept(ticket: Ticket) -> bool:
        when, end = due(ticket), done(ticket)
        return when is not None and end is not None and end <= when

    return share_of(due, kept)


def mean_of(moment: Moment, value: Callable[[Ticket], float]) -> Measure:
    """The mean of a value over the tickets whose moment lies in the period."""

    def measure(tickets: Sequence[Ticket], period: Period) -> Counted:
        behind = tuple(one for one in tickets if period.holds(moment(one)))
        return (statistics.fmean(map(value, behind)) if behind else None), behind

    return measure
