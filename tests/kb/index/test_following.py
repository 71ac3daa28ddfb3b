"""Processes that share a folder, as indexes that are opened on it side by side."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from kb.index.cache import PassageIndex
from kb.index.files import locked
from kb.types import Scope

DIMENSION = 32
EMBEDDER = "test embedder/v1"


@pytest.fixture
def opened(tmp_path, feed, rows):
    """Opens the index of 50 passages as another process would."""
    feed.put(*rows(50))

    def open_index(**options) -> PassageIndex:
        return PassageIndex.open(tmp_path, feed, EMBEDDER, DIMENSION, **options)

    return open_index


@pytest.fixture
def folder(tmp_path):
    """The one folder that the embedder has."""
    return lambda: next(tmp_path.iterdir())


def with_words(index, text) -> list[int]:
    return [hit.passage_id for hit in index.words(text, 20, Scope())]


def nearest(index, row) -> int:
    return index.near(row.vector, 1, Scope())[0].passage_id


def test_both_follow_the_same_database(opened, feed, row):
    one, other = opened(), opened()
    feed.put(row(60, words="parking"))
    assert one.refresh() and other.refresh()
    feed.drop(60)
    feed.put(row(61, words="garage"))
    assert other.refresh() and one.refresh()
    for index in (one, other, opened()):
        assert (index.vector_count, index.word_count, index.generation) == (51, 51, 4)
        assert with_words(index, "parking garage") == [61]
        assert nearest(index, row(61)) == 61
        assert index.check() == ()


def test_while_another_writes_the_vectors_follow_and_the_words_come_later(opened, feed, folder, row):
    index = opened()
    feed.put(row(60, words="parking"))
    with locked(folder() / "writer.lock"):
        assert index.refresh() is True
        assert nearest(index, row(60)) == 60
        assert with_words(index, "parking") == []
        assert index.generation == 1
    assert index.refresh() is True
    assert with_words(index, "parking") == [60]
    assert index.generation == 2


def test_many_open_an_empty_folder_at_once(opened):
    with ThreadPoolExecutor(4) as processes:
        indexes = list(processes.map(lambda _: opened(), range(4)))
    assert [index.check() for index in indexes] == [(), (), (), ()]


def test_a_process_whose_refresh_fails_goes_on_searching(opened, feed, folder, row, caplog):
    index = opened()
    feed.put(row(60, words="parking"))
    shutil.rmtree(folder())
    assert index.refresh() is True
    assert nearest(index, row(60)) == 60
    assert with_words(index, "word7") == [8]
    assert "The indexes stay as they are" in caplog.text


def test_an_older_state_does_not_replace_a_newer_one(opened, feed, folder, row):
    late, early = opened(), opened()
    feed.put(row(60, words="parking"))
    assert early.refresh()
    early.save()
    late.save()
    feed.readings = 0
    assert nearest(opened(), row(60)) == 60
    assert feed.readings == 0


def test_a_kind_chosen_by_a_rebuild_elsewhere_is_taken_over(opened, feed, row, rows):
    index, other = opened(vector_kind="approximate"), opened(vector_kind="approximate")
    feed.put(*rows(250, first_id=1_000))
    assert index.refresh() and other.refresh()
    assert (index.kind, index.needs_rebuild) == ("faiss-exact", True)
    index.rebuild()
    assert (index.kind, index.needs_rebuild) == ("faiss-approximate", False)
    feed.put(row(2_000))
    assert other.refresh()
    assert other.kind == "faiss-approximate"
    assert nearest(other, row(2_000)) == 2_000
    assert other.check() == ()
