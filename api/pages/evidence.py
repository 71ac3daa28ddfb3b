"""A ticket's text in pieces: what carried a decision is marked, with what it speaks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from api.pages.wording import TASK_TITLES, label_words
from triage.types import Evidence

MOST_SHOWN = 30_000  # characters: longer mails hold logs, which nobody reads to the end on a page
_STEPS = 3


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """A run of text. ``strength`` is 0 where it carried nothing, else 1 to 3; ``why`` is in words."""

    text: str
    strength: int = 0
    against: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class SpokenWords:
    """Words of the ticket, and how much they weigh (log-odds) for or against a label."""

    words: str
    task: str
    label: str
    weight: float


def marked_pieces(
    text: str, evidence: Sequence[Evidence], field: Literal["subject", "body"], most: int = MOST_SHOWN
) -> tuple[MarkedPiece, ...]:
    """The first ``most`` characters of a field, cut wherever a piece of evidence begins or ends.

    Places outside the text are left out: the ticket may have changed since it was triaged.
    """
    shown = text[:most]
    own = [one for one in _of_field(evidence, field) if one.start < len(shown) and one.end <= len(text)]
    strongest = max((abs(one.weight) for one in evidence), default=0.0) or 1.0
    edges = {0, len(shown)} | {min(place, len(shown)) for one in own for place in (one.start, one.end)}
    cuts = sorted(edges)
    return tuple(
        _piece(shown[start:end], [one for one in own if one.start < end and one.end > start], strongest)
        for start, end in pairwise(cuts)
        if start < end
    )


def spoken_words(subject: str, body: str, evidence: Sequence[Evidence]) -> list[SpokenWords]:
    """All words that carried decisions, task by task, the weightiest first."""
    texts = {"subject": subject, "body": body}
    found = [
        SpokenWords(texts[one.field][one.start : one.end], one.task or "topic", one.speaks_for, one.weight)
        for one in evidence
        if 0 <= one.start < one.end <= len(texts[one.field])
    ]
    order = {task: place for place, task in enumerate(TASK_TITLES)}
    return sorted(found, key=lambda one: (order.get(one.task, len(order)), -abs(one.weight)))


def _of_field(evidence: Iterable[Evidence], field: str) -> list[Evidence]:
    return [one for one in evidence if one.field == field and 0 <= one.start < one.end and one.weight]


def _piece(text: str, carried: Sequence[Evidence], strongest: float) -> MarkedPiece:
    if not carried or not text.strip():
        return MarkedPiece(text)
    leading = max(carried, key=lambda one: abs(one.weight))
    strength = max(1, round(abs(leading.weight) / strongest * _STEPS))
    why = "; ".join(dict.fromkeys(map(_why, carried)))
    return MarkedPiece(text, strength, leading.weight < 0, why)


def _why(one: Evidence) -> str:
    task = one.task or "topic"
    speaks = "speaks for" if one.weight > 0 else "speaks against"
    return f"{TASK_TITLES.get(task, task)}: {speaks} “{label_words(one.speaks_for, task)}”"
