"""What every part of the store stands on: the engine, and turns to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from kb.store.transactions import writing

# Any number does that no other lock of the program takes.
TURN = 7_266_785


class StorePart:
    """A group of methods over one engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine


@contextmanager
def changing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that no other change of issues runs beside, on PostgreSQL as on SQLite."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(TURN)))
        yield connection
