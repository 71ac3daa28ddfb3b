"""Values as the rows of CSV files give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from reports.types import Estimate

Value = str | float | int | bool | date | datetime | None
Row = tuple[Value, ...]
Rows = Iterator[Row]


def estimate(one: Estimate | None) -> tuple[float | None, ...]:
    """Value, low, high and level; all empty for None."""
    return (None, None, None, None) if one is None else (one.value, one.low, one.high, one.level)


def utc(moment: datetime) -> str:
    """Give a moment in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def ids(tickets: Sequence[str]) -> str:
    """Join ids."""
    return ";".join(tickets)
