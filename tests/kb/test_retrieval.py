from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
import pytest

from kb.embedder.hashing import HashingEmbedder
from kb.embedder.pair import ArticleEmbedder
from kb.errors import InvalidQuestion
from kb.index.cache import PassageIndex
from kb.ranking.signals import SIGNALS
from kb.retrieval import Retriever
from kb.store import ArticleStore
from kb.types import Hit, Scope
from tests.kb.builders import EVERYTHING, article, hashing, knowledge_base, save_all, stored_passage


@dataclass
class Shelf:
    """Indexes and store by hand: what is near, what shares words, and the passages."""

    near_ids: tuple[int, ...] = ()
    word_ids: tuple[int, ...] = ()
    withdrawn: tuple[int, ...] = ()
    seen: dict[str, object] = field(default_factory=dict)
    word_count: int = 100

    def near(self, vector, limit, scope):
        self.seen |= {"vector": vector, "limit": limit, "scope": scope}
        return [Hit(number, 0.9) for number in self.near_ids]

    def words(self, text, limit, scope, prefix=False):
        self.seen |= {"text": text, "prefix": prefix}
        return [Hit(number, 4.0 / number) for number in self.word_ids]

    def document_frequency(self, word):
        return 1

    def passages(self, ids):
        return [
            stored_passage(f"passage {number}", passage_id=number)
            for number in ids
            if number not in self.withdrawn
        ]


def find(shelf, question="restore a booking", scope=EVERYTHING, embedder=None, **others):
    return Retriever(embedder or hashing(), shelf, shelf).find(question, scope, **others)


def test_what_is_near_and_what_shares_words_are_candidates_once():
    found = find(Shelf(near_ids=(3, 1), word_ids=(1, 2)))
    assert [stored.passage.id for stored in found.passages] == [3, 1, 2]
    assert found.signals.values[:, SIGNALS.index("words")].tolist() == pytest.approx([0.0, 1.0, 0.5])


def test_what_was_withdrawn_meanwhile_is_no_candidate():
    found = find(Shelf(near_ids=(1, 2), withdrawn=(2,)))
    assert [stored.passage.id for stored in found.passages] == [1]


def test_scope_limit_and_prefix_reach_the_indexes():
    shelf = Shelf()
    scope = Scope(audiences=frozenset({"public"}))
    find(shelf, scope=scope, limit=7, prefix=True)
    assert (shelf.seen["scope"], shelf.seen["limit"], shelf.seen["prefix"]) == (scope, 7, True)


def test_the_cleaned_question_is_searched_and_the_vector_kept():
    shelf = Shelf()
    found = find(shelf, "Hi Anna!\nrestore a booking\n\nThanks, Tom")
    assert shelf.seen["text"] == "restore a booking"
    assert found.vector == pytest.approx(HashingEmbedder(64).encode(["restore a booking"])[0])


def test_a_long_question_is_embedded_by_its_first_words_and_searched_whole():
    shelf = Shelf()
    question = " ".join(f"word{number}" for number in range(200)) + "?"
    found = find(shelf, question)
    assert shelf.seen["text"] == question
    shortened = " ".join(question.split()[:80])
    assert found.vector == pytest.approx(HashingEmbedder(64).encode([shortened])[0])


def test_sentences_are_compared_by_their_own_model():
    two = ArticleEmbedder(HashingEmbedder(64), HashingEmbedder(16))
    shelf = Shelf(near_ids=(1,))
    shelf.passages = lambda ids: [
        stored_passage(
            "restore a booking", sentence_vectors=HashingEmbedder(16).encode(["restore a booking"])
        )
    ]
    found = find(shelf, embedder=two)
    assert found.signals.values[0, SIGNALS.index("sentence")] == pytest.approx(1.0)


def test_a_question_asked_again_is_not_embedded_again():
    class Counting(HashingEmbedder):
        encoded = 0

        def encode(self, texts):
            self.encoded += len(texts)
            return super().encode(texts)

    counting, shelf = Counting(64), Shelf()
    retriever = Retriever(ArticleEmbedder(counting, counting), shelf, shelf)
    first, second = (retriever.find("restore a booking", EVERYTHING) for _ in range(2))
    assert counting.encoded == 1
    assert np.array_equal(first.vector, second.vector)


def test_nothing_found_is_no_error():
    found = find(Shelf())
    assert (found.passages, found.signals.values.shape) == ((), (0, len(SIGNALS)))


def test_an_empty_question_is_refused():
    with pytest.raises(InvalidQuestion):
        find(Shelf(), "  ")


def test_the_longest_questions_are_searched_within_seconds(engine, tmp_path):
    knowledge = knowledge_base(engine, tmp_path)
    save_all(knowledge, article("a", "Some words. And 予約を削除."))
    for nasty in ("word " * 10_000, "a" * 50_000, "予約を削除" * 10_000, "a_" * 25_000):
        started = time.perf_counter()
        knowledge.search(nasty, EVERYTHING)
        assert time.perf_counter() - started < 3


def test_what_serves_is_what_the_index_and_the_store_hold(engine, tmp_path):
    save_all(
        knowledge_base(engine, tmp_path),
        article("a", "Restore a booking."),
        article("b", "Open the calendar."),
    )
    store = ArticleStore(engine)
    index = PassageIndex.open(tmp_path, store, hashing().fingerprint, 64)
    found = Retriever(hashing(), index, store).find("restore a booking", EVERYTHING)
    best = found.signals.values[:, SIGNALS.index("passage")].argmax()
    assert found.passages[best].passage.text == "Restore a booking."
    assert found.passages[best].sentence_vectors.dtype == np.float32
