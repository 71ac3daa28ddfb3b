from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from kb.errors import IndexUnusable
from kb.index.cache import PassageIndex
from kb.index.pgvector_index import PgvectorIndex
from kb.types import Scope

DIMENSION = 32
EMBEDDER = "test embedder/v1"
pytestmark = pytest.mark.postgres
PUBLIC = Scope(audiences=frozenset({"public"}))


@pytest.fixture
def made(postgres_engine):
    """Gives the index as another process would see it."""

    def make(embedder: str = EMBEDDER, **options: bool) -> PgvectorIndex:
        index = PgvectorIndex(postgres_engine, DIMENSION, embedder, **options)
        index.ensure()
        return index

    return make


def test_ensure_may_be_called_again(made, row):
    made().add([row(1)])
    assert len(made()) == 1


def test_a_table_that_was_never_filled_is_to_be_rebuilt(made):
    with pytest.raises(IndexUnusable, match="holds no vectors"):
        made().load()


def test_processes_share_one_table(made, feed, row, rows):
    feed.put(*rows(30))
    one, other = made(), made()
    one.rebuild(feed, EMBEDDER, lambda _: None)
    other.load()
    assert (other.generation, len(other)) == (1, 30)
    other.apply([row(40)], [1], 2)
    assert (one.generation, len(one)) == (2, 30)


def test_a_change_that_comes_late_is_left_out(made, feed, row, rows):
    feed.put(*rows(30))
    index = made()
    index.rebuild(feed, EMBEDDER, lambda _: None)
    index.apply([], [7], 5)
    index.apply([row(7)], [], 4)
    assert index.generation == 5
    assert 7 not in index.ids()


def test_an_embedder_finds_nothing_in_the_table_of_another(made, feed, row, rows):
    feed.put(*rows(30))
    one, other = made(), made("another embedder")
    one.rebuild(feed, EMBEDDER, lambda _: None)
    other.rebuild(feed, "another embedder", lambda _: None)
    assert one.search(row(1).vector, 5, Scope()) == []
    assert len(other.search(row(1).vector, 5, Scope())) == 5
    assert one.generation == -1
    with pytest.raises(IndexUnusable, match="another embedder"):
        one.apply([row(40)], [], 9)


def test_the_index_is_used_where_it_serves_and_not_for_exact_search(make_postgres_engine, feed, rows):
    engine = make_postgres_engine(enable_seqscan="off", enable_bitmapscan="off")
    feed.put(*rows(2_200))
    index = PgvectorIndex(engine, DIMENSION, EMBEDDER)
    index.rebuild(feed, EMBEDDER, lambda _: None)
    exact = PgvectorIndex(engine, DIMENSION, EMBEDDER, exact=True)

    def scans() -> int:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_stat_force_next_flush()"))
            connection.commit()
            counted = (
                "SELECT sum(idx_scan) FROM pg_stat_user_indexes WHERE indexrelname LIKE '%embedding_idx%'"
            )
            return connection.execute(text(counted)).scalar_one()

    for searched, expected in ((index, 20), (exact, 0), (index, 20)):
        before = scans()
        for row in rows(2_200)[:20]:
            assert searched.search(row.vector, 5, Scope())[0].passage_id == row.passage_id
        assert scans() - before == expected


def test_it_serves_a_passage_index_with_local_words(tmp_path, made, feed, row, rows):
    feed.put(*rows(30))
    one = PassageIndex.open(tmp_path / "one", feed, EMBEDDER, DIMENSION, vectors=made())
    other = PassageIndex.open(tmp_path / "other", feed, EMBEDDER, DIMENSION, vectors=made())
    feed.put(row(40, words="parking"))
    feed.drop(1)
    for index in (one, other):
        assert index.refresh()
        assert index.near(row(40).vector, 1, PUBLIC)[0].passage_id == 40
        assert [hit.passage_id for hit in index.words("parking", 5, PUBLIC)] == [40]
        assert index.kind == "pgvector"
        assert index.check() == ()


def test_a_rebuild_takes_the_place_of_the_table_at_once(made, feed, rows):
    feed.put(*rows(60))
    index = made()
    index.rebuild(feed, EMBEDDER, lambda _: None)
    feed.drop(*range(1, 31))
    searched: list[int] = []
    question = rows(1)[0].vector
    index.rebuild(feed, EMBEDDER, lambda _: searched.append(len(index.search(question, 60, Scope()))))
    assert searched == [60]
    assert len(index) == 30


def test_a_server_that_is_away_raises_what_the_driver_says(row):
    engine = create_engine(
        "postgresql+psycopg://nobody@127.0.0.1:9/none", connect_args={"connect_timeout": 2}
    )
    with pytest.raises(OperationalError):
        PgvectorIndex(engine, DIMENSION, EMBEDDER).search(row(1).vector, 5, Scope())
