"""Text that remembers, character for character, where it came from, and its lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from kb.types import Span

# A soft hyphen, a zero-width space or the CR of CRLF parts no words: it is left out. Other controls become spaces.
_LEFT_OUT = re.compile("[\u00ad\u200b\u200c\u2060\ufeff]+|\r(?=\n)")
_AS_SPACE = dict.fromkeys((*range(32), *range(127, 160), 0xA0, 0x202F, 0xFFFC), " ")
READABLE = _AS_SPACE | {9: "\t", 10: "\n", 13: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Shown:
    """``text`` is as long as ``parts`` together. ``quoted`` and ``signed`` are spans of ``text`` that markup names."""

    text: str
    parts: tuple[Span, ...]
    quoted: tuple[Span, ...] = ()
    signed: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a `Shown` without the white space around it; ``ending`` is its line end (empty for the last)."""

    text: str
    start: int
    end: int
    ending: Span
    quoted: bool = False
    signed: bool = False


def readable(text: str) -> str:
    """Returns ``text``, as long as before, without control characters and halves of surrogate pairs."""
    return _SURROGATE.sub("\ufffd", text.translate(READABLE))


def shown_plain(text: str, offset: int) -> Shown:
    """Shows plain text that begins at ``offset`` of the original."""
    parts, pieces, at = [], [], 0
    for found in _LEFT_OUT.finditer(text):
        if found.start() > at:
            parts.append(Span(offset + at, offset + found.start()))
            pieces.append(text[at : found.start()])
        at = found.end()
    if at < len(text):
        parts.append(Span(offset + at, offset + len(text)))
        pieces.append(text[at:])
    return Shown(readable("".join(pieces)), tuple(parts))


def lines_of(shown: Shown) -> list[Line]:
    """Returns all lines, the blank ones too."""
    lines, at = [], 0
    for raw in shown.text.split("\n"):
        start, end = at + len(raw) - len(raw.lstrip()), at + len(raw.rstrip())
        ending = Span(at + len(raw), min(at + len(raw) + 1, len(shown.text)))
        quoted = raw.lstrip().startswith((">", "|>")) or _within(start, end, shown.quoted)
        lines.append(
            Line(raw.strip(), min(start, end), end, ending, quoted, _within(start, end, shown.signed))
        )
        at += len(raw) + 1
    return lines


def kept(shown: Shown, lines: Sequence[Line]) -> tuple[str, tuple[Span, ...]]:
    """Puts ``lines`` together again: no blank ones at the ends, no two in a row."""
    spans: list[Span] = []
    blank = True
    for line in lines:
        if line.text:
            spans += [Span(line.start, line.end), line.ending]
        elif not blank:
            spans.append(line.ending)
        blank = not line.text
    spans = [span for span in spans if span.end > span.start]
    while spans and not shown.text[spans[-1].start : spans[-1].end].strip():
        spans.pop()
    text = "".join(shown.text[span.start : span.end] for span in spans)
    return text, origins(shown.parts, spans)


def origins(parts: Sequence[Span], spans: Iterable[Span]) -> tuple[Span, ...]:
    """Returns the spans of the original behind ``spans`` of the text that ``parts`` make up."""
    ends = list(accumulate(part.end - part.start for part in parts))
    found: list[Span] = []
    for span in spans:
        at, number = span.start, bisect_right(ends, span.start)
        while at < span.end:
            stop = min(span.end, ends[number])
            shift = parts[number].end - ends[number]
            if found and found[-1].end == at + shift:
                found[-1] = Span(found[-1].start, stop + shift)
            else:
                found.append(Span(at + shift, stop + shift))
            at, number = stop, number + 1
    return tuple(found)


def _within(start: int, end: int, spans: Sequence[Span]) -> bool:
    return any(span.start <= start and end <= span.end for span in spans)
