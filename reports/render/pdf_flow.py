"""Words set into lines: what a PDF needs that a browser does by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reports.render.blocks import Run, Text

_WORDS = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one look on a line, and their width."""

    text: str
    run: Run
    width: float


Line = tuple[Piece, ...]
Measure = Callable[[str, Run], float]


def lines_of(text: Text, width: float, measure: Measure) -> list[Line]:
    """Set a text into lines no wider than ``width``; line breaks in it are kept, words too long are cut.

    Args:
        text: what to set.
        width: of a line, in points.
        measure: gives the width of words in the look of a run.
    """
    lines: list[list[Piece]] = [[]]
    room = width
    for group in _groups(text, width, measure):
        last = group[-1]
        needed = sum(piece.width for piece in group[:-1]) + measure(last.text.rstrip(), last.run)
        if last.text == "\n" or (lines[-1] and needed > room):
            lines.append([])
            room = width
        if last.text != "\n":
            lines[-1] += group
            room -= sum(piece.width for piece in group)
    return [_joined(line, measure) for line in lines]


def _groups(text: Text, width: float, measure: Measure) -> Iterator[list[Piece]]:
    """Give what must stay on one line: pieces up to the next space, as far as a line can hold them."""
    group: list[Piece] = []
    for word, run in _words(text):
        for part in [Piece(word, run, 0.0)] if word == "\n" else _parts(word, run, width, measure):
            if group and (part.text == "\n" or sum(piece.width for piece in (*group, part)) > width):
                yield group
                group = []
            group.append(part)
            if part.text[-1].isspace():
                yield group
                group = []
    if group:
        yield group


def _words(text: Text) -> Iterator[tuple[str, Run]]:
    for run in text:
        for place, line in enumerate(run.text.split("\n")):
            if place:
                yield "\n", run
            for word in _WORDS.findall(line):
                yield word, run


def _parts(word: str, run: Run, width: float, measure: Measure) -> Iterator[Piece]:
    """Cut a word that is wider than a line."""
    while measure(word.rstrip(), run) > width and len(word) > 1:
        end = next((n for n in range(2, len(word)) if measure(word[:n], run) > width), len(word)) - 1
        yield Piece(word[:end], run, measure(word[:end], run))
        word = word[end:]
    yield Piece(word, run, measure(word, run))


def _joined(line: list[Piece], measure: Measure) -> Line:
    """Join neighbours of the same look, without spaces at the end of the line."""
    texts: list[tuple[str, Run]] = []
    for piece in line:
        if texts and texts[-1][1] is piece.run:
            texts[-1] = (texts[-1][0] + piece.text, piece.run)
        else:
            texts.append((piece.text, piece.run))
    if texts:
        texts[-1] = (texts[-1][0].rstrip(), texts[-1][1])
    return tuple(Piece(text, run, measure(text, run)) for text, run in texts if text)
