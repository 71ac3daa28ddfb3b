"""What serving many tickets at a time needs of the store: assignments in one transaction, and counted vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from kb.store.encoding import chunks
from kb.store.transactions import reading
from triage.store.base import StorePart, changing, update_each
from triage.store.similar import ABOUT
from triage.store.tables import tickets, vectors
from triage.types import Assignment, SimilarTicket


class Serving(StorePart):
    """Gives tickets away, and tells what there is to compare with."""

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

    def texts_of(self, ticket_ids: Sequence[str]) -> dict[str, str]:
        """The clean texts of those tickets that have one, by id."""
        named = sa.select(tickets.c.id, tickets.c.clean_text).where(tickets.c.clean_text.is_not(None))
        with reading(self._engine) as connection:
            rows = [
                row
                for part in chunks(ticket_ids)
                for row in connection.execute(named.where(tickets.c.id.in_(part)))
            ]
        return {row.id: row.clean_text for row in rows}

    def as_similar(self, ticket_ids: Sequence[str]) -> dict[str, SimilarTicket]:
        """Those of the tickets that were not forgotten, by id, as they are shown beside another one."""
        named = sa.select(*ABOUT).where(tickets.c.forgotten_at.is_(None))
        with reading(self._engine) as connection:
            return {
                row.id: SimilarTicket(row.id, row.subject, 0.0, row.said_topic, row.status)
                for part in chunks(ticket_ids)
                for row in connection.execute(named.where(tickets.c.id.in_(part)))
            }

    def labelled_ids(self, limit: int) -> list[str]:
        """The newest tickets with a topic that people gave."""
        chosen = sa.select(tickets.c.id).where(tickets.c.said_topic != "")
        with reading(self._engine) as connection:
            newest = chosen.order_by(tickets.c.came_at.desc(), tickets.c.id.desc()).limit(limit)
            return list(connection.execute(newest).scalars())
