"""Counts and chances as sentences say them."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """Give a count with its noun: "1 ticket", "2 tickets"."""
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"


def odds(chance: float) -> str:
    """Say a small probability as people do: once in so many times."""
    if chance < 1e-4:
        return "less than once in 10,000 times"
    return "easily" if chance > 0.3 else f"once in {round(1 / chance):,} times"
