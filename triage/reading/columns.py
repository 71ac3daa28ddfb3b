"""Reads the columns of one row to typed values and collects everything that is wrong with them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from triage.types import RowFault

_SHOWN = 60
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # no database keeps these as text
_YES = frozenset({"true", "yes"})
_NO = frozenset({"false", "no"})


class Columns:
    """One row. Each method reads a column and notes a fault where its value cannot be used.

    A column that is missing, null or blank reads as the type's "not known".
    """

    def __init__(self, row: Mapping[str, object], line: int) -> None:
        self.faults: list[RowFault] = []
        self._row = row
        self._line = line

    def fault(self, column: str, reason: str) -> None:
        """Notes what is wrong with ``column``."""
        self.faults.append(RowFault(self._line, column, reason))

    def text(self, column: str) -> str:
        """Reads text as it stands; a number is taken for its digits."""
        return _readable(self._raw(column))

    def word(self, column: str) -> str:
        """Reads an id or a name: text without white space around it."""
        return self.text(column).strip()

    def words(self, column: str) -> tuple[str, ...]:
        """Reads comma-separated words, or a list of texts."""
        value = self._row.get(column)
        if not isinstance(value, list | tuple):
            return tuple(part.strip() for part in self.text(column).split(",") if part.strip())
        if not all(isinstance(part, str) for part in value):
            self.fault(column, "is a list that holds something other than text")
            return ()
        return tuple(_readable(part).strip() for part in value if part.strip())

    def choice(self, column: str, allowed: Collection[str]) -> str:
        """Reads one of ``allowed``, whatever its case."""
        value = self.word(column).lower()
        if value and value not in allowed:
            self.fault(column, f"{_shown(value)} is not one of {', '.join(allowed)}")
            return ""
        return value

    def number(self, column: str, least: float = -math.inf, most: float = math.inf) -> float | None:
        """Reads a number with a point for its fraction."""
        text = self.word(column)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.fault(column, f"{_shown(text)} is not a number")
            return None
        if not least <= value <= most:
            self.fault(column, f"{_shown(text)} is not {_range(least, most)}")
            return None
        return value

    def count(self, column: str) -> int | None:
        """Reads a whole number from 0; true and false are 1 and 0."""
        text = self.word(column).lower()
        if text in _YES or text in _NO:
            return int(text in _YES)
        value = self.number(column, least=0, most=2**31 - 1)
        if value is not None and value != int(value):
            self.fault(column, f"{_shown(text)} is not a whole number")
            return None
        return None if value is None else int(value)

    def moment(self, column: str, default_zone: ZoneInfo | None = None) -> datetime | None:
        """Reads an ISO 8601 moment to UTC; one without an offset needs ``default_zone``."""
        text = self.word(column)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None and default_zone is None:
                self.fault(column, f"{_shown(text)} has no time zone; {_WRITE}, or name the zone of the file")
                return None
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=default_zone)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fault(column, f"{_shown(text)} is not a moment; {_WRITE}")
            return None

    def day(self, column: str) -> date | None:
        """Reads an ISO 8601 date; of a moment, the day that is written."""
        text = self.word(column)
        if not text:
            return None
        try:
            return datetime.fromisoformat(text).date()
        except ValueError:
            self.fault(column, f"{_shown(text)} is not a date; write it like 2026-03-31")
            return None

    def others(self, known: Collection[str]) -> dict[str, str]:
        """Reads the columns that have no field; nested values stay JSON, and ``attributes`` is opened."""
        others = {column: value for column, value in self._row.items() if column not in known}
        inner = others.get("attributes")
        if isinstance(inner, Mapping):
            others = {**{str(name): value for name, value in inner.items()}, **others}
            del others["attributes"]
        found = {column: _readable(_written(value)).strip() for column, value in others.items()}
        return {column: text for column, text in found.items() if text}

    def _raw(self, column: str) -> str:
        value = self._row.get(column)
        if isinstance(value, str):
            return value
        if value is None or isinstance(value, bool | int | float | date):
            return _written(value)
        self.fault(column, f"is {_kind(value)}, not text")
        return ""


_WRITE = "write it with an offset, like 2026-03-31T09:30:00+02:00"


def _readable(text: str) -> str:
    if text.isascii() and "\x00" not in text:
        return text
    return _NO_TEXT.sub("\ufffd", text)


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return ""


def _kind(value: object) -> str:
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, list | tuple) else "of another type"


def _range(least: float, most: float) -> str:
    if most == math.inf or most == 2**31 - 1:
        return f"{least:g} or more"
    return f"from {least:g} to {most:g}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")
