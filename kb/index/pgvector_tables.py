"""The tables behind the pgvector index; they are a cache and stay out of the migrations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pgvector.sqlalchemy import HALFVEC, VECTOR
from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, inspect, text
from sqlalchemy.dialects.postgresql import insert as upsert


@dataclass(frozen=True, slots=True)
class Tables:
    """``passages`` has a row for each passage, ``state`` one row: whose vectors, and how far they reach."""

    passages: Table
    state: Table
    vector_type: HALFVEC | VECTOR

    @classmethod
    def of(cls, dimension: int, half: bool) -> Tables:
        name = f"kb_passage_embeddings_{dimension}"
        vector_type = HALFVEC(dimension) if half else VECTOR(dimension)
        state = Table(
            f"{name}_state",
            MetaData(),
            Column("one", Integer, primary_key=True),
            Column("embedder", Text, nullable=False),
            Column("generation", BigInteger, nullable=False),
        )
        return cls(_passages(name, vector_type), state, vector_type)

    def create(self, connection: Connection, embedder: str) -> None:
        """Create the tables, where missing, with their indexes; they begin as ``embedder``'s."""
        self.state.create(connection, checkfirst=True)
        begun = upsert(self.state).values(one=1, embedder=embedder, generation=-1)
        connection.execute(begun.on_conflict_do_nothing())
        if not inspect(connection).has_table(self.passages.name):
            self.passages.create(connection)
            for statement in index_statements(self.passages):
                connection.execute(text(statement))

    def fresh(self) -> Table:
        """Describe a second table of passages, to be filled while the first is searched."""
        return _passages(f"{self.passages.name}_new", self.vector_type)

    def replace_by(self, connection: Connection, fresh: Table) -> None:
        """Put a filled table in the place of the passages."""
        self.passages.drop(connection)
        connection.execute(text(f"ALTER TABLE {fresh.name} RENAME TO {self.passages.name}"))


def index_statements(passages: Table) -> Iterator[str]:
    """Give the statements that make the indexes: nearest vectors, and what a scope asks about.

    PostgreSQL chooses the names of the indexes, since they stay when a table is renamed.
    """
    operators = "halfvec_ip_ops" if isinstance(passages.c.embedding.type, HALFVEC) else "vector_ip_ops"
    yield f"CREATE INDEX ON {passages.name} USING hnsw (embedding {operators})"
    yield f"CREATE INDEX ON {passages.name} (audience, language, source)"
    yield f"ANALYZE {passages.name}"


def _passages(name: str, vector_type: HALFVEC | VECTOR) -> Table:
    return Table(
        name,
        MetaData(),
        Column("passage_id", BigInteger, primary_key=True, autoincrement=False),
        Column("audience", Text, nullable=False),
        Column("language", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("embedding", vector_type, nullable=False),
    )
