"""Lines of reStructuredText: what they begin with and how far a block of them reaches."""

from __future__ import annotations

import re
from collections.abc import Sequence

BULLET = re.compile(r"[-*+•‣][ ]+(?=\S)|[-*+•‣]\Z")
NUMBER = re.compile(r"\(?(?:#|\d{1,3}|[A-Za-z]|[ivxlcdm]{1,6})[.)][ ]+(?=\S)")

_RULE = re.compile(r"([!-/:-@\[-`{-~])\1*\Z")


def is_rule(line: str, least: int) -> bool:
    """Tells whether ``line`` is one sign of punctuation repeated, at least that often."""
    return len(line) >= least and _RULE.match(line) is not None


def indent(line: str) -> int:
    """Returns the number of spaces that ``line`` starts with."""
    return len(line) - len(line.lstrip())


def dedented(lines: Sequence[str]) -> list[str]:
    """Returns ``lines`` without the indentation that all of them share."""
    margin = min((indent(line) for line in lines if line.strip()), default=0)
    return [line[margin:] for line in lines]


def indented_end(lines: Sequence[str], at: int) -> int:
    """Returns the line after the empty and indented lines that start at ``at``."""
    end = at
    while end < len(lines) and (not lines[end].strip() or lines[end][0] == " "):
        end += 1
    while end > at and not lines[end - 1].strip():
        end -= 1
    return end


def paragraph_end(lines: Sequence[str], at: int) -> int:
    """Returns the line after the paragraph that starts at ``at``."""
    end = at + 1
    while end < len(lines) and lines[end].strip() and not re.match(r"\.\. [\w:-]+::(\s|\Z)", lines[end]):
        end += 1
    return end
