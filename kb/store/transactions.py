"""The two ways into the database: a snapshot to read from, and a turn to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose statements all see the same moment and never wait for a writer.

    On SQLite the engine must honour the option ``reads_only`` by beginning without a write lock.
    """
    options: dict[str, object] = {"reads_only": True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection:
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that commits at the end, or leaves nothing behind when an error is raised."""
    with engine.begin() as connection:
        yield connection
