"""Tickets of three topics and two grades, made up so that small models learn them at once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SPOKEN = {
    "billing": ("invoice", "refund", "charge", "payment", "receipt"),
    "export": ("spreadsheet", "download", "file", "columns", "archive"),
    "login": ("password", "account", "sign", "locked", "code"),
}
OUTSIDE = ("giraffe", "weather", "lottery", "recipe", "football")
ENDINGS = (
    "since Monday",
    "for my team",
    "in the office",
    "again today",
    "on every page",
    "as you asked",
    "at noon",
)


def ticket(topic, number):
    """The words of a topic in one of many mixes."""
    words = SPOKEN.get(topic, OUTSIDE)
    first, second = words[number % 5], words[(number // 5 + number + 1) % 5]
    return f"The {first} and the {second} {ENDINGS[number % 7]}, case {number}"


def rows(count, topics=tuple(SPOKEN)):
    """So many tickets of each topic, as an export holds them, each of an account of its own."""
    return [
        {
            "id": f"{topic}-{number}",
            "subject": "",
            "body": ticket(topic, number),
            "topic": topic,
            "account_id": f"a-{topic}-{number}",
            "created_at": (NOW - timedelta(hours=number * 7 + place)).isoformat(),
        }
        for place, topic in enumerate(topics)
        for number in range(count)
    ]


def write_rows(path, some):
    path.write_text("".join(json.dumps(row) + "\n" for row in some), "utf-8")
    return path


def silent(step):
    """Tell nobody."""
