"""Rows of JSON Lines, and of a file that is one JSON array of objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from triage.reading.row import Row

_GAP = re.compile(r"[\s,]*")


def line_rows(lines: Iterator[str]) -> Iterator[Row]:
    """Yields a row a line; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _line_row(line, number)


def array_rows(lines: Iterator[str]) -> Iterator[Row]:
    """Yields a row for each object of the array; after text that is no JSON nothing more can be read."""
    text = "".join(lines)
    decoder = json.JSONDecoder()
    at, line = text.index("[") + 1, 1 + text.count("\n", 0, text.index("["))
    while True:
        start = _gap_end(text, at)
        line += text.count("\n", at, start)
        if text[start : start + 1] == "]":
            return
        try:
            value, at = decoder.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            yield Row(line, fault=f"is not JSON ({_short(error)}); the rest of the array was not read")
            return
        yield _row(value, line)
        line += text.count("\n", start, at)


def _gap_end(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at


def _line_row(line: str, number: int) -> Row:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Row(number, fault=f"is not JSON ({_short(error)})")
    return _row(value, number)


def _row(value: object, line: int) -> Row:
    if not isinstance(value, dict):
        return Row(line, fault="is not a JSON object with a value for each column")
    return Row(line, {str(name).strip(): found for name, found in value.items()})


def _short(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"
