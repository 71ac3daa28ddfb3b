"""Who has a ticket open now, so that two do not answer the same customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from kb.store.encoding import chunks
from kb.store.transactions import reading
from triage.errors import TicketNotFound
from triage.store.base import StorePart, changing
from triage.store.tables import claims, tickets
from triage.store.values import Claim

COLUMNS = tuple(claims.c[name] for name in ("ticket_id", "by", "until"))


class Claims(StorePart):
    """Keeps at most one claim a ticket; it ends by itself."""

    def claim(self, ticket_id: str, by: str, until: datetime, now: datetime) -> Claim:
        """Claim a ticket, or prolong one's own claim.

        Returns:
            The claim that holds now: where a colleague's does, that one, unchanged.

        Raises:
            TicketNotFound: there is no such ticket.
        """
        with changing(self._engine) as connection:
            known = sa.select(tickets.c.id).where(tickets.c.id == ticket_id)
            if connection.execute(known).one_or_none() is None:
                raise TicketNotFound(ticket_id)
            before = connection.execute(
                sa.select(claims).where(claims.c.ticket_id == ticket_id)
            ).one_or_none()
            if before is not None and before.by != by and before.until > now:
                return Claim(ticket_id, before.by, before.until)
            connection.execute(claims.delete().where(claims.c.ticket_id == ticket_id))
            prolonged = before is not None and before.by == by and before.until > now
            since = before.since if before is not None and prolonged else now
            connection.execute(claims.insert().values(ticket_id=ticket_id, by=by, since=since, until=until))
        return Claim(ticket_id, by, until)

    def release(self, ticket_id: str, by: str) -> None:
        """End one's own claim; there need not be one."""
        with changing(self._engine) as connection:
            connection.execute(claims.delete().where(claims.c.ticket_id == ticket_id, claims.c.by == by))

    def claims(self, ticket_ids: Sequence[str], now: datetime) -> dict[str, Claim]:
        """The claims that hold now on some tickets, by ticket id."""
        found: dict[str, Claim] = {}
        with reading(self._engine) as connection:
            for part in chunks(ticket_ids):
                held = sa.select(*COLUMNS).where(claims.c.ticket_id.in_(part), claims.c.until > now)
                found |= {row["ticket_id"]: Claim(**row) for row in connection.execute(held).mappings()}
        return found
