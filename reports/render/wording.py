"""Figures, intervals, times and names as a reader wants them."""

from __future__ import annotations

import math
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reports.types import Estimate, Figure

_NAMES = {
    "volume": "Tickets created",
    "first_reply_median": "First reply, median",
    "first_reply_p90": "First reply, slowest tenth from",
    "resolution_median": "Solved after, median",
    "resolution_p90": "Solved after, slowest tenth from",
    "reopened": "Reopened",
    "sla_first_reply": "First reply as promised",
    "sla_resolution": "Solved as promised",
    "csat_mean": "Satisfaction, mean",
    "csat_good": "Satisfied (4 or 5)",
    "backlog": "Open at the end of the week",
    "answered_from_knowledge": "Answered from the knowledge base",
    "nps": "Net promoter score",
}
KINDS = {"defect": "defect", "how_to": "how-to question", "request": "request", "": ""}
NOTHING = "\N{EN DASH}"


def name_of(figure: Figure) -> str:
    """Give a figure's name as it is shown."""
    plain = figure.name.replace("_", " ")
    return _NAMES.get(figure.name, plain[:1].upper() + plain[1:])


def amount(value: float | None, unit: str = "") -> str:
    """Give a value with its unit; a dash where it is not known."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if unit == "share":
        return percent(value)
    if unit == "minutes":
        return duration(value)
    if unit == "of 5":
        return f"{value:.2f} of 5"
    return number(value)


def number(value: float) -> str:
    """Give a number with one decimal, and none from 10 on."""
    if not math.isfinite(value):
        return NOTHING
    shown = f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}"
    return "0" if shown in ("-0", "-0.0") else shown.removesuffix(".0")


def percent(share: float) -> str:
    """Give a share of 1 in per cent."""
    shown = f"{100 * share:.0f}" if abs(share) >= 0.1 or share == 0 else f"{100 * share:.1f}"
    return f"{shown.removesuffix('.0')} %"


def duration(minutes: float) -> str:
    """Give minutes as minutes, hours or days."""
    if minutes < 90:
        return f"{minutes:.0f} min"
    hours = minutes / 60
    return f"{number(hours)} h" if hours < 72 else f"{number(hours / 24)} days"


def money(value: float, currency: str) -> str:
    """Give an amount of money, rounded to whole units."""
    return f"{currency} {value:,.0f}".strip()


def interval(estimate: Estimate, unit: str = "") -> str:
    """Give a value with its interval, "24 (15 to 36)"; "more than 3" where it has no upper end."""
    low, high = amount(estimate.low, unit), amount(estimate.high, unit)
    if math.isnan(estimate.value):
        return NOTHING
    if math.isinf(estimate.high):
        return f"{low} or more"
    return f"{amount(estimate.value, unit)} ({low} to {high})"


def times(ratio: Estimate) -> str:
    """Give a ratio of rates: "3.1 times (1.8 to 5.4)"."""
    if math.isnan(ratio.value):
        return NOTHING
    if math.isinf(ratio.high):
        return f"at least {ratio.low:.1f} times" if ratio.low >= 1 else "none before"
    return f"{ratio.value:.1f} times ({ratio.low:.1f} to {ratio.high:.1f})"


def against(figure: Figure) -> str:
    """Say how a figure moved against the four weeks before: relative for amounts, in points for shares."""
    value, before = figure.value, figure.before
    if value is None or before is None:
        return NOTHING
    if figure.unit == "share":
        return f"{100 * (value - before):+.0f} points"
    if figure.unit in ("of 5", "points") or before <= 0:
        return f"{value - before:+.1f}"
    return f"{100 * (value - before) / before:+.0f} %"


def day(moment: date) -> str:
    """Give a day: "9 March 2026"."""
    return f"{moment.day} {moment:%B %Y}"


def local(moment: datetime, zone: str) -> str:
    """Give a moment in a zone, to the minute."""
    return f"{day(moment.astimezone(ZoneInfo(zone)).date())}, {clock(moment, zone)}"


def clock(moment: datetime, zone: str) -> str:
    """Give the time of day of a moment in a zone."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def join(*parts: str) -> str:
    """Join the parts that are not empty with middle dots."""
    return " · ".join(part for part in parts if part)
