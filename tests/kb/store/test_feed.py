from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from kb.index.port import ChangeFeed, IndexRow
from kb.store import feed
from kb.store.transactions import writing
from tests.kb.store.builders import EMBEDDER, NOW, live_ids, put, sentence_vectors, vector, write


def follow(store, held, since):
    """What an index that held these rows at ``since`` holds after it took the changes."""
    changes = store.changes(EMBEDDER, since)
    left = {row.passage_id: row for row in held if row.passage_id not in changes.removed}
    return sorted(
        (left | {row.passage_id: row for row in changes.added}).values(), key=lambda row: row.passage_id
    )


def rows(store):
    return [row for batch in store.live_rows(EMBEDDER) for row in batch]


def test_the_store_is_a_feed_for_indexes(store):
    followed: ChangeFeed = store
    assert followed.live_count() == 0


def test_a_row_tells_all_that_indexes_need(store):
    put(store, write(text="Paid at booking.", audience="internal", language="fi"))
    (row,) = rows(store)
    assert row == IndexRow(
        passage_id=row.passage_id,
        article_id="deposits",
        audience="internal",
        language="fi",
        source="help",
        title="Deposits",
        headings="Payments > Deposits",
        text="Paid at booking.",
        vector=row.vector,
    )
    np.testing.assert_array_equal(row.vector, vector("Paid at booking."))
    assert row.vector.dtype == np.float32


def test_all_rows_come_in_batches_by_id(store, monkeypatch):
    monkeypatch.setattr(feed, "BATCH", 2)
    put(store, write(text="a\nb\nc"), write(article_id="refunds", text="d\ne"))
    batches = [[row.text for row in batch] for batch in store.live_rows(EMBEDDER)]
    assert batches == [["a", "b"], ["c", "d"], ["e"]]


def test_changes_are_what_was_added_and_removed_since(store):
    put(store, write(text="old"), write(article_id="refunds", text="kept"))
    old = live_ids(store)[0]
    since = store.generation()

    put(store, write(text="new"))
    put(store, write(article_id="short-lived", text="gone"))
    store.remove(["short-lived"], NOW)

    changes = store.changes(EMBEDDER, since)
    assert changes.generation == store.generation()
    assert [row.text for row in changes.added] == ["new"]
    assert old in changes.removed
    assert store.changes(EMBEDDER, changes.generation).added == ()
    assert store.changes(EMBEDDER, changes.generation).removed == ()


def test_an_index_that_follows_holds_what_one_made_anew_holds(store):
    rng = np.random.default_rng(11)
    seen = [(store.generation(), rows(store))]
    for step in range(40):
        name = f"a{rng.integers(6)}"
        if rng.random() < 0.3:
            store.remove([name], NOW)
        else:
            put(
                store,
                write(article_id=name, text="\n".join(f"{step} {n}" for n in range(rng.integers(1, 4)))),
            )
        if step == 25:
            store.purge(store.generation() - 5)
        seen.append((store.generation(), rows(store)))
    for generation, held in seen:
        assert follow(store, held, generation) == rows(store)


def test_a_new_audience_or_title_reaches_the_index(store):
    put(store, write(text="a"))
    since, held = store.generation(), rows(store)
    put(store, write(text="a", audience="internal"))
    assert [row.audience for row in follow(store, held, since)] == ["internal"]


def test_vectors_put_in_place_of_active_ones_reach_the_index(store):
    put(store, write(text="a"))
    since, (row,) = store.generation(), rows(store)
    better = np.array([[0, 0, 0, 1]], np.float32)
    store.put_vectors(EMBEDDER, [row.passage_id], better, [sentence_vectors("a")])
    (changed,) = store.changes(EMBEDDER, since).added
    assert changed == row
    np.testing.assert_array_equal(changed.vector, better[0])


def test_vectors_of_an_embedder_still_being_filled_in_change_nothing(store):
    put(store, write(text="a"))
    since = store.generation()
    store.put_vectors("next/1", live_ids(store), np.ones((1, 4), np.float32), [sentence_vectors("a")])
    assert store.generation() == since


def test_purging_deletes_what_was_removed_before_and_nothing_else(store):
    put(store, write(text="first"))
    put(store, write(text="second"))
    between = store.generation()
    put(store, write(text="third"))

    assert store.purge(between + 1) == 1
    assert store.purge(between + 1) == 0

    assert [row.text for row in rows(store)] == ["third"]
    assert store.version("deposits", 1).text == "first"
    assert [row.text for row in store.changes(EMBEDDER, between).added] == ["third"]


@pytest.mark.parametrize("purged", [False, True])
def test_the_id_of_a_deleted_passage_is_never_given_again(store, purged):
    put(store, write(text="first"))
    last = live_ids(store)[-1]
    store.remove(["deposits"], NOW)
    if purged:
        store.purge(store.generation() + 1)
    put(store, write(text="second"))
    assert live_ids(store)[0] > last


def test_after_a_restart_every_passage_is_new_and_every_other_id_is_gone(store, engine):
    put(store, write(text="a\nb"))
    since, held = store.generation(), rows(store)
    strangers = [replace(held[0], passage_id=held[-1].passage_id + 5, text="of another time")]

    with writing(engine) as connection:
        feed.restart_feed(connection, held[-1].passage_id + 10, NOW + timedelta(seconds=1))

    assert follow(store, held + strangers, since) == held
    assert store.generation() == int(NOW.timestamp()) + 1
