"""Plain text tables: a title, the command that made it, aligned columns, and notes on how to read it."""

from __future__ import annotations

import math
import os
import platform
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading, and how many decimals its numbers have."""

    name: str
    decimals: int = 3
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under columns; the first cell of a row names it. None and NaN are shown as a dash."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


def show(table: Table) -> None:
    """Print a table with the command that made it."""
    print(f"\n{rendered(table, command())}\n", flush=True)


def tell(message: str) -> None:
    """Say on stderr what is being done."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def rendered(table: Table, made_by: str) -> str:
    """Give a table as text."""
    head = [column.name for column in table.columns]
    body = [
        [_text(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows
    ]
    widths = [max(map(len, cells)) for cells in zip(head, *body, strict=True)]
    lines = [table.title, f"$ {made_by}", _line(head, widths), "  ".join("-" * width for width in widths)]
    lines += [_line(row, widths) for row in body]
    return "\n".join([*lines, *(f"  {note}" for note in table.notes)])


def ratios(cells: Sequence[Cell], others: Sequence[Cell]) -> list[Cell]:
    """How many times as much each cell is as the other one; None where one of them is no number."""
    return [
        _times(one / other)
        if isinstance(one, int | float) and isinstance(other, int | float) and other
        else None
        for one, other in zip(cells, others, strict=True)
    ]


def command() -> str:
    """The command line of this run."""
    return shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]])


def machine() -> str:
    """The processor and the number of cores this process may use."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{models[0] if models else platform.machine()}, {cores} cores, Python {platform.python_version()}"


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} x" if ratio >= 10 else f"{ratio:.2g} x"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.rjust(width) if place else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([first, *others]).rstrip()


def _text(cell: Cell, column: Column) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return "-"
    if isinstance(cell, str):
        return cell
    rounded = round(cell, column.decimals) + 0.0  # no minus before a zero
    return f"{rounded:{'+' if column.signed else ''},.{column.decimals}f}"
