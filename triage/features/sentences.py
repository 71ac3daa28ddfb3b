"""Sentences of a message: one of them may carry what matters, among many that do not."""

from __future__ import annotations

import re

from kb.types import Span

MOST = 24  # sentences that are read; a pasted log has thousands
_SHORTEST = 12  # characters: "Hi," belongs to what follows
_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|\n+")


def sentences(text: str) -> list[Span]:
    """Part a message into sentences, greetings joined with what follows; at least one where there is any text."""
    spans: list[Span] = []
    start = 0
    for end, following in [
        *((match.start(), match.end()) for match in _END.finditer(text)),
        (len(text), len(text)),
    ]:
        if text[start:end].strip():
            _add(spans, Span(start, end))
        start = following
        if len(spans) > MOST:
            break
    return spans[:MOST]


def _add(spans: list[Span], one: Span) -> None:
    """Append a span, or lengthen the last one where either is too short to mean anything."""
    if spans and min(one.end - one.start, spans[-1].end - spans[-1].start) < _SHORTEST:
        spans[-1] = Span(spans[-1].start, one.end)
    else:
        spans.append(one)
