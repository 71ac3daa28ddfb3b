"""The four kinds of table of reStructuredText, as rows of cells that are lines still to be read."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import combining, east_asian_width

from docutils.parsers.rst.tableparser import GridTableParser, SimpleTableParser, TableMarkupError, TableParser
from docutils.statemachine import StringList

_GRID_BORDER = re.compile(r"\+[-=+ ]+\+\s*\Z")
_SIMPLE_BORDER = re.compile(r"=+( +=+)+\s*\Z")
_PAD = "\x00"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; each cell is a list of lines. ``headed`` says that the first row names the columns."""

    rows: tuple[tuple[tuple[str, ...], ...], ...]
    headed: bool


def grid_end(lines: Sequence[str], at: int) -> int:
    """Returns the line after the grid table that starts at ``at``, or ``at`` where none starts."""
    if not _GRID_BORDER.match(lines[at]):
        return at
    end = at
    while end < len(lines) and lines[end][:1] in {"+", "|"}:
        end += 1
    return end if end - at > 2 else at


def simple_end(lines: Sequence[str], at: int) -> int:
    """Returns the line after the simple table that starts at ``at``, or ``at`` where none starts."""
    if not _SIMPLE_BORDER.match(lines[at]):
        return at
    for end in range(at + 1, len(lines)):
        if _SIMPLE_BORDER.match(lines[end]) and (end + 1 == len(lines) or not lines[end + 1].strip()):
            return end + 1
    return at


def grid_table(lines: Sequence[str]) -> Table:
    """Reads a table drawn with ``+---+``."""
    return _parsed(GridTableParser(), lines)


def simple_table(lines: Sequence[str]) -> Table:
    """Reads a table drawn with ``=== ===``."""
    return _parsed(SimpleTableParser(), lines)


def csv_table(header: str, body: Sequence[str], header_rows: int) -> Table:
    """Reads the comma-separated lines of a ``csv-table`` and its ``:header:``."""
    lines = [f"{line}\n" for line in ([header] if header else []) + list(body)]
    found = csv.reader(lines, skipinitialspace=True)
    rows = tuple(tuple(tuple(cell.split("\n")) for cell in row) for row in found if row)
    return Table(rows, headed=bool(header) or header_rows > 0)


def _parsed(parser: TableParser, lines: Sequence[str]) -> Table:
    block = StringList(list(lines), "")
    if any(_is_wide(character) for character in set("".join(lines))):
        block.pad_double_width(_PAD)
    try:
        _, head, body = parser.parse(block)
    except (TableMarkupError, AssertionError, IndexError, ValueError):
        return Table(_cut(lines), headed=any(line.startswith("+=") for line in lines))
    return Table(_filled([*head, *body]), headed=bool(head))


def _is_wide(character: str) -> bool:
    return not character.isascii() and (east_asian_width(character) in "WF" or combining(character) > 0)


def _filled(rows: Sequence[Sequence[object]]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    # A cell that spans rows is repeated in each, so that every row can be read on its own.
    made: list[list[tuple[str, ...]]] = [[() for _ in row] for row in rows]
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if not isinstance(cell, tuple | list):
                continue
            more_rows, _, _, content = cell
            text = tuple(str(line).replace(_PAD, "") for line in content)
            for below in range(number, min(number + more_rows + 1, len(made))):
                made[below][column] = text
    return tuple(tuple(row) for row in made)


def _cut(lines: Sequence[str]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    # A table whose lines do not meet: cells by the bars of each line, rows by the borders.
    rows: list[list[list[str]]] = [[]]
    for line in lines:
        if line.startswith("+"):
            rows.append([])
            continue
        for column, cell in enumerate(line.strip().strip("|").split("|")):
            if column >= len(rows[-1]):
                rows[-1].append([])
            rows[-1][column].append(cell.strip())
    return tuple(tuple(tuple(cell) for cell in row) for row in rows if row)
