"""An article's text in the pieces a page shows it in: grouped blocks, with the quoted part marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from kb.types import Article, Block, BlockKind


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is marked throughout or not at all; ``first`` is where the mark begins."""

    text: str
    marked: bool
    first: bool = False


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block in pieces."""

    level: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks of one kind that follow each other: a list, a table, or single ones."""

    kind: BlockKind
    blocks: tuple[ShownBlock, ...]


def shown_groups(article: Article, start: int, end: int) -> list[Group]:
    """The article's blocks, with the characters from ``start`` to ``end`` marked."""
    blocks = article.blocks or (Block("paragraph", 0, len(article.text)),)
    first = next((block for block in blocks if block.start < end and block.end > start), None)
    return [
        Group(
            kind,
            tuple(
                ShownBlock(each.level, _pieces(article.text, each, start, end, each is first)) for each in run
            ),
        )
        for kind, run in groupby(blocks, key=lambda block: block.kind)
    ]


def _pieces(text: str, block: Block, start: int, end: int, is_first: bool) -> tuple[Piece, ...]:
    return tuple(
        _cut(
            text,
            block,
            min(max(start, block.start), block.end),
            min(max(end, block.start), block.end),
            is_first,
        )
    )


def _cut(text: str, block: Block, start: int, end: int, is_first: bool) -> Iterator[Piece]:
    if start >= end:
        yield Piece(text[block.start : block.end], marked=False)
        return
    for left, right, marked in ((block.start, start, False), (start, end, True), (end, block.end, False)):
        if left < right:
            yield Piece(text[left:right], marked, first=marked and is_first)
