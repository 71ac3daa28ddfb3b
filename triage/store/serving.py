"""What serving many tickets at a time needs of the store: assignments in one transaction, and counted vectors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from kb.store.transactions import reading
from triage.store.base import StorePart, changing, update_each
from triage.store.tables import tickets, vectors
from triage.types import Assignment


class Serving(StorePart):
    """Gives tickets away, and tells how much there is to compare with."""

    def assign_many(self, given: Mapping[str, Assignment], now: datetime) -> None:
        """Give tickets to teams and people, by ticket id; those that are not there are left out."""
        rows = [
            {"key": key, "team": one.team, "assignee": one.assignee, "updated_at": now}
            for key, one in given.items()
        ]
        if rows:
            with changing(self._engine) as connection:
                update_each(connection, tickets.c.id, rows)

    def count_vectors(self, embedder: str) -> int:
        """How many tickets have a vector of the embedder."""
        counted = sa.select(sa.func.count()).select_from(vectors).where(vectors.c.embedder == embedder)
        with reading(self._engine) as connection:
            return connection.execute(counted).scalar_one()

    def labelled_ids(self, limit: int) -> list[str]:
        """The newest tickets with a topic that people gave."""
        chosen = sa.select(tickets.c.id).where(tickets.c.said_topic != "")
        with reading(self._engine) as connection:
            newest = chosen.order_by(tickets.c.came_at.desc(), tickets.c.id.desc()).limit(limit)
            return list(connection.execute(newest).scalars())
