"""Takes the README apart: its commands, tables, links and settings."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")

_BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`((?:flask|make|python -m) [^`]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)]+)\)")
_PICTURE = re.compile(r"!\[[^\]]+\]\((?P<target>[^)]+)\)")


def blocks(language: str) -> list[str]:
    return [match["body"] for match in _BLOCK.finditer(README) if match["language"] == language]


def commands(program: str) -> list[list[str]]:
    """Every command of a program as its words, from shell blocks and from running text."""
    lines = [line for block in blocks("shell") for line in shell_lines(block)]
    words = [shlex.split(line, comments=True) for line in (*lines, *_INLINE.findall(README))]
    return [line for line in words if line[:1] == [program]]


def shell_lines(block: str) -> list[str]:
    return [
        line for line in block.replace("\\\n", " ").splitlines() if line.strip() and not line.startswith("#")
    ]


def block_with(text: str) -> list[list[str]]:
    """The commands of the first shell block that holds a text."""
    found = next(block for block in blocks("shell") if text in block)
    return [shlex.split(line, comments=True) for line in shell_lines(found)]


def table(first_heading: str) -> list[list[str]]:
    """The rows of the table whose first column has this heading."""
    lines = iter(README.splitlines())
    next(line for line in lines if line.startswith(f"| {first_heading} |"))
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def names(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def relative_links() -> list[str]:
    return [match["target"] for match in _LINK.finditer(README) if "://" not in match["target"]]


def pictures() -> list[str]:
    return [match["target"] for match in _PICTURE.finditer(README)]


def settings() -> set[str]:
    return set(re.findall(r"POINTSMAN_[A-Z_]+", README))
