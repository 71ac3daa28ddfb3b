"""The vector index inside PostgreSQL, by pgvector: all processes and machines share one table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.exc import DBAPIError

from kb.errors import IndexUnusable
from kb.index.pgvector_tables import Tables, index_statements
from kb.index.port import Advance, ChangeFeed, FloatVector, IdVector, IndexRow
from kb.index.ties import SCORE_DIGITS, best
from kb.index.vectors import as_question, latest
from kb.types import Hit, Scope

_SEARCHED_WHOLE = 2_000
_LEAST_CANDIDATES = 200
_MOST_CANDIDATES = 1_000
_OLDEST = (0, 8)
# Filtered searches go on until they have enough rows (pgvector 0.8); sorting out of order is done here.
_SEARCH_SETTINGS = {"hnsw.iterative_scan": "relaxed_order", "hnsw.max_scan_tuples": "200000", "jit": "off"}
_BUILD_SETTINGS = {"maintenance_work_mem": "256MB", "max_parallel_maintenance_workers": "0"}


class PgvectorIndex:
    """The vectors of one embedder in the table ``kb_passage_embeddings_<dimension>``.

    Vectors are kept as 16-bit floats unless ``half`` is off; ``exact`` compares every vector. Two embedders
    of one dimension cannot share a database: the later one takes the table over, the other finds nothing.
    """

    kind = "pgvector"

    def __init__(
        self, engine: Engine, dimension: int, embedder: str, *, exact: bool = False, half: bool = True
    ) -> None:
        self._engine = engine
        self._dimension = dimension
        self._embedder = embedder
        self._exact = exact
        self._tables = Tables.of(dimension, half)

    def ensure(self) -> None:
        """Create the extension and the tables where they are missing.

        Raises:
            IndexUnusable: pgvector is not there, is too old, or may not be created by this user.
        """
        try:
            with self._engine.begin() as connection:
                self._lock(connection)
                connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
                version = connection.execute(
                    text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
                ).scalar_one()
                self._tables.create(connection, self._embedder)
        except DBAPIError as error:
            raise IndexUnusable(
                "PostgreSQL has no pgvector that this user may create; install pgvector 0.8 or later and run "
                "CREATE EXTENSION vector as a superuser."
            ) from error
        if tuple(map(int, version.split(".")[:2])) < _OLDEST:
            raise IndexUnusable(f"pgvector {version} is too old; install 0.8 or later.")

    def load(self) -> None:
        self.ensure()
        if self.generation < 0:
            raise IndexUnusable(
                f"{self._tables.passages.name} holds no vectors of {self._embedder}; rebuild it."
            )

    def save(self) -> None:
        """Do nothing: every change is committed."""

    @property
    def generation(self) -> int:
        with self._engine.connect() as connection:
            reached = self._reached(connection)
        return -1 if reached is None else reached

    def __len__(self) -> int:
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(self._tables.passages)).scalar_one()

    def ids(self) -> IdVector:
        column = self._tables.passages.c.passage_id
        with self._engine.connect() as connection:
            return np.array(connection.scalars(select(column).order_by(column)).all(), dtype=np.int64)

    def search(self, vector: FloatVector, limit: int, scope: Scope) -> list[Hit]:
        question = as_question(vector, self._dimension)
        allowed = self._allowed(scope)
        with self._engine.begin() as connection:
            whole = self._exact or self._is_small(connection, allowed)
            fetch = self._every if whole else self._nearest
            return best(lambda wanted: fetch(connection, question, wanted, allowed), limit)

    def add(self, rows: Sequence[IndexRow]) -> None:
        with self._engine.begin() as connection:
            self._change(connection, rows, ())

    def remove(self, ids: Sequence[int]) -> None:
        with self._engine.begin() as connection:
            self._change(connection, (), ids)

    def apply(self, added: Sequence[IndexRow], removed: Sequence[int], generation: int) -> None:
        """Change the table in one transaction, unless another process has brought it as far already."""
        with self._engine.begin() as connection:
            reached = self._reached(connection, for_update=True)
            if reached is None:
                raise IndexUnusable(f"{self._tables.passages.name} is another embedder's; rebuild the index.")
            if reached < generation:
                self._change(connection, added, removed)
                connection.execute(update(self._tables.state).values(generation=generation))

    def rebuild(self, feed: ChangeFeed, embedder: str, advance: Advance) -> None:
        """Fill a second table and put it in place of the first, in one transaction."""
        self.ensure()
        generation = feed.generation()
        fresh = self._tables.fresh()
        with self._engine.begin() as connection:
            self._lock(connection)
            _configure(connection, _BUILD_SETTINGS)
            fresh.drop(connection, checkfirst=True)
            fresh.create(connection)
            for batch in feed.live_rows(embedder):
                connection.execute(insert(fresh), _values(batch))
                advance(len(batch))
            for statement in index_statements(fresh):
                connection.execute(text(statement))
            self._tables.replace_by(connection, fresh)
            connection.execute(delete(self._tables.state))
            connection.execute(
                insert(self._tables.state).values(one=1, embedder=self._embedder, generation=generation)
            )

    def _reached(self, connection: Connection, for_update: bool = False) -> int | None:
        """Give the generation of the table, or None where it holds another embedder's vectors."""
        state = self._tables.state
        ours = select(state.c.generation).where(state.c.embedder == self._embedder)
        return connection.execute(ours.with_for_update() if for_update else ours).scalar_one_or_none()

    def _change(self, connection: Connection, added: Sequence[IndexRow], removed: Sequence[int]) -> None:
        rows = latest(added)
        gone = [*map(int, removed), *(row.passage_id for row in rows)]
        column = self._tables.passages.c.passage_id
        connection.execute(
            delete(self._tables.passages).where(column == func.any(literal(gone, ARRAY(BIGINT))))
        )
        if rows:
            connection.execute(insert(self._tables.passages), _values(rows))

    def _allowed(self, scope: Scope) -> list[ColumnElement[bool]]:
        columns, state = self._tables.passages.c, self._tables.state
        is_ours = select(state.c.embedder).scalar_subquery() == self._embedder
        limits = (
            (columns.audience, scope.audiences),
            (columns.language, scope.languages),
            (columns.source, scope.sources),
        )
        return [is_ours, *(column.in_(sorted(wanted)) for column, wanted in limits if wanted is not None)]

    def _is_small(self, connection: Connection, allowed: list[ColumnElement[bool]]) -> bool:
        some = (
            select(literal(1)).select_from(self._tables.passages).where(*allowed).limit(_SEARCHED_WHOLE + 1)
        )
        found = connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()
        return found <= _SEARCHED_WHOLE

    def _nearest(
        self, connection: Connection, question: FloatVector, wanted: int, allowed: list[ColumnElement[bool]]
    ) -> list[Hit]:
        candidates = min(_MOST_CANDIDATES, max(_LEAST_CANDIDATES, 2 * wanted))
        _configure(connection, {**_SEARCH_SETTINGS, "hnsw.ef_search": str(candidates)})
        return self._found(connection, self._distance(question), wanted, allowed)

    def _every(
        self, connection: Connection, question: FloatVector, wanted: int, allowed: list[ColumnElement[bool]]
    ) -> list[Hit]:
        _configure(connection, {"jit": "off"})
        # A sum is not what the vectors are indexed by, so that no plan can use that index, whereas plans
        # prepared before would overlook a later SET enable_indexscan.
        return self._found(connection, self._distance(question) + 0, wanted, allowed)

    def _found(
        self,
        connection: Connection,
        distance: ColumnElement[float],
        wanted: int,
        allowed: list[ColumnElement[bool]],
    ) -> list[Hit]:
        column, named = self._tables.passages.c.passage_id, distance.label("distance")
        rows = connection.execute(select(column, named).where(*allowed).order_by(named).limit(wanted)).all()
        return [Hit(passage_id, round(-negative, SCORE_DIGITS)) for passage_id, negative in rows]

    def _distance(self, question: FloatVector) -> ColumnElement[float]:
        """Give the negative inner product, which is how pgvector makes the nearest the least."""
        product: ColumnElement[float] = self._tables.passages.c.embedding.max_inner_product(question)
        return product

    def _lock(self, connection: Connection) -> None:
        """Let one process at a time make tables, until its transaction ends."""
        name = self._tables.passages.name
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def _configure(connection: Connection, settings: dict[str, str]) -> None:
    """Set parameters until the transaction ends."""
    connection.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))


def _values(rows: Sequence[IndexRow]) -> list[dict[str, Any]]:
    return [
        {
            "passage_id": row.passage_id,
            "audience": row.audience,
            "language": row.language,
            "source": row.source,
            "embedding": row.vector,
        }
        for row in rows
    ]
