"""The cheap signals by which a passage is judged: near in meaning, sharing the question's rare words."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kb.index.port import FloatVector
from kb.index.terms import terms, terms_of_word
from kb.store.values import StoredPassage

Floats = NDArray[np.float64]

_KNOWN_TEXTS = (
    10_000  # titles and passages kept with their terms: up to 20 MB, and most of the time of a measurement
)
SIGNALS = ("passage", "sentence", "coverage", "title_words", "words")
_NAME = re.compile(r"\b(?:\w*[A-Z]\w*[A-Z0-9]\w*|\w*\d\w*|\w+[_/]\w+)")


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question as the signals need it.

    ``vector`` is comparable with passages, ``sentence_vector`` with their sentences; ``word_scores`` are BM25's,
    by passage id; ``passages`` counts all passages, for the weight of a word.
    """

    text: str
    vector: FloatVector
    sentence_vector: FloatVector
    word_scores: dict[int, float]
    document_frequency: Callable[[str], int]
    passages: int


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """What was measured of each candidate.

    ``values`` is (candidates, len(SIGNALS)); ``sentences`` holds for each candidate the cosine of each of its
    sentences; ``covered`` the weight of the question's terms that its article has, of 1; ``names_missing`` the
    number of names and codes in the question that no candidate has.
    """

    values: Floats
    sentences: tuple[Floats, ...]
    covered: Floats
    question_terms: int
    names_missing: int


def measure(asked: Asked, passages: Sequence[StoredPassage]) -> Signals:
    """Measure every signal of every candidate; all lie about between 0 and 1."""
    weights = term_weights(asked)
    total = sum(weights.values())
    passage_terms = [_terms_of(stored) for stored in passages]
    dense = np.array([_cosine(stored.vector, asked.vector) for stored in passages])
    sentences = tuple(_cosines(stored.sentence_vectors, asked.sentence_vector) for stored in passages)
    best = np.array([cosines.max(initial=0.0) for cosines in sentences])
    columns = {
        "passage": dense,
        "sentence": best,
        "coverage": np.array([_share(weights, total, found) for found in passage_terms]),
        "words": _relative([asked.word_scores.get(stored.passage.id, 0.0) for stored in passages]),
        "title_words": np.array(
            [_share(weights, total, distinct_terms(stored.title)) for stored in passages]
        ),
    }
    in_article = _article_terms(passages, passage_terms)
    by_article = {name: _share(weights, total, found) for name, found in in_article.items()}
    return Signals(
        values=np.stack([columns[name] for name in SIGNALS], axis=1)
        if passages
        else np.zeros((0, len(SIGNALS))),
        sentences=sentences,
        covered=np.array([by_article[stored.passage.article_id] for stored in passages]),
        question_terms=len(weights),
        names_missing=_names_missing(asked.text, set().union(*in_article.values())),
    )


def term_weights(asked: Asked) -> dict[str, float]:
    """Weigh the question's terms by their rarity: BM25's inverse document frequency."""
    weights = {}
    for term in dict.fromkeys(terms(asked.text)):
        frequency = asked.document_frequency(term)
        weights[term] = math.log(1 + (asked.passages - frequency + 0.5) / (frequency + 0.5))
    return weights


def _terms_of(stored: StoredPassage) -> tuple[str, ...]:
    return distinct_terms(" ".join((stored.title, *stored.passage.headings, stored.passage.text)))


@lru_cache(maxsize=_KNOWN_TEXTS)
def distinct_terms(text: str) -> tuple[str, ...]:
    """Give what `terms` gives, each once and in one order, so that equal sets have equal sums.

    It goes word by word, since nearly all words were seen before.
    """
    found: set[str] = set().union(*map(terms_of_word, set(text.split())))
    return tuple(sorted(found or set(terms(text))))


def _cosine(vector: FloatVector, asked: FloatVector) -> float:
    """Give 0 for a vector of another size: that of an embedder which is just being replaced, or none yet."""
    return float(vector @ asked) if len(vector) == len(asked) else 0.0


def _cosines(vectors: NDArray[np.float32], vector: FloatVector) -> Floats:
    if vectors.shape[-1] != len(vector):
        return np.zeros(0)
    return np.asarray(vectors @ vector, np.float64)


def _share(weights: dict[str, float], total: float, found: Iterable[str]) -> float:
    return sum(weights[term] for term in found if term in weights) / total if total else 0.0


def _relative(scores: list[float]) -> Floats:
    values = np.array(scores, np.float64)
    return values / max(float(values.max(initial=0.0)), 1e-9)


def _article_terms(
    passages: Sequence[StoredPassage], passage_terms: Sequence[tuple[str, ...]]
) -> dict[str, set[str]]:
    joined: dict[str, set[str]] = {}
    for stored, found in zip(passages, passage_terms, strict=True):
        joined.setdefault(stored.passage.article_id, set()).update(found)
    return joined


def _names_missing(text: str, found: set[str]) -> int:
    names = {name for name in _NAME.findall(text) if not name.isdigit()}
    return sum(not set(terms(name)) <= found for name in names)
