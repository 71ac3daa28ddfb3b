from __future__ import annotations

import numpy as np
import pytest

from kb.errors import IndexUnusable
from kb.index import training
from kb.index.exact import ExactIndex
from kb.index.faiss_index import FaissIndex
from kb.types import Scope

DIMENSION = 32
EMBEDDER = "test embedder/v1"


@pytest.mark.parametrize(
    ("choice", "count", "approximate"),
    [
        ("auto", 49_999, False),
        ("auto", 50_000, True),
        ("exact", 1_000_000, False),
        ("approximate", 256, True),
        ("approximate", 255, False),
    ],
)
def test_the_kind_follows_the_choice_and_the_size(choice, count, approximate):
    assert training.wants_approximate(choice, count) is approximate


def test_the_same_passages_train_the_same_lists(feed, rows):
    feed.put(*rows(600))
    one, other = (FaissIndex(DIMENSION, "approximate") for _ in range(2))
    for index in (one, other):
        index.rebuild(feed, EMBEDDER, lambda _: None)
    for row in rows(600)[::60]:
        assert one.search(row.vector, 10, Scope()) == other.search(row.vector, 10, Scope())


def test_an_approximate_index_that_has_outgrown_its_sample_asks_for_a_rebuild(feed, rows):
    feed.put(*rows(300))
    index = FaissIndex(DIMENSION, "approximate")
    index.rebuild(feed, EMBEDDER, lambda _: None)
    index.add(rows(900, first_id=1_000))
    assert not index.needs_rebuild
    index.add(rows(1, first_id=5_000))
    assert index.needs_rebuild


def test_narrow_scopes_keep_their_recall_in_a_large_approximate_index(feed, row, rows):
    """Passages of a scope lie anywhere, so that lists searched for the question alone would miss most."""
    feed.put(*rows(6_000))
    index, reference = FaissIndex(DIMENSION, "approximate"), ExactIndex(DIMENSION)
    for each in (index, reference):
        each.rebuild(feed, EMBEDDER, lambda _: None)
    for scope in (Scope(sources=frozenset({"rare"})), Scope(languages=frozenset({"en"}))):
        shared = 0
        for at in range(20):
            question = row(90_000 + at).vector
            expected = {hit.passage_id for hit in reference.search(question, 10, scope)}
            shared += len(expected & {hit.passage_id for hit in index.search(question, 10, scope)})
        assert shared >= 190


def test_ids_far_apart_are_filtered_too(row):
    index = FaissIndex(DIMENSION)
    index.add([row(3), row(2**40, audience="internal"), row(2**40 + 1)])
    public = Scope(audiences=frozenset({"public"}))
    assert {hit.passage_id for hit in index.search(row(3).vector, 5, public)} == {3, 2**40 + 1}


def test_a_state_in_use_is_not_touched_by_changes(row, rows):
    index = FaissIndex(DIMENSION)
    index.add(rows(50))
    before = index._state
    index.remove([1])
    index.add([row(99)])
    assert before.index.ntotal == len(before.table) == 50


def test_an_index_without_a_folder_is_not_kept(row):
    index = FaissIndex(DIMENSION)
    index.save()
    with pytest.raises(IndexUnusable, match="memory only"):
        index.load()


def test_a_passage_with_a_vector_of_another_dimension_is_named(row):
    with pytest.raises(ValueError, match="Passage 4 has a vector of shape"):
        FaissIndex(DIMENSION).add([row(3), row(4, vector=np.ones(31, dtype=np.float32))])
