"""The tickets that a person should look at, by what their label would teach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from kb.store.encoding import chunks
from kb.store.transactions import reading
from triage.errors import TicketNotFound
from triage.store.base import StorePart, changing
from triage.store.tables import reviews
from triage.store.values import ReviewItem, ReviewState


class Reviews(StorePart):
    """Keeps the review queue, one row a ticket."""

    def queue_reviews(self, items: Sequence[ReviewItem], now: datetime, reopen: bool = False) -> None:
        """Put tickets into the queue, or judge anew the worth of those in it; the last of one ticket counts.

        Those that were done or skipped stay so, unless ``reopen`` is set.
        """
        wanted = {item.ticket_id: item for item in items}
        with changing(self._engine) as connection:
            queued = _queued(connection, list(wanted))
            closed = {key for key, row in queued.items() if row.state != "open" and not reopen}
            replaced = [key for key in queued if key not in closed]
            for part in chunks(replaced):
                connection.execute(reviews.delete().where(reviews.c.ticket_id.in_(part)))
            rows = [
                {
                    "ticket_id": key,
                    "why": item.why,
                    "worth": item.worth,
                    "state": "open",
                    "queued_at": queued[key].queued_at
                    if key in queued and queued[key].state == "open"
                    else now,
                    "closed_at": None,
                    "closed_by": "",
                }
                for key, item in wanted.items()
                if key not in closed
            ]
            if rows:
                connection.execute(reviews.insert(), rows)

    def close_review(
        self, ticket_id: str, state: Literal["done", "skipped"], who: str, now: datetime
    ) -> None:
        """Take a ticket out of the queue; closing it again changes nothing.

        Raises:
            TicketNotFound: the ticket was never in the queue.
        """
        with changing(self._engine) as connection:
            if ticket_id not in _queued(connection, [ticket_id]):
                raise TicketNotFound(ticket_id)
            closed = reviews.update().where(reviews.c.ticket_id == ticket_id, reviews.c.state == "open")
            connection.execute(closed.values(state=state, closed_at=now, closed_by=who))

    def review(self, ticket_id: str) -> ReviewItem | None:
        """The row of a ticket; None where it was never in the queue."""
        with reading(self._engine) as connection:
            return _queued(connection, [ticket_id]).get(ticket_id)

    def reviews(
        self, state: ReviewState = "open", after: ReviewItem | None = None, limit: int = 50
    ) -> tuple[ReviewItem, ...]:
        """Rows of a state, the most worth first; ``after`` is the last of the page before."""
        page = sa.select(reviews).where(reviews.c.state == state)
        if after is not None:
            level = sa.and_(reviews.c.worth == after.worth, reviews.c.ticket_id > after.ticket_id)
            page = page.where(sa.or_(reviews.c.worth < after.worth, level))
        page = page.order_by(reviews.c.worth.desc(), reviews.c.ticket_id).limit(limit)
        with reading(self._engine) as connection:
            return tuple(ReviewItem(**row) for row in connection.execute(page).mappings())

    def count_reviews(self) -> dict[str, int]:
        """How many rows there are of each state that occurs."""
        counted = sa.select(reviews.c.state, sa.func.count().label("number")).group_by(reviews.c.state)
        with reading(self._engine) as connection:
            return {row.state: row.number for row in connection.execute(counted)}


def _queued(connection: sa.Connection, ticket_ids: Sequence[str]) -> dict[str, ReviewItem]:
    return {
        row["ticket_id"]: ReviewItem(**row)
        for part in chunks(ticket_ids)
        for row in connection.execute(sa.select(reviews).where(reviews.c.ticket_id.in_(part))).mappings()
    }
