"""Account facts in words: columns that tell the same story speak as one, with the sum of their weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Values = Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class Story:
    """Columns that belong together, and the sentence that tells their values."""

    columns: tuple[str, ...]
    told: Callable[[Values], str]


def tell(column: str, values: Values) -> str:
    """Say what stands in a column that belongs to no story."""
    value = values[column]
    if isinstance(value, str):
        return f"{column}: {value or 'not known'}"
    return f"{column}: {'not known' if math.isnan(value) else format(value, '.6g')}"


def _number(values: Values, column: str) -> float:
    value = values.get(column, math.nan)
    return value if isinstance(value, float | int) else math.nan


def _counted(count: float, one: str, many: str) -> str:
    return f"{count:.0f} {one if count == 1 else many}"


def _tickets(values: Values) -> str:
    month, quarter = _number(values, "tickets_30"), _number(values, "tickets_90")
    if quarter == 0:
        return "No ticket in the last 90 days"
    if math.isnan(month):
        return f"{_counted(quarter, 'ticket', 'tickets')} in the last 90 days"
    longer = "" if math.isnan(quarter) else f", {quarter:.0f} in 90"
    return f"{_counted(month, 'ticket', 'tickets')} in the last 30 days{longer}"


def _urgency(values: Values) -> str:
    share = _number(values, "urgent_share_90")
    if math.isnan(share):
        return "No urgent tickets: none in the last 90 days"
    return f"{share:.0%} of the tickets of the last 90 days were urgent or high"


def _silence(values: Values) -> str:
    days = _number(values, "days_since_ticket")
    if math.isnan(days):
        return "Has never written"
    quiet = _number(values, "silence") > math.log(3)
    return f"Silent for {_counted(days, 'day', 'days')}{', far longer than usual' if quiet else ''}"


def _waiting(values: Values) -> str:
    waiting, unsolved = _number(values, "unanswered_now"), _number(values, "open_now")
    if unsolved == 0:
        return "No ticket is open"
    return f"{_counted(unsolved, 'open ticket', 'open tickets')}, {waiting:.0f} without a reply"


def _speed(kind: str, hours: str, usual: str) -> Callable[[Values], str]:
    def told(values: Values) -> str:
        mean, ratio = _number(values, hours), _number(values, usual)
        if math.isnan(mean):
            return f"No {kind} in the last 90 days"
        against = f", {math.exp(ratio):.1f} times the usual lately" if abs(ratio) > 0.2 else ""
        return f"{kind.capitalize()} after {mean:.0f} hours on average{against}"

    return told


def _reopened(values: Values) -> str:
    count = _number(values, "reopened_90")
    return f"{_counted(count, 'reopening', 'reopenings')} in the last 90 days"


def _satisfaction(values: Values) -> str:
    mean, last, slope = (_number(values, name) for name in ("csat_mean_180", "csat_last", "csat_slope"))
    if math.isnan(last):
        return "No satisfaction score yet"
    if math.isnan(mean):
        return f"Last satisfaction score {last:.0f} of 5, more than 180 days ago"
    falling = ", falling" if slope < -0.1 else ", rising" if slope > 0.1 else ""
    return f"Satisfaction {mean:.1f} of 5 on average, {last:.0f} last{falling}"


def _issues(values: Values) -> str:
    count = _number(values, "repeat_issues_open")
    return f"Part of {_counted(count, 'unresolved repeat issue', 'unresolved repeat issues')}"


def _statements(values: Values) -> str:
    explicit, risk = _number(values, "explicit_90"), _number(values, "at_risk_90")
    since = _number(values, "days_since_statement")
    if math.isnan(since):
        return "Has never spoken of leaving"
    ago = f"last one {_counted(since, 'day', 'days')} ago"
    return f"In 90 days spoke of leaving {explicit:.0f} times openly and {risk:.0f} times between the lines; {ago}"


def _seats(values: Values) -> str:
    seats, change = _number(values, "seats"), _number(values, "seats_change_90")
    if math.isnan(seats):
        return "Seats not known"
    moved = f", {'more' if change > 0 else 'fewer'} than 90 days ago" if abs(change) > 0.01 else ""
    return f"{_counted(seats, 'seat', 'seats')}{moved}"


def _plan(values: Values) -> str:
    changes = _number(values, "plan_changes_180")
    changed = f", changed {_counted(changes, 'time', 'times')} in 180 days" if changes > 0 else ""
    return f"Plan {values.get('plan') or 'not known'}{changed}"


def _tenure(values: Values) -> str:
    days = _number(values, "tenure_days")
    return "Sign-up date not known" if math.isnan(days) else f"Customer for {days / 365.25:.1f} years"


def _renewal(values: Values) -> str:
    days = _number(values, "days_to_renewal")
    return "Renewal date not known" if math.isnan(days) else f"Renews in {_counted(days, 'day', 'days')}"


def _revenue(values: Values) -> str:
    revenue = _number(values, "revenue")
    return "Revenue not known" if math.isnan(revenue) else f"Pays {revenue:,.0f} a month"


STORIES = (
    Story(("tickets_7", "tickets_30", "tickets_90", "ticket_trend"), _tickets),
    Story(("urgent_30", "urgent_share_90", "urgency_sum_30"), _urgency),
    Story(("days_since_ticket", "silence"), _silence),
    Story(("open_now", "unanswered_now"), _waiting),
    Story(("reopened_90",), _reopened),
    Story(
        ("reply_hours_90", "reply_against_usual"),
        _speed("first reply", "reply_hours_90", "reply_against_usual"),
    ),
    Story(
        ("resolution_hours_90", "resolution_against_usual"),
        _speed("solution", "resolution_hours_90", "resolution_against_usual"),
    ),
    Story(("csat_mean_180", "csat_last", "csat_slope"), _satisfaction),
    Story(("repeat_issues_open",), _issues),
    Story(("at_risk_90", "explicit_90", "days_since_statement"), _statements),
    Story(("seats", "seats_change_90"), _seats),
    Story(("plan", "plan_changes_180"), _plan),
    Story(("tenure_days",), _tenure),
    Story(("days_to_renewal",), _renewal),
    Story(("revenue",), _revenue),
)
