"""A table on the sheets of a PDF: headings again on each page, rows whole where a page can hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.render.blocks import Cell, Column, Run, Table
from reports.render.charts import Chart
from reports.render.pdf_flow import Line
from reports.render.pdf_sheet import MARGIN, Sheets, rule

_SIZE, _CAPTION, _GAP, _PAD = 7.8, 8.0, 8.0, 4.0
_STEP = _SIZE * 1.36


@dataclass(frozen=True, slots=True)
class _Set:
    """A cell set into lines."""

    lines: tuple[Line, ...]
    chart: Chart | None
    chart_height: float

    def height(self) -> float:
        return self.chart_height + len(self.lines) * _STEP


def draw_table(sheets: Sheets, table: Table) -> None:
    """Draw a table with its caption."""
    widths = _widths(table.columns, sheets.epw)
    rows = [tuple(_set(sheets, *one) for one in zip(row, widths, strict=True)) for row in table.rows]
    first = min(max((one.height() for one in rows[0]), default=0.0) if rows else 0.0, 300.0)
    sheets.need(_CAPTION * 3 + _STEP + first + 4 * _PAD)
    for line in sheets.lines((Run(table.caption, soft=True),), sheets.epw, _CAPTION):
        sheets.write_line(line, MARGIN, sheets.y, _CAPTION)
        sheets.y += _CAPTION * 1.4
    _headings(sheets, table.columns, widths)
    for row in rows:
        _row(sheets, row, table.columns, widths)
    sheets.y += 8


def _row(sheets: Sheets, row: tuple[_Set, ...], columns: Sequence[Column], widths: Sequence[float]) -> None:
    whole = sheets.bottom - MARGIN - 2 * _STEP
    if max(one.height() for one in row) + 2 * _PAD <= whole and sheets.need(_tall(row)):
        _headings(sheets, columns, widths)
    while _tall(row) > sheets.room:  # longer than a page: as much as fits, and the rest on the next
        fits = max(1, int((sheets.room - 2 * _PAD - max(one.chart_height for one in row)) / _STEP))
        _draw(
            sheets, tuple(_Set(one.lines[:fits], one.chart, one.chart_height) for one in row), columns, widths
        )
        row = tuple(_Set(one.lines[fits:], None, 0.0) for one in row)
        sheets.add_page()
        _headings(sheets, columns, widths)
    _draw(sheets, row, columns, widths)


def _tall(row: tuple[_Set, ...]) -> float:
    return max(one.height() for one in row) + 2 * _PAD


def _draw(sheets: Sheets, row: tuple[_Set, ...], columns: Sequence[Column], widths: Sequence[float]) -> None:
    x, top = MARGIN, sheets.y
    for one, column, width in zip(row, columns, widths, strict=True):
        y = top + _PAD
        if one.chart:
            sheets.draw(one.chart, x, y, _chart_width(one.chart, width))
            y += one.chart_height
        for line in one.lines:
            long = sum(piece.width for piece in line)
            sheets.write_line(line, x + (width - _GAP - long if column.align == "right" else 0), y, _SIZE)
            y += _STEP
        x += width
    sheets.y = top + _tall(row)
    rule(sheets, (MARGIN, sheets.y, sheets.w - MARGIN, sheets.y), 0.5, 205)


def _headings(sheets: Sheets, columns: Sequence[Column], widths: Sequence[float]) -> None:
    titles = tuple(Cell(((Run(column.title, bold=True),),)) for column in columns)
    row = tuple(_set(sheets, *one) for one in zip(titles, widths, strict=True))
    _draw(sheets, row, columns, widths)
    rule(sheets, (MARGIN, sheets.y, sheets.w - MARGIN, sheets.y), 0.8, 30)


def _set(sheets: Sheets, cell: Cell, width: float) -> _Set:
    lines: list[Line] = []
    for text in cell.lines:
        lines += sheets.lines(text, width - _GAP, _SIZE)
    height = cell.chart.height * _chart_width(cell.chart, width) / cell.chart.width + 3 if cell.chart else 0.0
    return _Set(tuple(lines), cell.chart, height)


def _chart_width(chart: Chart, width: float) -> float:
    return min(chart.width, width - _GAP)


def _widths(columns: Sequence[Column], whole: float) -> list[float]:
    total = sum(column.width for column in columns)
    return [whole * column.width / total for column in columns]
