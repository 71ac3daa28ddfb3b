"""Counts and chances as sentences say them."""

from __future__ import annotations

_NEVER = 5200  # weeks, a century: a rate below one in that many is called never


def counted(count: int, noun: str) -> str:
    """Give a count with its noun: "1 ticket", "2 tickets"."""
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"


def last_weeks(weeks: float) -> str:
    """Name so many weeks, the last of which is that of the report."""
    return "the last week" if weeks == 1 else f"the last {weeks:g} weeks"


def odds(chance: float) -> str:
    """Say a small probability as people do: once in so many times."""
    if chance < 1e-4:
        return "less than once in 10,000 times"
    return f"once in {round(1 / chance):,} times"


def false_alarm_line(alarms: float) -> str:
    """Say how often the setting raises a false alarm, as it is printed under the table of issues."""
    if alarms * _NEVER < 1:
        return "At this setting expect practically no false alarm: the counts are too small to raise one."
    weeks = round(1 / alarms)
    if weeks <= 1:
        return f"At this setting expect about {alarms:.1f} false alarms every week."
    return f"At this setting expect about one false alarm in {weeks} weeks."
