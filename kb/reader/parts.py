"""The parts of a page in reading order, and how they are laid out as one text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kb.types import Block, BlockKind

_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u2060\ufeff\x00-\x08\x0e-\x1f]")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n[ \n]*")
_FILE_NAME = re.compile(
    r"(?i)^[\w%.-]*\.(png|jpe?g|gif|svg|webp)$|^(image|img|screenshot|photo|icon|logo)\W*\d*$"
)
_CLOSE = frozenset({"item", "row"})


@dataclass(frozen=True, slots=True)
class Part:
    """A block before it has a place: its kind, its plain text and its level."""

    kind: BlockKind
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader of one form found: parts, a title the form itself names, and further fields."""

    parts: tuple[Part, ...] = ()
    title: str = ""
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: what a run of text there is, and how deep in lists (-1 for not in one)."""

    kind: BlockKind = "paragraph"
    depth: int = -1


class Sheet:
    """Collects parts in reading order; the first paragraph of a list item becomes the item."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._item = -1

    def open_item(self, level: int) -> None:
        """Begins a list item of that depth."""
        self._item = max(level, 0)

    def close_item(self) -> None:
        """Ends a list item, which may have stayed empty."""
        self._item = -1

    def add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """Adds a part; one without text is left out."""
        if not text:
            return
        if kind == "paragraph" and self._item >= 0:
            kind, level = "item", self._item
        self._item = -1
        self.parts.append(Part(kind, text, level))


def one_line(text: str) -> str:
    """Returns ``text`` with every run of white space, line breaks too, as one space."""
    return " ".join(_INVISIBLE.sub("", text).split())


def tidy(text: str) -> str:
    """Returns ``text`` with runs of spaces as one space; line breaks stay, never two in a row."""
    return _BREAKS.sub("\n", _SPACES.sub(" ", _INVISIBLE.sub("", text))).strip()


def verbatim(text: str) -> str:
    """Returns code as it was written, without blank lines around it and trailing spaces."""
    lines = [
        line.rstrip() for line in _INVISIBLE.sub("", text).replace("\xa0", " ").expandtabs(4).split("\n")
    ]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines)


def words_of_image(alternative: str) -> str:
    """Returns the text of an image within a sentence where it is a word or two, such as an icon's name.

    That of a screenshot, which is longer, repeats the step beside it.
    """
    text = one_line(alternative)
    return text if len(text.split()) <= 3 and not _FILE_NAME.match(text) else ""


def lay_out(parts: Sequence[Part]) -> tuple[str, tuple[Block, ...]]:
    """Returns the parts as one text with the place of each.

    Items follow items and rows follow rows on the next line; all else is set off by an empty line.
    """
    pieces: list[str] = []
    blocks: list[Block] = []
    end = 0
    for part in parts:
        if not part.text:
            continue
        if blocks:
            close = part.kind == blocks[-1].kind and part.kind in _CLOSE
            gap = "\n" if close else "\n\n"
            pieces.append(gap)
            end += len(gap)
        pieces.append(part.text)
        blocks.append(Block(part.kind, end, end + len(part.text), part.level))
        end += len(part.text)
    return "".join(pieces), tuple(blocks)


def rows(cells: Sequence[Sequence[str]], headed: bool) -> list[Part]:
    """Returns a table as one part a row.

    From three columns on, a cell carries the head of its column, so that a row can be read on its own.
    A table of one column is no table: its cells are paragraphs.
    """
    width = max((len(row) for row in cells), default=0)
    if width < 2:
        return [Part("paragraph", cell) for row in cells for cell in row if cell]
    head = cells[0] if headed and width > 2 else ()
    made = []
    for number, row in enumerate(cells):
        heads = head if number else ()
        text = " | ".join(_labelled(cell, heads, column) for column, cell in enumerate(row) if cell)
        if text:
            made.append(Part("row", text))
    return made


def cell_text(parts: Sequence[Part]) -> str:
    """Returns what a table cell holds as one line; list items in it are set off by semicolons."""
    text = ""
    for part in parts:
        gap = "; " if part.kind == "item" and text and text[-1] not in ".:;!?" else " "
        text += (gap if text else "") + one_line(part.text)
    return text


def _labelled(cell: str, heads: Sequence[str], column: int) -> str:
    label = heads[column].rstrip(": ") if 0 < column < len(heads) else ""
    return f"{label}: {cell}" if label else cell
