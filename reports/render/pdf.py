"""A report as a PDF: numbered A4 pages with bookmarks, links and charts, the same bytes for the same report."""

from __future__ import annotations

from datetime import datetime

from reports.render.blocks import (
    Block,
    Bullets,
    Document,
    Drawing,
    Heading,
    Paragraph,
    Quotation,
    Run,
    Table,
    Text,
)
from reports.render.pdf_sheet import MARGIN, Sheets, rule
from reports.render.pdf_table import draw_table

_SIZES = {1: 20.0, 2: 14.0, 3: 10.5, 4: 9.5}  # of headings
_BODY, _LEAD, _NOTE = 8.8, 10.5, 7.5
_CHART = 0.72  # of the width of a page, so that an issue's page holds it all
_LACKING = "◊ stands for a character that the font of this file lacks; the page shows it."


def pdf_of(document: Document, made_at: datetime) -> bytes:
    """Give a report as a PDF.

    Args:
        document: the report laid out.
        made_at: the moment that the file names as that of its making: one of the report, not of the clock.
    """
    sheets = Sheets(document.title, document.foot, document.language, made_at)
    sheets.add_page()
    for block in document.blocks:
        _block(sheets, block)
    if sheets.lacking:
        _paragraph(sheets, (Run(_LACKING),), _NOTE, soft=True)
    return bytes(sheets.output())


def _block(sheets: Sheets, block: Block) -> None:
    if isinstance(block, Heading):
        _heading(sheets, block)
    elif isinstance(block, Paragraph):
        size = {"lead": _LEAD, "note": _NOTE, "": _BODY}[block.look]
        _paragraph(sheets, block.text, size, soft=block.look == "note")
    elif isinstance(block, Bullets):
        for item in block.items:
            _paragraph(sheets, item, _BODY, indent=12, mark="•", after=1)
        sheets.y += 3
    elif isinstance(block, Quotation):
        _quotation(sheets, block)
    elif isinstance(block, Table):
        draw_table(sheets, block)
    else:
        _drawing(sheets, block)


def _heading(sheets: Sheets, heading: Heading) -> None:
    size = _SIZES[heading.level]
    if heading.new_page and sheets.y > MARGIN:
        sheets.add_page()
    sheets.need(size + 40)  # not alone at the foot of a page
    if sheets.y > MARGIN:
        sheets.y += {1: 0, 2: 14, 3: 3, 4: 3}[heading.level]
    if heading.level == 2:
        rule(sheets, (MARGIN, sheets.y, sheets.w - MARGIN, sheets.y), 1.0, 30)
        sheets.y += 6
    if heading.level in (2, 3):
        sheets.start_section(sheets.known(heading.text), level=heading.level - 2)
    if heading.anchor:
        sheets.reach(heading.anchor)
    _paragraph(sheets, (Run(heading.text, bold=True),), size, after=3)


def _paragraph(
    sheets: Sheets,
    text: Text,
    size: float,
    *,
    soft: bool = False,
    indent: float = 0.0,
    mark: str = "",
    after: float = 5.0,
) -> None:
    if soft:
        text = tuple(Run(run.text, run.href, run.bold, soft=True) for run in text)
    for place, line in enumerate(sheets.lines(text, sheets.epw - indent, size)):
        sheets.need(size * 1.4)
        if mark and not place:
            sheets.write_line(sheets.lines((Run(mark),), 20, size)[0], MARGIN + 2, sheets.y, size)
        sheets.write_line(line, MARGIN + indent, sheets.y, size)
        sheets.y += size * 1.4
    sheets.y += after


def _quotation(sheets: Sheets, quotation: Quotation) -> None:
    source = tuple(Run(run.text, run.href, run.bold, soft=True) for run in quotation.source)
    lines = [(line, _BODY) for line in sheets.lines((Run(quotation.text.strip()),), sheets.epw - 12, _BODY)]
    lines += [(line, _NOTE) for line in sheets.lines(source, sheets.epw - 12, _NOTE)]
    sheets.need(min(len(lines), 4) * _BODY * 1.4)
    for line, size in lines:
        sheets.need(size * 1.4)
        rule(sheets, (MARGIN + 2, sheets.y, MARGIN + 2, sheets.y + size * 1.4), 1.6, 205)
        sheets.write_line(line, MARGIN + 12, sheets.y, size)
        sheets.y += size * 1.4
    sheets.y += 6


def _drawing(sheets: Sheets, drawing: Drawing) -> None:
    width = sheets.epw * _CHART
    sheets.need(drawing.chart.height * width / drawing.chart.width + 30)
    sheets.y += sheets.draw(drawing.chart, MARGIN, sheets.y, width) + 4
    _paragraph(sheets, (Run(drawing.caption),), _NOTE, soft=True)
