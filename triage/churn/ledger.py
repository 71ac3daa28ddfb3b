"""The ledger: what was flagged and why, what people said and did, and what became of the account."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from triage.types import Reason

OUTCOME_DAYS = (30, 60, 90)
QUIET = timedelta(days=14)  # between two events about the same band of an account
FlagBand = Literal["watch", "at_risk", "explicit"]
_ORDER = ("none", "watch", "at_risk", "explicit")
ResponseKind = Literal["acknowledged", "disagreed", "snoozed", "acted"]


@dataclass(frozen=True, slots=True)
class Response:
    """What a person made of a flag. ``until`` ends a snooze; ``note`` says what was done, or why not."""

    kind: ResponseKind
    at: datetime
    by: str
    note: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the account had left so many days after the flag; kept once that day has come."""

    days: int
    left: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """A warning about an account in a week (``2026-W12``), with all that was said then.

    ``source`` tells the words from the history. A ``withheld`` flag was raised and by lot shown to nobody.
    """

    id: str
    account_id: str
    week: str
    raised_at: datetime
    source: Literal["words", "history"]
    band: FlagBand
    risk: float | None
    reasons: tuple[Reason, ...]
    revenue: float | None = None
    model_version: str = ""
    withheld: bool = False
    responses: tuple[Response, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def acted_on(self) -> bool:
        """Somebody did something about it."""
        return any(response.kind == "acted" for response in self.responses)

    def snoozed(self, now: datetime) -> bool:
        """Tell whether a snooze is running."""
        return any(
            one.kind == "snoozed" and one.until is not None and one.at <= now < one.until
            for one in self.responses
        )

    def outcome(self, days: int) -> bool | None:
        """Tell whether the account had left after so many days; None before that is known."""
        return next((one.left for one in self.outcomes if one.days == days), None)

    def left_of(self, days: int, now: datetime) -> bool | None:
        """Tell the same for counting: None until the days are over for all.

        Who leaves is known at once, and who stays only then; counting both as they become known would count too many
        that left.
        """
        return self.outcome(days) if self.raised_at + timedelta(days=days) <= now else None


@dataclass(frozen=True, slots=True)
class Standing:
    """The band of an account, and the worst one announced with the moment of it: what decides about the next event."""

    account_id: str
    band: str = "none"
    announced: str = "none"
    announced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """An account came into a worse band: told once."""

    account_id: str
    before: str
    after: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WeekOfFlags:
    """A manager's week: accounts and their monthly revenue by what became of them.

    ``resolved`` accounts left their band and stayed; ``saved`` are those of them that somebody had acted for.
    """

    week: str
    new: tuple[int, float]
    resolved: tuple[int, float]
    saved: tuple[int, float]
    lost: tuple[int, float]


def week_of(moment: datetime) -> str:
    """Name the ISO week of a moment, like ``2026-W12``."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02d}"


def is_worse(band: str, other: str) -> bool:
    """Tell whether a band is worse than another."""
    return _ORDER.index(band) > _ORDER.index(other)


def cross(
    standing: Standing, band: str, at: datetime, quiet: timedelta = QUIET
) -> tuple[Standing, Crossing | None]:
    """Move an account to a band; gives an event where it came into a worse one that was not announced lately.

    A band that flickers is told once: the same or a milder one is announced again only after the quiet time, and a
    worse one at once.
    """
    moved = replace(standing, band=band)
    if not is_worse(band, standing.band):
        return moved, None
    quiet_now = standing.announced_at is not None and at < standing.announced_at + quiet
    if quiet_now and not is_worse(band, standing.announced):
        return moved, None
    return replace(moved, announced=band, announced_at=at), Crossing(
        standing.account_id, standing.band, band, at
    )


def is_withheld(account_id: str, week: str, share: float, seed: str) -> bool:
    """Draw by lot whether a flag is shown to nobody: the same answer for the same account, week and seed."""
    drawn = hashlib.sha256(f"{seed}\x1f{week}\x1f{account_id}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") / 2**64 < share


def answered(flag: Flag, response: Response) -> Flag:
    """Add what a person said; saying it twice changes nothing."""
    return flag if response in flag.responses else replace(flag, responses=(*flag.responses, response))


def with_outcomes(flag: Flag, churned_on: date | None, now: datetime) -> Flag:
    """Note what is known by now of the days after the flag."""
    outcomes = []
    for days in OUTCOME_DAYS:
        due = flag.raised_at + timedelta(days=days)
        left = churned_on is not None and churned_on <= min(due, now).date()
        if left or due <= now:
            outcomes.append(Outcome(days, left))
    return replace(flag, outcomes=tuple(outcomes))


def summarise_week(
    week: str, flags: Iterable[Flag], *, left: Sequence[str] = (), calm: Sequence[str] = ()
) -> WeekOfFlags:
    """Count a week.

    ``flags`` are those raised in the week, and earlier ones of the accounts in ``left`` (left in the week) and ``calm``
    (came out of their band in the week and are customers still).
    """
    kept = [flag for flag in flags if not flag.withheld]
    new = [flag for flag in kept if flag.week == week]
    lost = [flag for flag in kept if flag.account_id in left]
    resolved = [flag for flag in kept if flag.account_id in calm]
    return WeekOfFlags(
        week, _sum(new), _sum(resolved), _sum([flag for flag in resolved if flag.acted_on]), _sum(lost)
    )


def _sum(flags: Sequence[Flag]) -> tuple[int, float]:
    """Count accounts once, with the revenue of their latest flag."""
    latest = {flag.account_id: flag for flag in sorted(flags, key=lambda one: one.raised_at)}
    return len(latest), float(sum(flag.revenue or 0.0 for flag in latest.values()))
