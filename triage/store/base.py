"""What every part of the store stands on: the engine, and turns to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import sqlalchemy as sa

from kb.store.transactions import writing

# Any number does that no other lock of the program takes.
TURN = 7_266_784


_under_way: ContextVar[sa.Connection | None] = ContextVar("under_way", default=None)


class StorePart:
    """A group of methods over one engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all changes made inside be one: kept at the end, or none of them where an error is raised.

        What is read inside does not see them yet.
        """
        with changing(self._engine) as connection:
            before = _under_way.set(connection)
            try:
                yield
            finally:
                _under_way.reset(before)


@contextmanager
def changing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that no other change of triage runs beside, on PostgreSQL as on SQLite.

    So nothing is inserted twice, and no label slips in under its old name while its topic is renamed. Within
    `StorePart.together` it is the one that is under way.
    """
    under_way = _under_way.get()
    if under_way is not None and under_way.engine is engine:
        yield under_way
        return
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(TURN)))
        yield connection


def update_each(
    connection: sa.Connection, key: sa.Column[str] | sa.Column[int], rows: Sequence[Mapping[str, object]]
) -> None:
    """Update rows of the key's table one by one: each mapping has the key as ``"key"``, and what to set."""
    if rows:
        connection.execute(sa.update(key.table).where(key == sa.bindparam("key")), list(rows))
