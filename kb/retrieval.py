"""Finds the passages that may answer a question: near in meaning or sharing its words, each with its signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from kb.embedder.pair import ArticleEmbedder
from kb.index.port import FloatVector
from kb.questions import Question, read_question
from kb.ranking.signals import Asked, Signals, measure
from kb.store.values import StoredPassage
from kb.types import Hit, Scope

CANDIDATES = 40
_REMEMBERED = (
    64  # questions whose vectors are kept: one that was typed to its end is asked next, perhaps in two scopes
)
_MAX_WORDS = 80  # the model's attention to a longer question costs more than it finds


class PassageSearch(Protocol):
    """The indexes, as retrieval needs them."""

    def near(self, vector: FloatVector, limit: int, scope: Scope) -> list[Hit]: ...

    def words(self, text: str, limit: int, scope: Scope, prefix: bool = False) -> list[Hit]: ...

    def document_frequency(self, word: str) -> int: ...

    @property
    def word_count(self) -> int: ...


class PassageSource(Protocol):
    """Where stored passages are read from."""

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Passages that may answer, with their signals: ``signals.values`` is (passages, signals)."""

    question: Question
    vector: FloatVector
    passages: tuple[StoredPassage, ...]
    signals: Signals


class Retriever:
    """Searches the indexes and measures what they found."""

    def __init__(self, embedder: ArticleEmbedder, search: PassageSearch, source: PassageSource) -> None:
        self._embedder = embedder
        self._search = search
        self._source = source
        self._vectors = lru_cache(maxsize=_REMEMBERED)(self._embedded)

    def find(self, asked: str, scope: Scope, *, limit: int = CANDIDATES, prefix: bool = False) -> Candidates:
        """Give up to ``2 * limit`` candidates, in no order.

        Raises:
            InvalidQuestion: the question is empty or too long.
        """
        question = read_question(asked)
        vector, sentence_vector = self._vectors(_shortened(question.text))
        words = self._search.words(question.text, limit, scope, prefix)
        near = self._search.near(vector, limit, scope)
        ids = list(dict.fromkeys([hit.passage_id for hit in (*near, *words)]))
        found = self._source.passages(ids)
        asked_as = Asked(
            text=question.text,
            vector=vector,
            sentence_vector=sentence_vector,
            word_scores={hit.passage_id: hit.score for hit in words},
            document_frequency=self._search.document_frequency,
            passages=self._search.word_count,
        )
        return Candidates(question, vector, tuple(found), measure(asked_as, found))

    def _embedded(self, text: str) -> tuple[FloatVector, FloatVector]:
        """Embed a question for passages and for sentences; most of the time of a search goes here."""
        vector = self._embedder.passages.encode([text])[0]
        if self._embedder.sentences is self._embedder.passages:
            return vector, vector
        return vector, self._embedder.sentences.encode([text])[0]


def _shortened(text: str) -> str:
    words = text.split()
    return text if len(words) <= _MAX_WORDS else " ".join(words[:_MAX_WORDS])
