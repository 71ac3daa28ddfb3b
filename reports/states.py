"""What state an issue is in, and the sentence that says why. People say fixed and dismissed; the rest is counted."""

from __future__ import annotations

from datetime import date, timedelta

from reports.trends import Trend
from reports.types import Issue, State, StateChange, Week
from reports.verification import Verification
from reports.wording import counted, last_weeks, odds

NEW_DAYS = (
    28  # an issue is new for four weeks after it was found, while most of its tickets are of these weeks
)
REGRESSED_DAYS = 28  # for as long it says that it came back, before its trend speaks again
SILENT_DAYS = 56  # after so long without a ticket an issue fades, however few it ever had
_OFTEN = 0.3  # a chance beyond this is no evidence of anything
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
    if trend is not None and (trend.falls or _has_ended(issue, trend)):
        return "fading", sentence(trend)
    if silent >= SILENT_DAYS:
        return "fading", f"No ticket for {silent // 7} weeks."
    if _is_new(issue, today):
        return "new", first_told(issue)
    if trend is None:
        return "steady", "Too few weeks are known to call it growing or fading yet."
    if _lingers(issue.state, trend):
        return issue.state, ""
    return "steady", f"{sentence(trend)} That is no change beyond chance over all issues."


def first_told(issue: Issue) -> str:
    """Say since when an issue is known."""
    since = f"First seen on {issue.first_seen.date()}; {counted(len(issue.tickets), 'ticket')} since."
    found = _found_on(issue)
    return f"{since} Found on {found}." if found > issue.first_seen.date() + timedelta(days=7) else since


def sentence(trend: Trend) -> str:
    """Say what was counted, what was to be expected, and how sure the change is."""
    ratio = trend.ratio
    per = "1,000 active accounts a week" if trend.of == "accounts" else "1,000 tickets"
    interval = (
        "" if not trend.before.tickets else f"{ratio.value:.1f} times, {ratio.low:.1f} to {ratio.high:.1f}; "
    )
    expected = (
        f"{trend.expected:.1f} were to be expected from the {trend.before.weeks:g} before"
        if trend.before.tickets
        else f"none had come in the {trend.before.weeks:g} before"
    )
    return (
        f"{counted(trend.recent.tickets, 'ticket')} in {last_weeks(trend.recent.weeks)} where {expected}"
        f" ({interval}{trend.rate:.1f} per {per} after {trend.rate_before:.1f}; {certainty(trend)})."
    )


def certainty(trend: Trend) -> str:
    """Say how often chance alone makes such a change."""
    if trend.chance > _OFTEN:
        return "no more than chance makes"
    return f"chance alone gives as {'many' if trend.rising else 'few'} {odds(trend.chance)}"


def _has_ended(issue: Issue, trend: Trend) -> bool:
    """Whether a rise that was shown before is over: of that one issue it need not hold over all."""
    told = [change.state for change in issue.states if change.state in ("growing", "fading")]
    return told[-1:] == ["growing"] and not trend.rising and trend.chance <= _LINGERING


def _is_new(issue: Issue, today: date) -> bool:
    """Whether it was found of late and most of its tickets came since; what was new once and is no more stays known."""
    known = any(change.state != "new" for change in issue.states)
    first = today - timedelta(days=NEW_DAYS)
    late = sum(count for week, count in issue.weekly.items() if Week.parse(week).monday > first)
    return not known and _found_on(issue) > first and 2 * late >= len(issue.tickets)


def _found_on(issue: Issue) -> date:
    """The last day of the week in which its tickets were first seen to repeat."""
    born = [step.at - timedelta(days=1) for step in issue.lineage if step.kind == "born"]
    return max(born[0].date(), issue.first_seen.date()) if born else issue.first_seen.date()


def _lingers(state: State, trend: Trend) -> bool:
    return trend.chance <= _LINGERING and state == ("growing" if trend.rising else "fading")


def _days_since_change(issue: Issue, today: date) -> int:
    return (today - issue.states[-1].on).days if issue.states else REGRESSED_DAYS
