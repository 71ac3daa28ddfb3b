"""A report as headings, paragraphs, tables, quotes and charts: said once, then painted as a page, a PDF or Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.render.charts import Chart


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look. ``href`` is an address, or ``#anchor`` of a heading; ``soft`` is less important."""

    text: str
    href: str = ""
    bold: bool = False
    soft: bool = False


Text = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4; ``new_page`` begins a page where there are pages."""

    text: str
    level: int
    anchor: str = ""
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a ``lead`` is larger, a ``note`` smaller."""

    text: Text
    look: Literal["", "lead", "note"] = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """Items without an order."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """What somebody wrote, word for word, and whose words these are."""

    text: str
    source: Text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` is its share of the whole."""

    title: str
    width: float = 1.0
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines of text under an optional chart."""

    lines: tuple[Text, ...] = ()
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; the first cell of a row names it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart with what it says in words."""

    chart: Chart
    caption: str


Block = Heading | Paragraph | Bullets | Quotation | Table | Drawing


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report; ``foot`` stands on every page of a PDF, and ``language`` is that of its own words."""

    title: str
    blocks: tuple[Block, ...]
    foot: str
    language: str = "en"


def text(*parts: str | Run) -> Text:
    """Make a text of plain strings and runs, without the empty ones."""
    runs = (Run(part) if isinstance(part, str) else part for part in parts)
    return tuple(run for run in runs if run.text)


def cell(*lines: str | Run | Text) -> Cell:
    """Make a cell of lines, without the empty ones."""
    texts = (line if isinstance(line, tuple) else text(line) for line in lines)
    return Cell(tuple(line for line in texts if line))
