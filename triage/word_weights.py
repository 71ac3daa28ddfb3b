"""Gives the weights of word features (words, pairs of words, parts of words) back to the words of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.types import Span
from triage.features.heads import Floats, LinearHead
from triage.features.words import LONGEST

if TYPE_CHECKING:
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer

_TOKEN = re.compile(r"\b\w\w+\b")  # as scikit-learn's vectoriser parts words
_CHUNK = re.compile(r"\S+")


def word_weights(
    head: LinearHead, text: str, towards: Floats, row: sparse.csr_matrix | None = None
) -> dict[Span, float]:
    """Give what each word of a text adds to a score; together they are all that the word features add.

    What a feature adds is shared evenly among the places where it occurs, and that of a pair between its two words.

    Args:
        head: whose features they are.
        text: of a message; what the head does not read adds nothing.
        towards: (labels,), how much each label's score counts in the score in question.
        row: the text's word features, (1, features), where they are known already.
    """
    text = text[:LONGEST]
    row = head.features([text]) if row is None else row
    first = len(head.weights) - row.shape[1]
    uses = _uses(head, text)
    shared = np.zeros(row.shape[1])
    shared[row.indices] = row.data * (head.weights[first + row.indices].astype(np.float64) @ towards)
    shared[uses.features] /= uses.times
    totals = np.bincount(uses.places, shared[uses.features], len(uses.words))
    told = np.unique(uses.places).tolist()
    return {uses.words[place]: float(totals[place]) for place in told}


@dataclass(frozen=True, slots=True, eq=False)
class _Uses:
    """Where a text uses which feature: (uses,) each; ``times`` is how often the text uses that feature at all."""

    words: list[Span]
    features: NDArray[np.int64]
    places: NDArray[np.int64]
    times: NDArray[np.int64]


@lru_cache(maxsize=64)  # the evidence of a ticket asks for the same sentence several times
def _uses(head: LinearHead, text: str) -> _Uses:
    chunks = [match.span() for match in _CHUNK.finditer(text)]
    found: list[tuple[int, int]] = []  # feature, place of the word
    start = 0
    for name, part in head.words.transformer_list:
        known = part.vocabulary_
        own = _words(text, chunks, known) if name == "words" else _characters(text, chunks, part)
        found += [(start + feature, place) for feature, place in own]
        start += len(known)
    features, places = np.array(found, np.int64).reshape(-1, 2).T
    _, which, counted = np.unique(features, return_inverse=True, return_counts=True)
    return _Uses([_trimmed(text, *chunk) for chunk in chunks], features, places, counted[which])


def _words(text: str, chunks: list[tuple[int, int]], known: dict[str, int]) -> Iterator[tuple[int, int]]:
    place = 0
    before: tuple[str, int] | None = None
    for match in _TOKEN.finditer(text):
        while chunks[place][1] <= match.start():
            place += 1
        word = match.group().lower()
        if word in known:
            yield known[word], place
        if before is not None and (pair := f"{before[0]} {word}") in known:
            yield known[pair], before[1]
            yield known[pair], place
        before = word, place


def _characters(text: str, chunks: list[tuple[int, int]], part: TfidfVectorizer) -> Iterator[tuple[int, int]]:
    for place, (start, end) in enumerate(chunks):
        for feature in _features_of(part, text[start:end].lower()):
            yield feature, place


@lru_cache(maxsize=20_000)  # most words of a ticket are those of the tickets before
def _features_of(part: TfidfVectorizer, word: str) -> tuple[int, ...]:
    known = part.vocabulary_
    return tuple(known[run] for run in _runs(f" {word} ", *part.ngram_range) if run in known)


def _runs(padded: str, low: int, high: int) -> Iterator[str]:
    """The runs of a padded word, as scikit-learn's ``char_wb`` makes them."""
    for length in range(low, high + 1):
        yield padded[:length]
        for start in range(1, len(padded) - length + 1):
            yield padded[start : start + length]
        if len(padded) <= length:
            return  # a short word counts once


def _trimmed(text: str, start: int, end: int) -> Span:
    """A word without the marks around it."""
    while end - start > 1 and not text[start].isalnum():
        start += 1
    while end - start > 1 and not text[end - 1].isalnum():
        end -= 1
    return Span(start, end)
