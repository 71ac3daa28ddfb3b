"""What every part of the store stands on: the engine, and turns to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from kb.store.transactions import writing

# Any number does that no other lock of the program takes.
TURN = 7_266_784


class StorePart:
    """A group of methods over one engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine


@contextmanager
def changing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that no other change of triage runs beside, on PostgreSQL as on SQLite.

    So nothing is inserted twice, and no label slips in under its old name while its topic is renamed.
    """
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
