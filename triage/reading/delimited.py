"""Rows of CSV: the delimiter is found in the header, and one bad row does not take others with it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Collection, Iterator
from itertools import chain

from triage.errors import ImportUnreadable
from triage.reading.row import Row

_DELIMITERS = (",", ";", "\t")
_LONGEST_FIELD = 1 << 26
_MOST_RECOVERIES = 100


def delimited_rows(lines: Iterator[str], wanted: Collection[str]) -> Iterator[Row]:
    """Yields the rows below the header.

    Args:
        lines: The physical lines of the file with their ends.
        wanted: Names of columns that speak for a delimiter when the header holds them.

    Raises:
        ImportUnreadable: The header names a column twice, or none.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    source = _Lines(lines)
    header_line = source.next_filled()
    delimiter = _delimiter(header_line, wanted)
    source.put_back()
    records = _records(source, delimiter)
    _, header, fault = next(records)
    if fault:
        raise ImportUnreadable(f"The header cannot be read: {fault}.")
    names = _names(header)
    for line, cells, reason in records:
        if reason:
            yield Row(line, fault=reason)
        elif cells:
            yield _row(line, names, cells)


class _Lines:
    """Lines with their number; those of the record being read are held, so that it can be read again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.number = 0
        self.held: deque[str] = deque()
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self.held.append(line)
        return line

    def next_filled(self) -> str:
        """Passes over blank lines at the top."""
        for line in self:
            if line.strip():
                return line
            self.held.clear()
        return ""

    def put_back(self, skip: int = 0) -> None:
        """Gives the held lines again, without the first ``skip``."""
        again = list(self.held)[skip:]
        self.number -= len(again)
        self._lines = chain(again, self._lines)
        self.held.clear()


def _records(source: _Lines, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    recoveries = 0
    while True:
        source.held.clear()
        first = source.number + 1
        try:
            yield first, next(reader), ""
        except StopIteration:
            return
        except csv.Error as error:
            recoveries += 1
            yield first, [], _reason(error, recoveries)
            if recoveries >= _MOST_RECOVERIES:
                return
            # A stray quote swallows the lines below it: they are read again on their own.
            source.put_back(skip=1)
            reader = csv.reader(source, delimiter=delimiter, strict=True)


def _reason(error: csv.Error, recoveries: int) -> str:
    if "unexpected end" in str(error):
        reason = "opens a quote that is never closed"
    elif "expected after" in str(error):
        reason = "has text after a closing quote; a quote inside a quoted value is written twice"
    else:
        reason = f"is not CSV: {error}"
    stop = recoveries >= _MOST_RECOVERIES
    return f"{reason}; after {recoveries} such rows the rest of the file was not read" if stop else reason


def _delimiter(header: str, wanted: Collection[str]) -> str:
    def promise(delimiter: str) -> tuple[int, int]:
        try:
            names = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error:
            names = []
        return sum(name.strip().lower() in wanted for name in names), len(names)

    return max(_DELIMITERS, key=promise)


def _names(header: list[str]) -> list[str]:
    names = [name.strip() for name in header]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise ImportUnreadable(
            f"The header names {', '.join(map(repr, twice))} twice; give each a name of its own."
        )
    return names


def _row(line: int, names: list[str], cells: list[str]) -> Row:
    while len(cells) > len(names) and not cells[-1]:
        cells.pop()
    if len(cells) != len(names):
        if not any(cell.strip() for cell in cells):
            return Row(line)
        return Row(line, fault=f"has {len(cells)} values, and the header names {len(names)} columns")
    return Row(line, {name: cell for name, cell in zip(names, cells, strict=True) if name})
