from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from kb.errors import IndexUnusable
from kb.index.cache import PassageIndex
from kb.index.exact import ExactIndex
from kb.types import Fault, Scope

DIMENSION = 32
EMBEDDER = "test embedder/v1"
PUBLIC = Scope(audiences=frozenset({"public"}))


@pytest.fixture
def opened(tmp_path, feed):
    """Opens the index as another process would."""

    def open_index(**options) -> PassageIndex:
        return PassageIndex.open(tmp_path, feed, EMBEDDER, DIMENSION, **options)

    return open_index


@pytest.fixture
def folder(tmp_path):
    """The one folder that the embedder has."""
    return lambda: next(tmp_path.iterdir())


def nearest(index, row) -> int:
    return index.near(row.vector, 1, Scope())[0].passage_id


def with_words(index, text) -> list[int]:
    return [hit.passage_id for hit in index.words(text, 20, Scope())]


def test_the_first_opening_builds_both_indexes(opened, feed, rows):
    feed.put(*rows(120))
    index = opened()
    assert (index.kind, index.generation, index.vector_count, index.word_count) == (
        "faiss-exact",
        1,
        120,
        120,
    )
    assert nearest(index, rows(120)[6]) == 7
    assert with_words(index, "word6") == [7]
    assert index.document_frequency("word6") == 1
    assert index.check() == ()


def test_an_empty_knowledge_base_opens_and_grows(opened, feed, row):
    index = opened()
    assert index.near(row(1).vector, 5, PUBLIC) == index.words("parking", 5, PUBLIC) == []
    feed.put(row(1, words="parking"))
    assert index.refresh() is True
    assert nearest(index, row(1)) == 1
    assert with_words(index, "parking") == [1]


def test_a_current_snapshot_is_opened_without_reading_passages(opened, feed, rows):
    feed.put(*rows(120))
    opened()
    feed.readings = 0
    index = opened()
    assert feed.readings == 0
    assert (index.vector_count, index.word_count, index.generation) == (120, 120, 1)
    assert nearest(index, rows(120)[6]) == 7


def test_a_refresh_follows_additions_changes_and_removals(opened, feed, row, rows):
    feed.put(*rows(50))
    index = opened()
    assert index.refresh() is False
    feed.put(row(51, words="parking"), row(7, words="garage", vector=row(900).vector, audience="internal"))
    feed.drop(1, 2)
    assert index.refresh() is True
    assert index.refresh() is False
    assert (index.vector_count, index.word_count, index.generation) == (49, 49, 3)
    assert nearest(index, row(900)) == 7
    assert with_words(index, "parking") == [51]
    assert index.words("garage", 5, PUBLIC) == []
    assert 7 not in [hit.passage_id for hit in index.near(row(900).vector, 50, PUBLIC)]
    assert index.check() == ()


def test_a_saved_snapshot_makes_the_next_opening_current(opened, feed, row, rows):
    feed.put(*rows(20))
    index = opened()
    feed.put(row(30))
    index.refresh()
    index.save()
    feed.readings = 0
    assert nearest(opened(), row(30)) == 30
    assert feed.readings == 0


def test_a_snapshot_from_before_the_last_changes_is_brought_up_to_date(opened, feed, row, rows):
    feed.put(*rows(20))
    opened()
    feed.put(row(30, words="parking"))
    feed.drop(4)
    index = opened()
    assert (index.vector_count, index.word_count) == (20, 20)
    assert nearest(index, row(30)) == 30
    assert index.check() == ()


def test_a_rebuild_reports_its_progress_to_the_end(opened, feed, rows):
    feed.put(*rows(700))
    index = opened()
    seen: list[tuple[int, int]] = []
    index.rebuild(lambda done, total: seen.append((done, total)))
    assert seen == [(500, 1400), (700, 1400), (1200, 1400), (1400, 1400)]


def test_another_choice_of_kind_rebuilds(opened, feed, rows):
    feed.put(*rows(300))
    assert opened(vector_kind="approximate").kind == "faiss-approximate"
    assert opened(vector_kind="exact").kind == "faiss-exact"
    assert opened(vector_kind="auto").kind == "faiss-exact"


def test_a_database_put_back_to_an_earlier_state_rebuilds(opened, feed, row, rows):
    for _ in range(5):
        feed.put(*rows(40))
    running = opened()
    feed.put_back(3, row(500, words="parking"))
    for index in (opened(), running):
        index.refresh()
        assert index.generation == 3
        assert with_words(index, "parking word3") == [500]
        assert index.check() == ()


def test_a_folder_of_another_database_of_the_same_age_rebuilds(tmp_path, make_feed, row, rows):
    one, other = make_feed(), make_feed()
    one.put(*rows(40))
    other.put(row(500, words="parking"))
    PassageIndex.open(tmp_path, one, EMBEDDER, DIMENSION)
    index = PassageIndex.open(tmp_path, other, EMBEDDER, DIMENSION)
    assert with_words(index, "parking word3") == [500]
    assert index.check() == ()


def test_embedders_do_not_share_a_folder(tmp_path, feed, rows):
    feed.put(*rows(20))
    for name in ("MiniLM int8", "MiniLM-int8", "minilm/int8"):
        assert PassageIndex.open(tmp_path, feed, name, DIMENSION).check() == ()
    assert len(list(tmp_path.iterdir())) == 3


def test_the_check_names_what_is_missing_and_what_is_left_over(opened, feed, row, rows):
    feed.put(*rows(20))
    index = opened()
    index._vectors.remove(range(1, 8))
    index._words.apply([row(77)], [], index.generation)
    assert index.check() == (
        Fault("vector index", "7 passages are missing (1, 2, 3, 4, 5, ...); rebuild the index."),
        Fault("word index", "1 passages are not live (77); rebuild the index."),
    )


def test_searches_go_on_in_other_threads_during_refresh_and_rebuild(opened, feed, row, rows):
    feed.put(*rows(300))
    index = opened()

    def search(at: int) -> tuple[int, int]:
        wanted = rows(1, first_id=1)[0]
        return nearest(index, wanted), len(index.words("passage", 50, PUBLIC))

    with ThreadPoolExecutor(3) as threads:
        found = threads.map(search, range(150))
        for turn in range(6):
            feed.put(row(1_000 + turn, words="passage"))
            index.refresh()
        index.rebuild()
    assert set(found) == {(nearest(index, rows(1)[0]), 50)}
    assert index.check() == ()


def test_another_vector_index_takes_the_place_of_faiss(opened, feed, row, rows, folder):
    feed.put(*rows(30))
    index = opened(vectors=ExactIndex(DIMENSION))
    feed.put(row(40, words="parking"))
    assert index.refresh()
    assert index.kind == "numpy-exact"
    assert nearest(index, row(40)) == 40
    assert not (folder() / "faiss.index").exists()


def test_the_record_says_what_the_files_are(opened, feed, rows, folder):
    feed.put(*rows(20))
    opened()
    record = json.loads((folder() / "faiss.json").read_text())
    assert folder().name.startswith("test-embedder-v1-")
    assert (record["kind"], record["generation"], record["count"]) == ("faiss-exact", 1, 20)
    assert (record["embedder"], record["dimension"], len(record["sha256"])) == (EMBEDDER, DIMENSION, 64)


def test_a_folder_that_cannot_be_made_is_named(tmp_path, feed):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexUnusable, match="file"):
        PassageIndex.open(tmp_path / "file", feed, EMBEDDER, DIMENSION)
