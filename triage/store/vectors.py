"""The vectors of tickets, one an embedder, as little-endian float16: half the room of float32."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from kb.store.encoding import chunks
from kb.store.transactions import reading
from triage.store.base import StorePart, changing
from triage.store.finding import window
from triage.store.tables import tickets, vectors

HALVES = np.dtype("<f2")
TURN_SIZE = 5000

Vectors = tuple[list[str], NDArray[np.float16]]


class TicketVectors(StorePart):
    """Keeps vectors by ticket and embedder; they go with their ticket, and when its text changes."""

    def put_vectors(self, embedder: str, ticket_ids: Sequence[str], matrix: NDArray[np.floating]) -> None:
        """Store vectors [tickets, dimensions] in place of earlier ones; skips unknown and forgotten tickets.

        Raises:
            ValueError: ids and vectors differ in number.
        """
        halves = np.ascontiguousarray(matrix, HALVES)
        given = dict(zip(ticket_ids, halves, strict=True))
        for part in chunks(list(given), TURN_SIZE):
            with changing(self._engine) as connection:
                _put(connection, embedder, {key: given[key] for key in part})

    def vectors(self, embedder: str, start: datetime | None = None, end: datetime | None = None) -> Vectors:
        """Ids and float16 [tickets, dimensions] of what came in from start to before end, by time."""
        chosen = _vectors(embedder).where(*window(start, end)).order_by(tickets.c.came_at, tickets.c.id)
        with reading(self._engine) as connection:
            rows = [(row.id, row.vector) for row in connection.execute(chosen)]
        return _matrix(rows)

    def vectors_of(self, embedder: str, ticket_ids: Sequence[str]) -> Vectors:
        """Ids and float16 [tickets, dimensions] of those tickets that have a vector, in the order given."""
        found: dict[str, bytes] = {}
        with reading(self._engine) as connection:
            for part in chunks(ticket_ids):
                chosen = _vectors(embedder).where(tickets.c.id.in_(part))
                found |= {row.id: row.vector for row in connection.execute(chosen)}
        return _matrix([(key, found[key]) for key in dict.fromkeys(ticket_ids) if key in found])

    def without_vector(self, embedder: str, limit: int) -> tuple[str, ...]:
        """Ids of tickets with clean text that have no vector of the embedder yet, the newest first."""
        has_one = vectors.select().where(vectors.c.ticket_id == tickets.c.id, vectors.c.embedder == embedder)
        lacking = sa.select(tickets.c.id).where(tickets.c.clean_text.is_not(None), ~has_one.exists())
        lacking = lacking.where(tickets.c.forgotten_at.is_(None))
        with reading(self._engine) as connection:
            newest = lacking.order_by(tickets.c.came_at.desc(), tickets.c.id.desc()).limit(limit)
            return tuple(connection.execute(newest).scalars())

    def drop_other_vectors(self, embedder: str) -> int:
        """Delete the vectors of all other embedders.

        Returns:
            How many there were.
        """
        with changing(self._engine) as connection:
            return connection.execute(vectors.delete().where(vectors.c.embedder != embedder)).rowcount


def _put(connection: sa.Connection, embedder: str, given: dict[str, NDArray[np.float16]]) -> None:
    present: list[str] = []
    for part in chunks(list(given)):
        known = sa.select(tickets.c.id).where(tickets.c.id.in_(part), tickets.c.forgotten_at.is_(None))
        present += connection.execute(known).scalars()
        these = (vectors.c.ticket_id.in_(part), vectors.c.embedder == embedder)
        connection.execute(vectors.delete().where(*these))
    rows = [{"ticket_id": key, "embedder": embedder, "vector": given[key].tobytes()} for key in present]
    if rows:
        connection.execute(vectors.insert(), rows)


def _vectors(embedder: str) -> sa.Select[tuple[str, bytes]]:
    joined = sa.select(tickets.c.id, vectors.c.vector).join(vectors, vectors.c.ticket_id == tickets.c.id)
    return joined.where(vectors.c.embedder == embedder)


def _matrix(rows: Sequence[tuple[str, bytes]]) -> Vectors:
    if not rows:
        return [], np.empty((0, 0), np.float16)
    values = np.frombuffer(b"".join(data for _, data in rows), HALVES)
    return [key for key, _ in rows], values.reshape(len(rows), -1)
