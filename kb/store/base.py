"""What every part of the store stands on: the engine and the generation number."""

from __future__ import annotations

import sqlalchemy as sa

from kb.store.tables import state
from kb.types import Scope

GENERATION = "generation"
EMBEDDER = "embedder"
FORGOTTEN = "forgotten"


class StorePart:
    """A group of methods over one engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine


def next_generation(connection: sa.Connection) -> int:
    """Count one change of the articles.

    Taken first in a transaction: the row stays locked to its end, so generations commit in order and
    a reader that knows one has seen all before it.
    """
    counted = sa.cast(sa.cast(state.c.value, sa.BigInteger) + 1, sa.Text)
    change = state.update().where(state.c.key == GENERATION).values(value=counted)
    return int(connection.execute(change.returning(state.c.value)).scalar_one())


def hold_generation(connection: sa.Connection) -> None:
    """Keep all other changes of the articles waiting to the end of the transaction, without counting one."""
    connection.execute(sa.select(state.c.value).where(state.c.key == GENERATION).with_for_update())


def read_state(connection: sa.Connection, key: str, default: str = "") -> str:
    """The value of a key of ``kb_state``, or ``default`` where it was never set."""
    value = connection.execute(sa.select(state.c.value).where(state.c.key == key)).scalar()
    return default if value is None else str(value)


def write_state(connection: sa.Connection, key: str, value: str) -> None:
    """Set a key of ``kb_state``, in a transaction that has taken its generation."""
    changed = connection.execute(state.update().where(state.c.key == key).values(value=value))
    if changed.rowcount == 0:
        connection.execute(state.insert().values(key=key, value=value))


def within(scope: Scope, table: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    """The conditions that keep a query over ``kb_articles`` inside a scope."""
    limits = {"audience": scope.audiences, "language": scope.languages, "source": scope.sources}
    return [table.c[name].in_(sorted(allowed)) for name, allowed in limits.items() if allowed is not None]
