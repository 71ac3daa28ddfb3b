"""One contract for every vector index: the same ids and scores as the NumPy reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from kb.index.exact import ExactIndex
from kb.index.faiss_index import FaissIndex
from kb.index.pgvector_index import PgvectorIndex
from kb.index.port import ChangeFeed, VectorIndex
from kb.types import Scope

DIMENSION = 32
EMBEDDER = "test embedder/v1"
PUBLIC = Scope(audiences=frozenset({"public"}))
SCOPES = {
    "everything": Scope(),
    "public": PUBLIC,
    "public German": Scope(audiences=frozenset({"public"}), languages=frozenset({"de"})),
    "a rare source": Scope(sources=frozenset({"rare"})),
    "two sources": Scope(sources=frozenset({"rare", "help"})),
    "no such language": Scope(languages=frozenset({"xx"})),
    "nobody": Scope(audiences=frozenset()),
}


@dataclass(frozen=True)
class Kind:
    """How an index is made, and how near it must come to the reference."""

    make: Callable[[pytest.FixtureRequest], VectorIndex]
    least_recall: float
    score_error: float


def _pgvector(request: pytest.FixtureRequest) -> VectorIndex:
    # So few rows are cheaper to read in a row than by the index that is to be tested.
    engine = request.getfixturevalue("make_postgres_engine")(enable_seqscan="off", enable_bitmapscan="off")
    return _ensured(PgvectorIndex(engine, DIMENSION, EMBEDDER))


def _exact_pgvector(request: pytest.FixtureRequest) -> VectorIndex:
    engine = request.getfixturevalue("make_postgres_engine")()
    return _ensured(PgvectorIndex(engine, DIMENSION, EMBEDDER, exact=True, half=False))


def _ensured(index: PgvectorIndex) -> PgvectorIndex:
    index.ensure()
    return index


KINDS = {
    "numpy": Kind(lambda _: ExactIndex(DIMENSION), 1.0, 0.0),
    "faiss exact": Kind(lambda _: FaissIndex(DIMENSION, "exact"), 1.0, 2e-6),
    "faiss approximate": Kind(lambda _: FaissIndex(DIMENSION, "approximate"), 0.97, 6e-3),
    "pgvector exact": Kind(_exact_pgvector, 1.0, 2e-6),
    "pgvector": Kind(_pgvector, 0.97, 2e-3),
}


def _parameter(name: str) -> object:
    marks = [pytest.mark.postgres] if "pgvector" in name else []
    return pytest.param(KINDS[name], marks=marks, id=name)


@pytest.fixture(scope="module", params=map(_parameter, KINDS))
def kind(request) -> Kind:
    return request.param


@pytest.fixture(scope="module")
def large_feed(make_feed, rows) -> ChangeFeed:
    """A feed of more passages than the narrow searches, which are done in full."""
    feed = make_feed()
    feed.put(*rows(2_200))
    return feed


@pytest.fixture(scope="module")
def large_index(kind, request, large_feed) -> VectorIndex:
    return _rebuilt(kind.make(request), large_feed)


@pytest.fixture(scope="module")
def reference(large_feed) -> ExactIndex:
    return _rebuilt(ExactIndex(DIMENSION), large_feed)


@pytest.fixture
def index(kind, request, feed, rows) -> VectorIndex:
    """An index of 300 passages, to be changed."""
    feed.put(*rows(300))
    return _rebuilt(kind.make(request), feed)


@pytest.fixture(scope="module")
def questions(rows) -> list[np.ndarray]:
    random = np.random.default_rng(3)
    beside = [row.vector + 0.05 * random.normal(size=DIMENSION) for row in rows(2_200)[::200]]
    return [(vector / np.linalg.norm(vector)).astype(np.float32) for vector in beside]


def _rebuilt(index, feed):
    index.rebuild(feed, EMBEDDER, lambda _: None)
    return index


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES.keys())
def test_finds_what_the_reference_finds_with_its_scores(large_index, reference, kind, questions, scope):
    shared, expected_count = 0, 0
    for question in questions:
        expected = reference.search(question, 10, scope)
        found = large_index.search(question, 10, scope)
        assert len(found) == len(expected)
        assert found == sorted(found, key=lambda hit: (-hit.score, hit.passage_id))
        if kind.least_recall == 1.0:
            assert [hit.passage_id for hit in found] == [hit.passage_id for hit in expected]
        scores = {hit.passage_id: hit.score for hit in reference.search(question, 2_200, scope)}
        assert all(abs(hit.score - scores[hit.passage_id]) <= kind.score_error for hit in found)
        shared += len({hit.passage_id for hit in found} & {hit.passage_id for hit in expected})
        expected_count += len(expected)
    assert shared >= kind.least_recall * expected_count


def test_internal_passages_next_to_the_question_are_never_found_by_the_public(index, row, questions):
    narrow = replace(PUBLIC, sources=frozenset({"rare"}))
    planted = [
        row(9_000 + 100 * turn + at, audience="internal", vector=question, source="rare")
        for turn, question in enumerate(questions)
        for at in range(20)
    ]
    index.add(planted)
    for question in questions:
        assert len([hit for hit in index.search(question, 20, Scope()) if hit.passage_id >= 9_000]) == 20
        assert len([hit for hit in index.search(question, 50, PUBLIC) if hit.passage_id < 9_000]) == 50
        assert all(hit.passage_id < 9_000 for hit in index.search(question, 500, PUBLIC))
        assert len([hit for hit in index.search(question, 50, narrow) if hit.passage_id < 9_000]) == 3


def test_a_removed_passage_is_gone_and_a_new_one_is_found(index, row, questions):
    nearest = index.search(questions[0], 1, Scope())[0].passage_id
    index.remove([nearest, 77_777])
    assert nearest not in {hit.passage_id for hit in index.search(questions[0], 20, Scope())}
    assert len(index) == 299
    index.add([row(8_888, vector=questions[0])])
    assert index.search(questions[0], 1, Scope())[0].passage_id == 8_888
    assert index.ids()[-1] == 8_888
    assert len(index) == len(index.ids()) == 300


def test_adding_a_passage_again_replaces_its_vector_and_its_audience(index, row, questions):
    index.add(
        [row(5, audience="internal", vector=questions[3]), row(5, audience="internal", vector=questions[4])]
    )
    assert len(index) == 300
    assert 5 in {hit.passage_id for hit in index.search(questions[4], 3, Scope())}
    assert 5 not in {hit.passage_id for hit in index.search(questions[4], 500, PUBLIC)}


def test_applying_a_change_twice_is_applying_it_once(index, row, questions):
    for _ in range(2):
        index.apply([row(8_000, vector=questions[1])], [1, 2], 5)
        assert index.generation == 5
        assert len(index) == 299
    assert index.search(questions[1], 1, Scope())[0].passage_id == 8_000


def test_equal_scores_come_in_the_order_of_passage_ids(index, row, questions):
    index.add(
        [row(passage_id, vector=questions[2]) for passage_id in (7_003, 7_001, 7_009, *range(7_010, 7_040))]
    )
    found = [hit.passage_id for hit in index.search(questions[2], 4, PUBLIC) if hit.passage_id >= 7_000]
    assert found[:3] == [7_001, 7_003, 7_009]


def test_a_limit_above_the_number_of_passages_gives_them_all(index, questions):
    allowed = Scope(sources=frozenset({"rare"}))
    assert len(index.search(questions[0], 10_000, allowed)) == 3
    assert index.search(questions[0], 0, allowed) == []


def test_a_rebuild_follows_the_feed(index, feed, questions):
    feed.drop(*range(1, 201))
    index.rebuild(feed, EMBEDDER, lambda _: None)
    assert index.ids().tolist() == list(range(201, 301))
    assert index.generation == feed.generation()


def test_an_index_without_passages_finds_nothing(kind, request, feed):
    empty = kind.make(request)
    assert empty.search(np.ones(DIMENSION, dtype=np.float32), 5, Scope()) == []
    empty.rebuild(feed, EMBEDDER, lambda _: None)
    assert empty.search(np.ones(DIMENSION, dtype=np.float32), 5, PUBLIC) == []
    assert len(empty) == 0


@pytest.mark.parametrize(
    ("vector", "message"),
    [
        (np.ones(31, dtype=np.float32), "32 numbers"),
        (np.ones((1, 32), dtype=np.float32), "32 numbers"),
        (np.full(32, np.nan, dtype=np.float32), "not finite"),
    ],
)
def test_a_vector_that_cannot_be_compared_is_refused(kind, request, vector, message):
    with pytest.raises(ValueError, match=message):
        kind.make(request).search(vector, 5, Scope())
