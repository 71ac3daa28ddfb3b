"""A report as Markdown (with the tables of GitHub's), for wikis, tickets and mail."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.render.blocks import (
    Block,
    Bullets,
    Cell,
    Document,
    Drawing,
    Heading,
    Paragraph,
    Quotation,
    Run,
    Table,
    Text,
)
from reports.render.charts import Bar, Chart

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_AT_START = re.compile(r"^(\s*)([-+>]|\d+[.)])(?=\s|$)")
_EIGHTHS = "▁▂▃▄▅▆▇█"


def markdown_of(document: Document) -> bytes:
    """Give a report as Markdown in UTF-8; charts are told in words."""
    return ("\n\n".join(_block(block) for block in document.blocks) + "\n").encode()


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        place = f'<a id="{block.anchor}"></a>\n\n' if block.anchor else ""
        return f"{place}{'#' * block.level} {_escaped(block.text)}"
    if isinstance(block, Paragraph):
        return _runs(block.text)
    if isinstance(block, Bullets):
        return "\n".join(f"- {_runs(item)}" for item in block.items)
    if isinstance(block, Quotation):
        lines = [_line(line) for line in block.text.strip().splitlines()]
        return "\n".join(f"> {line}".rstrip() for line in (*lines, "", f"— {_runs(block.source)}"))
    if isinstance(block, Drawing):
        return f"{_escaped(block.caption)}. {_escaped(block.chart.alt)}"
    return _table(block)


def _table(table: Table) -> str:
    titles = [_escaped(column.title) for column in table.columns]
    rules = ["---:" if column.align == "right" else "---" for column in table.columns]
    rows = [[_cell(one) for one in row] for row in table.rows]
    lines = [_row(titles), _row(rules), *(_row(row) for row in rows)]
    return f"{_escaped(table.caption)}\n\n" + "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    drawn = [_blocks(cell.chart)] if cell.chart else []
    return "<br>".join(drawn + [_runs(line) for line in cell.lines])


def _blocks(chart: Chart) -> str:
    """Draw the bars of a sparkline with letters of eighths."""
    bars = [shape for shape in chart.shapes if isinstance(shape, Bar)]
    return "".join(_EIGHTHS[min(7, int(bar.height / chart.height * 8))] for bar in bars)


def _runs(text: Text) -> str:
    return _AT_START.sub(r"\1\\\2", "".join(_run(run) for run in text))


def _run(run: Run) -> str:
    shown = _escaped(run.text)
    words = shown.strip()
    if not words:
        return shown
    before, after = shown[: len(shown) - len(shown.lstrip())], shown[len(shown.rstrip()) :]
    if run.bold:
        words = f"**{words}**"
    if run.href:
        words = f"[{words}](<{run.href.replace('<', '%3C').replace('>', '%3E')}>)"
    return before + words + after


def _line(text: str) -> str:
    return _AT_START.sub(r"\1\\\2", _escaped(text))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))
