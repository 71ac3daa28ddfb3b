from __future__ import annotations

import time
from datetime import date, timedelta

import numpy as np
import pytest

from kb.store import ArticleStore, SentenceVectors
from kb.types import Passage, Span
from tests.kb.store.builders import (
    EMBEDDER,
    NOW,
    content_key,
    live_ids,
    put,
    sentence_vectors,
    vector,
    write,
)


def test_a_passage_comes_with_what_is_known_of_its_article(store):
    put(
        store,
        write(
            text="Erste Zeile.\nDeposits are 🛳 paid.",
            audience="internal",
            language="de",
            updated_at=NOW,
            verified_at=NOW - timedelta(days=1),
            verify_by=date(2027, 1, 31),
        ),
    )
    second = live_ids(store)[1]

    (found,) = store.passages([second])

    assert found.passage == Passage(
        article_id="deposits",
        version=1,
        ordinal=1,
        start=13,
        end=33,
        text="Deposits are 🛳 paid.",
        headings=("Payments", "Deposits"),
        sentences=(Span(13, 33),),
        id=second,
    )
    assert (found.title, found.url, found.source) == ("Deposits", "/deposits", "help")
    assert (found.audience, found.language) == ("internal", "de")
    assert found.updated_at == NOW
    assert found.verified_at == NOW - timedelta(days=1)
    assert found.verify_by == date(2027, 1, 31)
    expected = sentence_vectors("Deposits are 🛳 paid.").floats()
    np.testing.assert_array_equal(found.sentence_vectors, expected)
    np.testing.assert_array_equal(found.vector, vector("Deposits are 🛳 paid."))
    assert (found.vector.dtype, found.sentence_vectors.dtype) == (np.float32, np.float32)


def test_passages_come_in_the_order_asked_for(store):
    put(store, write(text="a\nb\nc"))
    first, second, third = live_ids(store)
    asked = store.passages([third, 999_999, first, second])
    assert [one.passage.text for one in asked] == ["c", "a", "b"]
    assert store.passages([]) == []


def test_sentence_vectors_of_any_size_are_kept(store):
    rng = np.random.default_rng(7)
    given = [
        SentenceVectors(rng.integers(-127, 128, (size, 8), dtype=np.int8), rng.random(size, dtype=np.float32))
        for size in (0, 1, 5)
    ]
    put(store, write(text="a\nb\nc"))
    ids = live_ids(store)
    store.put_vectors(EMBEDDER, ids, rng.random((3, 8), dtype=np.float32), given)
    for found, expected in zip(store.passages(live_ids(store)), given, strict=True):
        np.testing.assert_array_equal(found.sentence_vectors, expected.floats())


def test_vectors_are_found_by_what_they_were_made_of(store):
    put(store, write(text="Old.\nSame."))
    put(store, write(text="Same.\nNew."))

    found = store.vectors_by_key([content_key(text) for text in ("Old.", "Same.", "Unknown.")], EMBEDDER)

    assert found.keys() == {content_key("Old."), content_key("Same.")}
    kept, sentences = found[content_key("Same.")]
    np.testing.assert_array_equal(kept, vector("Same."))
    np.testing.assert_array_equal(sentences.values, sentence_vectors("Same.").values)
    np.testing.assert_array_equal(sentences.scales, sentence_vectors("Same.").scales)


def test_vectors_of_another_embedder_are_not_taken(store):
    put(store, write(text="Same."))
    assert store.vectors_by_key([content_key("Same.")], "other/2") == {}


def test_more_keys_than_fit_one_statement_are_found(store):
    put(store, write(text="\n".join(f"Line {number}" for number in range(1200))))
    keys = [content_key(f"Line {number}") for number in range(1200)]
    assert store.vectors_by_key(keys, EMBEDDER).keys() == set(keys)


def test_a_new_embedder_is_filled_in_before_it_is_searched(store):
    put(store, write(text="a\nb\nc"))
    ids = live_ids(store)

    first = store.passages_without("next/1", 2)
    assert [(passage.id, passage.text, title) for passage, title in first] == [
        (ids[0], "a", "Deposits"),
        (ids[1], "b", "Deposits"),
    ]
    new = np.eye(3, dtype=np.float32)
    sentences = [SentenceVectors(np.full((1, 3), n, np.int8), np.ones(1, np.float32)) for n in range(3)]
    store.put_vectors("next/1", ids[:2], new[:2], sentences[:2])
    assert [passage.id for passage, _ in store.passages_without("next/1", 9)] == ids[2:]
    counts = store.embedded_count("next/1"), store.embedded_count(EMBEDDER), store.passage_count()
    assert counts == (2, 3, 3)
    np.testing.assert_array_equal(store.passages(ids[:1])[0].sentence_vectors, sentence_vectors("a").floats())

    before = store.generation()
    store.put_vectors("next/1", ids[2:], new[2:], sentences[2:])
    store.set_active_embedder("next/1")

    assert store.active_embedder() == "next/1"
    assert store.generation() > before
    np.testing.assert_array_equal(store.passages(ids[1:2])[0].sentence_vectors, [[1, 1, 1]])


def test_a_passage_the_active_embedder_has_not_seen_has_no_sentence_vectors(store):
    put(store, write(text="a"))
    store.set_active_embedder("next/1")
    (found,) = store.passages(live_ids(store))
    assert (found.vector.shape, found.sentence_vectors.shape) == ((0,), (0, 0))
    assert (store.passage_count(), store.live_count()) == (1, 0)


def test_vectors_for_a_passage_that_was_purged_meanwhile_are_dropped(store):
    put(store, write(text="a\nb"))
    ids = live_ids(store)
    put(store, write(text="c"))
    store.purge(store.generation() + 1)
    vectors = np.ones((2, 4), np.float32)
    store.put_vectors("next/1", ids, vectors, [sentence_vectors("a")] * 2)
    assert store.embedded_count("next/1") == 0


def test_no_embedder_is_active_before_the_first(engine):
    assert ArticleStore(engine).active_embedder() == ""


def test_sixty_passages_are_read_quickly(store, database_kind):
    if database_kind != "sqlite":
        pytest.skip("the promise is for SQLite")
    put(store, *(write(article_id=f"a{n}", text=f"Some words {n}.\n" * 20) for n in range(30)))
    ids = live_ids(store)[::10]
    assert len(store.passages(ids)) == 60

    def milliseconds():
        started = time.perf_counter()
        store.passages(ids)
        return (time.perf_counter() - started) * 1000

    # The best of many: a busy machine makes single runs slow. The aim is 3 ms on an idle one.
    assert min(milliseconds() for _ in range(30)) < 8
