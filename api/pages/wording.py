"""How the triage pages say what they know: chances, moments and labels in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Flask

from api.current import parts_of_app
from api.times import local
from triage.quality import QualityReport
from triage.types import CHURN_INTENTS, URGENCIES

LABELS: Mapping[str, str] = {
    "none": "No sign of leaving",
    "at_risk": "May leave",
    "explicit": "Says they leave",
    **{name: name.capitalize() for name in URGENCIES},
}
TASK_TITLES: Mapping[str, str] = {"topic": "Topic", "urgency": "Urgency", "churn_intent": "Leaving"}
TASK_LABELS: Mapping[str, tuple[str, ...]] = {
    "urgency": tuple(reversed(URGENCIES)),
    "churn_intent": tuple(reversed(CHURN_INTENTS)),
}
NOISE: Mapping[str, str] = {
    "auto_reply": "An automatic reply, not work",
    "spam": "Spam, not work",
    "thanks": "A thank-you note, not work",
}
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def percent(share: float | None) -> str:
    """A share of 1 as people read it; never a certainty."""
    if share is None:
        return "\N{EN DASH}"
    if 0 < share < 0.005:
        return "under 1 %"
    if 0.995 < share < 1:
        return "over 99 %"
    return f"{share * 100:.0f} %"


def rate(share: float | None) -> str:
    """A small share of 1, with a digit more than `percent` below 10 %."""
    if share is None:
        return "\N{EN DASH}"
    return f"{share * 100:.1f} %".replace(".0 %", " %") if share < 0.1 else percent(share)


def right_of_100(stated: float) -> str:
    """A stated error rate, the other way round."""
    return f"right at least {100 - stated * 100:g} of 100 times when set"


def label_words(label: str, task: str = "topic") -> str:
    """A label as it is read; topics are the team's own words."""
    return label if task == "topic" else LABELS.get(label, label)


def alarms_of(report: QualityReport) -> list[str]:
    """What somebody should look at: promises that are broken, and a mix of tickets that has drifted."""
    found = [
        f"{TASK_TITLES[one.task]}: the blind sample shows more errors than were promised."
        for one in report.tasks
        if one.broken
    ]
    if report.drifted:
        found.append("The mix of tickets has drifted from what it was.")
    return found


def span_words(span: timedelta) -> str:
    """A length of time in its largest unit, rounded down."""
    seconds = int(abs(span.total_seconds()))
    for size, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= size:
            number = seconds // size
            return f"{number} {name}{'s' if number != 1 else ''}"
    return "less than a minute"


def due_words(due: datetime, now: datetime) -> str:
    """How long until something is due, or since when it has been."""
    return f"overdue by {span_words(now - due)}" if due < now else f"due in {span_words(due - now)}"


def moment_words(moment: datetime | None, now: datetime) -> str:
    """A moment by the team's clock; both are given by that clock. The year is said where it is another."""
    if moment is None:
        return ""
    year = f" {moment.year}" if moment.year != now.year else ""
    return f"{moment:%a} {moment.day} {moment:%B}{year}, {moment:%H:%M}"


def register(app: Flask) -> None:
    """Let templates use the words."""

    def moment(given: datetime | None) -> str:
        parts = parts_of_app()
        return "" if given is None else moment_words(local(parts, given), local(parts, parts.now()))

    def due(given: datetime) -> str:
        return due_words(given, parts_of_app().now())

    def ago(given: datetime) -> str:
        return f"{span_words(parts_of_app().now() - given)} ago"

    def is_past(given: datetime | None) -> bool:
        return given is not None and given < parts_of_app().now()

    for words in (percent, rate, right_of_100, label_words, moment, due, ago):
        app.add_template_filter(words)
    app.add_template_test(is_past, "past")
