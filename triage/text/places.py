"""How the characters of a clean text map back to the subject and the body that came in.

The original is the subject, a blank line and the body. The clean text is made of its ``parts``, put together in
order, one character for one: some are shown as another (a control character as a space, the ``&`` of an entity as
what it stands for, the ``<`` of a paragraph's tag as a line end), none is added.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from kb.types import Span
from triage.types import CleanText

BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class FieldSpan:
    """Characters of a ticket's subject or body."""

    field: Literal["subject", "body"]
    start: int
    end: int


def original_text(subject: str, body: str) -> str:
    """Returns the text that ``CleanText.parts`` refer to."""
    return f"{subject}{BETWEEN}{body}"


def to_original(clean: CleanText, start: int, end: int) -> Span:
    """Returns the span of `original_text` from the character at ``start`` to the one before ``end``.

    What was taken off between the two lies within it.

    Raises:
        IndexError: The range is empty or not within ``clean.text``.
    """
    if not 0 <= start < end <= len(clean.text):
        raise IndexError(f"{start} to {end} is no part of a text of {len(clean.text)} characters")
    ends = list(accumulate(part.end - part.start for part in clean.parts))
    return Span(_place(clean.parts, ends, start), _place(clean.parts, ends, end - 1) + 1)


def to_field(clean: CleanText, subject: str, start: int, end: int) -> FieldSpan:
    """Returns where the range lies in the ticket; one that begins in the subject ends there.

    ``subject`` is the ticket's own, as it was cleaned.
    """
    span = to_original(clean, start, end)
    if span.start < len(subject):
        return FieldSpan("subject", span.start, min(span.end, len(subject)))
    before = len(subject) + len(BETWEEN)
    return FieldSpan("body", max(span.start - before, 0), max(span.end - before, 0))


def _place(parts: Sequence[Span], ends: Sequence[int], at: int) -> int:
    number = bisect_right(ends, at)
    return parts[number].end - (ends[number] - at)
