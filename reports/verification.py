"""Whether a fix worked: the rate of an issue's tickets after it against the rate before, and whether it came back.

The interval is that of `reports.rates.rate_ratio`. A fix is verified only when even the upper end of the ratio lies
below 1 and the rate fell by half at least; and what cannot be known yet is said, with how long it will take.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from reports.exposure import Exposure
from reports.rates import Observed, chance_of_rise, rate_ratio
from reports.types import Estimate
from reports.wording import counted, odds

Verdict = Literal["verified", "too_early", "fell_too_little", "not_fixed", "came_back"]


@dataclass(frozen=True, slots=True)
class VerificationSetting:
    """When a fix counts as working.

    Up to ``days_before`` days before the fix are compared with the days after it, less ``settling`` days in which
    customers still report what happened before; nothing is verified on fewer than ``least_days`` days. ``level`` is
    the interval's; ``fallen`` the ratio that a fix must reach. Tickets of the last ``windows`` days against the quiet
    days before them, at least ``quiet`` of these, raise ``came_back`` where chance alone would do so with probability
    ``alarm`` at most, all windows together, and from ``least`` tickets on.
    """

    days_before: int = 84
    settling: int = 2
    least_days: int = 14
    level: float = 0.95
    fallen: float = 0.5
    windows: tuple[int, ...] = (7, 14, 28)
    alarm: float = 0.01
    least: int = 3
    quiet: int = 14


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict on a fix with its evidence; ``expected`` tickets would have come after it at the rate before.

    ``ratio`` is None where no day can be compared.
    """

    verdict: Verdict
    before: int
    after: int
    expected: float
    ratio: Estimate | None
    why: str


def verify_fix(
    days: Sequence[date],
    fixed_on: date,
    today: date,
    exposure: Exposure,
    *,
    first_seen: date,
    extra: float = 0.0,
    setting: VerificationSetting = VerificationSetting(),
) -> Verification:
    """Judge a fix by the tickets of its issue.

    Args:
        days: the day of each of the issue's tickets.
        fixed_on: the day of the fix; it counts neither before nor after.
        today: the last day of which all tickets are known.
        exposure: from ``days_before`` days before the fix on, or from ``first_seen``, to ``today``.
        first_seen: the day of the issue's first ticket, from which on it can be counted.
        extra: the variation beyond Poisson, from `reports.trends.variation`.
        setting: when a fix counts as working.
    """
    start = max(first_seen, fixed_on - timedelta(days=setting.days_before))
    before = _observed(days, start, fixed_on - timedelta(days=1), exposure)
    after = _observed(days, fixed_on + timedelta(days=setting.settling + 1), today, exposure)
    if not before.exposure or not after.exposure:
        why = f"The fix of {fixed_on} has no day after it that can be compared yet."
        if not before.exposure:
            why = f"Nothing is known of the days before the fix of {fixed_on}, so no fall can be shown."
        return Verification("too_early", before.tickets, after.tickets, 0.0, None, why)
    back = _came_back(days, fixed_on, today, exposure, extra, setting)
    ratio = rate_ratio(after, before, level=setting.level, extra=extra)
    expected = before.tickets * after.exposure / before.exposure
    verdict: Verdict = "came_back" if back else _verdict(ratio, after, setting)
    evidence = _evidence(before, after, expected, ratio)
    why = back or _why(verdict, evidence, before, after, extra, setting)
    return Verification(verdict, before.tickets, after.tickets, expected, ratio, why)


def days_to_wait(before: Observed, after: Observed, extra: float, setting: VerificationSetting) -> int | None:
    """How many more days without a ticket would verify the fix; None where a year would not."""
    per_day = after.exposure / (after.weeks * 7)

    def enough(more: int) -> bool:
        later = Observed(after.tickets, after.exposure + more * per_day, after.weeks + more / 7)
        ratio = rate_ratio(later, before, level=setting.level, extra=extra)
        return _verdict(ratio, later, setting) == "verified"

    waits = range(1, 366)
    place = bisect_left(waits, True, key=enough)  # each further day without a ticket makes a fall surer
    return waits[place] if place < len(waits) else None


def _verdict(ratio: Estimate, after: Observed, setting: VerificationSetting) -> Verdict:
    if ratio.high < 1 and after.weeks * 7 < setting.least_days:
        return "too_early"
    if ratio.high < 1:
        return "verified" if ratio.value <= setting.fallen else "fell_too_little"
    return "not_fixed" if ratio.low > setting.fallen else "too_early"


def _came_back(
    days: Sequence[date],
    fixed_on: date,
    today: date,
    exposure: Exposure,
    extra: float,
    setting: VerificationSetting,
) -> str:
    """Say in a sentence how the tickets came back; empty where they did not."""
    first = fixed_on + timedelta(days=setting.settling + 1)
    for window in setting.windows:
        begin = today - timedelta(days=window - 1)
        if (begin - first).days < setting.quiet:
            continue
        quiet = _observed(days, first, begin - timedelta(days=1), exposure)
        recent = _observed(days, begin, today, exposure)
        if recent.tickets < setting.least or not recent.exposure or not quiet.exposure:
            continue
        chance = chance_of_rise(recent, quiet, extra) * len(setting.windows)
        if chance <= setting.alarm:
            return (
                f"{counted(recent.tickets, 'ticket')} in the last {window} days after {quiet.tickets} in the"
                f" {(begin - first).days} days since the fix of {fixed_on}; chance alone does so {odds(chance)}."
            )
    return ""


def _observed(days: Sequence[date], first: date, last: date, exposure: Exposure) -> Observed:
    length = (last - first).days + 1
    if length <= 0:
        return Observed(0, 0.0, 0.0)
    tickets = sum(first <= day <= last for day in days)
    return Observed(tickets, exposure.between(first, last), length / 7)


def _evidence(before: Observed, after: Observed, expected: float, ratio: Estimate) -> str:
    times = "" if not before.tickets else f" (ratio {ratio.value:.2f}, {ratio.low:.2f} to {ratio.high:.2f})"
    return (
        f"{counted(after.tickets, 'ticket')} in {after.weeks:.1f} weeks after the fix where {expected:.1f} were to be"
        f" expected from the {before.tickets} in {before.weeks:.1f} weeks before{times}"
    )


def _why(
    verdict: Verdict,
    evidence: str,
    before: Observed,
    after: Observed,
    extra: float,
    setting: VerificationSetting,
) -> str:
    if verdict == "verified":
        return f"{evidence}: they really fell."
    if verdict == "fell_too_little":
        return f"{evidence}: they fell, but by less than {1 - setting.fallen:.0%}."
    if verdict == "not_fixed":
        return f"{evidence}: they did not fall as a fix should make them."
    more = days_to_wait(before, after, extra, setting)
    if more is None:
        return f"{evidence}: too few to tell, and a year without a ticket would not be enough."
    return f"{evidence}: too early to tell; {counted(more, 'more day')} without a ticket would show it."
