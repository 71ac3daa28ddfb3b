from __future__ import annotations

import pytest

from kb.importing import prepare
from kb.index.cache import PassageIndex
from kb.retrieval import Retriever
from kb.store import ArticleStore
from tests.kb.builders import EVERYTHING, NOW, Call, Progress, article, hashing
from training.memory import memory_passages, open_retriever

ARTICLES = [
    article("trash", "Deleted bookings are kept for 30 days.\n\n## Later\n\nPress Restore."),
    article("empty", ""),
    article("widget", "Copy the code."),
]


def test_passages_are_numbered_through_and_fed_to_the_indexes():
    passages = memory_passages(ARTICLES, hashing())
    rows = [row for batch in passages.live_rows("any") for row in batch]
    assert [(row.passage_id, row.article_id, row.headings) for row in rows] == [
        (1, "trash", ""),
        (2, "trash", "Later"),
        (3, "widget", ""),
    ]
    assert (passages.generation(), passages.live_count()) == (1, 3)
    assert [one.passage.text for one in passages.passages([3, 2])] == ["Copy the code.", "Press Restore."]


def test_whoever_has_nothing_is_given_all_and_whoever_has_all_nothing():
    passages = memory_passages(ARTICLES, hashing())
    assert [row.passage_id for row in passages.changes("any", 0).added] == [1, 2, 3]
    assert passages.changes("any", 1).added == ()


def test_progress_counts_articles():
    seen = Progress()
    memory_passages(ARTICLES, hashing(), seen)
    assert seen == [Call(1, 3), Call(2, 3), Call(3, 3)]


def test_what_is_measured_is_what_serves(engine, tmp_path):
    store = ArticleStore(engine)
    store.set_active_embedder(hashing().fingerprint)
    store.put_many(prepare(store, hashing(), ARTICLES), hashing().fingerprint, NOW)
    index = PassageIndex.open(tmp_path / "served", store, hashing().fingerprint, 64)
    served = Retriever(hashing(), index, store)
    measured = open_retriever(memory_passages(ARTICLES, hashing()), hashing(), tmp_path / "measured")
    for question in ("restore bookings", "copy code"):
        one, other = (retriever.find(question, EVERYTHING) for retriever in (served, measured))
        assert [stored.passage.text for stored in one.passages] == [
            stored.passage.text for stored in other.passages
        ]
        assert one.signals.values == pytest.approx(other.signals.values, abs=1e-6)
