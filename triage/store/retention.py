"""Letting go: of what a customer wrote, and of tickets that are older than a team may keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from kb.store.encoding import chunks
from triage.store.base import StorePart, changing, update_each
from triage.store.encoding import TRIAGE, payload_of
from triage.store.redaction import without_quotes, without_quotes_of
from triage.store.tables import accounts, tickets, triages, vectors
from triage.store.trail import leave_trail
from triage.types import Triage

# All that a customer may be known by. What was counted (times, labels, who solved it) stays.
WORDS: dict[str, object] = {
    "subject": "",
    "body": "",
    "customer_id": "",
    "attributes": {},
    "digest": "",
    "clean_text": None,
    "clean_parts": [],
    "statements": [],
}
TURN_SIZE = 2000


class Retention(StorePart):
    """Forgets and deletes."""

    def forget(self, who: str, now: datetime, *, customer_id: str = "", account_id: str = "") -> int:
        """Remove the words of a customer or of a whole account: text, vectors, quotes in triages.

        The tickets stay as numbers and are not filled again by a later import. An account also loses its
        name and its attributes.

        Returns:
            How many tickets that were.

        Raises:
            ValueError: neither a customer nor an account is named, or both are.
        """
        if bool(customer_id) == bool(account_id):
            raise ValueError("Name a customer or an account whose words are to be forgotten, and not both.")
        whose = tickets.c.customer_id == customer_id if customer_id else tickets.c.account_id == account_id
        with changing(self._engine) as connection:
            ids = list(connection.execute(sa.select(tickets.c.id).where(whose)).scalars())
            _redact_triages(connection, ids)
            for part in chunks(ids):
                gone = tickets.update().where(tickets.c.id.in_(part))
                connection.execute(gone.values(WORDS | {"forgotten_at": now, "updated_at": now}))
                connection.execute(vectors.delete().where(vectors.c.ticket_id.in_(part)))
            if account_id:
                same = accounts.update().where(accounts.c.account_id == account_id)
                connection.execute(same.values(name="", attributes={}, digest="", updated_at=now))
            kind = "customer" if customer_id else "account"
            leave_trail(connection, who, f"{kind} forgotten", "tickets", None, {"tickets": len(ids)}, now)
        return len(ids)

    def prune(self, before: datetime) -> int:
        """Delete tickets that came in before a moment, with all that is kept about them.

        Returns:
            How many there were.
        """
        number = 0
        while True:
            with changing(self._engine) as connection:
                old = sa.select(tickets.c.id).where(tickets.c.came_at < before).order_by(tickets.c.came_at)
                ids = list(connection.execute(old.limit(TURN_SIZE)).scalars())
                for part in chunks(ids):
                    connection.execute(tickets.delete().where(tickets.c.id.in_(part)))
            number += len(ids)
            if len(ids) < TURN_SIZE:
                return number


def _redact_triages(connection: sa.Connection, ticket_ids: Sequence[str]) -> None:
    gone = frozenset(ticket_ids)
    account_ids: set[str] = set()
    for part in chunks(ticket_ids):
        own = sa.select(triages.c.id, triages.c.payload).where(triages.c.ticket_id.in_(part))
        said = {row.id: TRIAGE.validate_python(row.payload) for row in connection.execute(own)}
        _rewrite(connection, {key: without_quotes(triage) for key, triage in said.items()})
        whose = sa.select(tickets.c.account_id).where(tickets.c.id.in_(part), tickets.c.account_id != "")
        account_ids.update(connection.execute(whose).scalars())
    # Triages of the same account's other tickets may give this customer's words as reasons.
    for account_id in sorted(account_ids):
        beside = sa.select(triages.c.id, triages.c.payload).join(tickets, tickets.c.id == triages.c.ticket_id)
        rows = connection.execute(beside.where(tickets.c.account_id == account_id))
        said = {row.id: TRIAGE.validate_python(row.payload) for row in rows}
        after = {key: without_quotes_of(triage, gone) for key, triage in said.items()}
        _rewrite(connection, {key: triage for key, triage in after.items() if triage is not said[key]})


def _rewrite(connection: sa.Connection, changed: dict[int, Triage]) -> None:
    rows = [{"key": key, "payload": payload_of(triage)} for key, triage in changed.items()]
    update_each(connection, triages.c.id, rows)
