"""Takes greeting, closing, signature, contact block and legal footer off the lines of one mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from triage.text.phrases import CONTACT, GREETING, LEGAL, NAME, POSTSCRIPT, SENT_FROM, closes
from triage.text.shown import Line

_SIGNATURE_MARK = re.compile(r"(?:--|—|\u2013\u2013|__|---|\*\*|_{3,}|-{3,})")
_LONGEST_SIGNATURE = 15
_LONGEST_LINE = 70
_AFTER_CLOSING = 8
_FEWEST_IN_BLOCK = 2
_LONGEST_FOOTER_START = 0.34  # of the mail: a footer does not stand above this


def without_wrapping(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Returns the lines that say something; a mail that is nothing but wrapping stays as it is."""
    kept = [line for line in lines if not line.signed and not SENT_FROM.fullmatch(line.text)]
    for step in (_without_footers, _without_signature, _without_closing, _without_contact, _without_greeting):
        less = step(kept)
        if any(line.text for line in less):
            kept = less
    return tuple(kept) if any(line.text for line in kept) else tuple(lines)


def without_greeting(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Returns the lines without the greeting alone, which may leave nothing."""
    return tuple(_without_greeting(list(lines)))


def _without_footers(lines: list[Line]) -> list[Line]:
    kept: list[Line] = []
    for start, end in _paragraphs(lines):
        words = " ".join(line.text for line in lines[start:end])
        late = start >= _LONGEST_FOOTER_START * len(lines)
        kept += [] if late and LEGAL.search(words) else lines[start:end]
        kept += [line for line in lines[end : end + 1] if not line.text]
    return kept


def _without_signature(lines: list[Line]) -> list[Line]:
    for at, line in enumerate(lines):
        if _SIGNATURE_MARK.fullmatch(line.text) and any(above.text for above in lines[:at]):
            below = [other for other in lines[at + 1 :] if other.text]
            short = sum(len(other.text) <= _LONGEST_LINE for other in below)
            if len(below) <= _LONGEST_SIGNATURE and short * 2 >= len(below):
                return _with_postscript(lines, at)
    return lines


def _without_closing(lines: list[Line]) -> list[Line]:
    filled = [at for at, line in enumerate(lines) if line.text]
    for at in filled[-_AFTER_CLOSING - 1 :]:
        if closes(lines[at].text) and all(_is_short(line) for line in lines[at + 1 :]):
            return _with_postscript(lines, at)
    return lines


def _without_contact(lines: list[Line]) -> list[Line]:
    """Takes off a last paragraph that begins with a name and has telephone, address or company below."""
    paragraphs = _paragraphs(lines)
    if not paragraphs:
        return lines
    start, end = paragraphs[-1]
    block = [line.text for line in lines[start:end]]
    known = any(CONTACT.search(text) for text in block[1:])
    named = (
        NAME.fullmatch(block[0]) and len(block) >= _FEWEST_IN_BLOCK and all(map(_is_short, lines[start:end]))
    )
    return lines[:start] if known and named else lines


def _without_greeting(lines: list[Line]) -> list[Line]:
    first = next((at for at, line in enumerate(lines) if line.text), len(lines))
    found = GREETING.match(lines[first].text) if first < len(lines) else None
    if not found:
        return lines
    line = lines[first]
    rest = line.text[found.end() :]
    if not rest:
        return lines[first + 1 :]
    return [replace(line, text=rest, start=line.end - len(rest)), *lines[first + 1 :]]


def _with_postscript(lines: list[Line], at: int) -> list[Line]:
    below = next(
        (place for place in range(at, len(lines)) if POSTSCRIPT.match(lines[place].text)), len(lines)
    )
    return lines[:at] + lines[below:]


def _is_short(line: Line) -> bool:
    return (len(line.text) <= _LONGEST_LINE and "?" not in line.text) or bool(POSTSCRIPT.match(line.text))


def _paragraphs(lines: Sequence[Line]) -> list[tuple[int, int]]:
    found, start = [], -1
    for at, line in enumerate(lines):
        if line.text and start < 0:
            start = at
        elif not line.text and start >= 0:
            found.append((start, at))
            start = -1
    return [*found, (start, len(lines))] if start >= 0 else found
