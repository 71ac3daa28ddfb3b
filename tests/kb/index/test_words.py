from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kb.errors import IndexUnusable
from kb.index.words import TantivyWords
from kb.types import Scope

EMBEDDER = "test embedder/v1"
PUBLIC = Scope(audiences=frozenset({"public"}))


@pytest.fixture
def index(tmp_path, feed, articles) -> TantivyWords:
    feed.put(*articles)
    made = TantivyWords(tmp_path / "words")
    made.rebuild(feed, EMBEDDER, lambda _: None)
    return made


def found(index, text, scope=PUBLIC, limit=5, prefix=False) -> list[int]:
    return [hit.passage_id for hit in index.search(text, limit, scope, prefix)]


def test_internal_passages_are_never_found_by_the_public(index, row):
    secret = [
        row(
            100 + at, audience="internal", title="cancel", headings="cancel", words="cancel zebracode CAL-999"
        )
        for at in range(30)
    ]
    index.apply(secret, [], 2)
    for question in ("cancel", "zebracode", '"cancel zebracode"', "CAL-999", "zebracodes", "zebracoed"):
        assert not [passage for passage in found(index, question, limit=50) if passage >= 100]
        assert [passage for passage in found(index, question, Scope(), limit=50) if passage >= 100]
    assert found(index, "zebra", limit=50, prefix=True) == []


def test_a_scope_limits_language_and_source_too(index, row):
    index.apply(
        [
            row(30, language="de", source="a b/c", words="Gutschein"),
            row(31, source="other", words="Gutschein"),
        ],
        [],
        2,
    )
    assert found(index, "Gutschein", Scope()) == [30, 31]
    assert found(index, "Gutschein", Scope(languages=frozenset({"de"}))) == [30]
    assert found(index, "Gutschein", Scope(sources=frozenset({"a b/c", "help"}))) == [30]
    assert found(index, "Gutschein", Scope(sources=frozenset())) == []


def test_equal_scores_come_in_the_order_of_passage_ids(index, row):
    index.apply([row(passage_id, words="Same words") for passage_id in (250, 240, *range(300, 340))], [], 2)
    assert found(index, "same words", limit=3) == [240, 250, 300]


def test_a_filter_does_not_change_the_score(index):
    assert index.search("deposit", 1, PUBLIC) == index.search("deposit", 1, Scope())


def test_document_frequency_counts_passages_by_word_or_term(index):
    assert index.document_frequency("booking") == index.document_frequency("book") == 1
    assert index.document_frequency("window") == 2
    assert index.document_frequency("CAL-401") == 1
    assert index.document_frequency("wordless") == 0


def test_a_change_is_committed_for_every_process(index, tmp_path, row):
    index.apply([row(1, words="Something new: parking"), row(11, words="Parking")], [2], 2)
    other = TantivyWords(tmp_path / "words")
    other.load()
    for each in (index, other):
        assert each.generation == 2
        assert each.ids().tolist() == [1, 3, 4, 5, 6, 7, 8, 9, 10, 11]
        assert found(each, "parking") == [11, 1]
        assert found(each, "deposit refund") == []


def test_a_change_applied_again_changes_nothing(index, row):
    for _ in range(3):
        index.apply([row(1, words="Something new: parking")], [2], 2)
        assert len(index) == 9
        assert found(index, "parking") == [1]


def test_searches_in_other_threads_go_on_while_it_changes(index, row):
    def search(_: int) -> set[int]:
        return set(found(index, "deposit parking", limit=20))

    with ThreadPoolExecutor(4) as threads:
        searches = threads.map(search, range(200))
        for turn in range(5):
            index.apply([row(50 + turn, words="parking")], [49 + turn], turn + 2)
        assert all(hits <= {2, 50, 51, 52, 53, 54} for hits in searches)
    assert search(0) == {2, 54}


def test_an_index_that_was_never_built_says_so(tmp_path):
    with pytest.raises(IndexUnusable, match="rebuild"):
        TantivyWords(tmp_path / "words").load()
    with pytest.raises(IndexUnusable, match="not loaded"):
        TantivyWords(tmp_path / "words").search("deposit", 5, PUBLIC)
