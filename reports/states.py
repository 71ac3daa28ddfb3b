"""What state an issue is in, and the sentence that says why. People say fixed and dismissed; the rest is counted."""

from __future__ import annotations

from datetime import date, timedelta

from reports.trends import Trend
from reports.types import Issue, State, StateChange
from reports.verification import Verification
from reports.wording import counted, odds

NEW_DAYS = 28  # an issue is new in its first four weeks
REGRESSED_DAYS = 28  # for as long it says that it came back, before its trend speaks again
SILENT_DAYS = 56  # after so long without a ticket an issue fades, however few it ever had
_LINGERING = 0.05  # a change once shown is still there while chance alone would do so this rarely


def next_change(
    issue: Issue, trend: Trend | None, verification: Verification | None, today: date
) -> StateChange | None:
    """Give the change of an issue's state that the counts call for; None where it stays as it is.

    Args:
        issue: as it was known before.
        trend: from `reports.trends.trends_of`; None while it is too young for one.
        verification: from `reports.verification.verify_fix`; None where no fix was said.
        today: the last day of which all tickets are known.
    """
    state, why = _state(issue, trend, verification, today)
    return None if state == issue.state else StateChange(state, today, why)


def _state(
    issue: Issue, trend: Trend | None, verification: Verification | None, today: date
) -> tuple[State, str]:
    if issue.state == "dismissed":
        return issue.state, ""
    if issue.state in ("fixed", "verified"):
        return _after_fix(issue.state, verification)
    if issue.state == "regressed" and _days_since_change(issue, today) < REGRESSED_DAYS:
        return issue.state, ""
    return _by_trend(issue, trend, today)


def _after_fix(state: State, verification: Verification | None) -> tuple[State, str]:
    if verification is None:
        return state, ""
    if verification.verdict == "came_back" or (state == "fixed" and verification.verdict == "not_fixed"):
        return "regressed", verification.why
    if verification.verdict == "verified":
        return "verified", verification.why
    return state, ""


def _by_trend(issue: Issue, trend: Trend | None, today: date) -> tuple[State, str]:
    silent = (today - issue.last_seen.date()).days
    if trend is not None and trend.rises:
        return "growing", sentence(trend)
    if trend is not None and trend.falls:
        return "fading", sentence(trend)
    if silent >= SILENT_DAYS:
        return "fading", f"No ticket for {silent // 7} weeks."
    if issue.first_seen.date() > today - timedelta(days=NEW_DAYS):
        return (
            "new",
            f"First seen on {issue.first_seen.date()}; {counted(len(issue.tickets), 'ticket')} since.",
        )
    if trend is None:
        return "steady", "Too few weeks are known to call it growing or fading."
    if _lingers(issue.state, trend):
        return issue.state, ""
    return "steady", f"{sentence(trend)} That is no change beyond chance over all issues."


def sentence(trend: Trend) -> str:
    """Say what was counted, what was to be expected, and how sure the change is."""
    rising = trend.rise <= trend.fall
    ratio = trend.ratio
    per = "1,000 active accounts a week" if trend.of == "accounts" else "1,000 tickets"
    weeks = "the last week" if trend.recent.weeks == 1 else f"the last {trend.recent.weeks:g} weeks"
    interval = (
        "" if not trend.before.tickets else f"{ratio.value:.1f} times, {ratio.low:.1f} to {ratio.high:.1f}; "
    )
    chance = odds(min(trend.rise, trend.fall))
    return (
        f"{counted(trend.recent.tickets, 'ticket')} in {weeks} where {trend.expected:.1f} were to be expected from the"
        f" {trend.before.weeks:g} before ({interval}{trend.rate:.1f} per {per} after {trend.rate_before:.1f};"
        f" chance alone gives as {'many' if rising else 'few'} {chance})."
    )


def _lingers(state: State, trend: Trend) -> bool:
    return (state == "growing" and trend.rise <= _LINGERING) or (
        state == "fading" and trend.fall <= _LINGERING
    )


def _days_since_change(issue: Issue, today: date) -> int:
    return (today - issue.states[-1].on).days if issue.states else REGRESSED_DAYS
