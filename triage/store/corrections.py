"""What people said of tickets, field by field; nothing said is ever taken back, only said anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from kb.store.encoding import chunks
from kb.store.transactions import reading
from triage.errors import TicketNotFound
from triage.store.base import StorePart, changing
from triage.store.encoding import LABEL_FIELDS
from triage.store.labels import former_names, restate
from triage.store.tables import corrections, tickets
from triage.store.values import FieldCorrection, Labels
from triage.types import Correction

COLUMNS = tuple(
    corrections.c[name] for name in ("ticket_id", "field", "label", "corrected_by", "corrected_at")
)


class Corrections(StorePart):
    """Keeps corrections; the latest one of a field is the ticket's label."""

    def correct(self, said: Sequence[Correction]) -> None:
        """Keep corrections, all of them or none; a former name of a topic counts as its name of today.

        Raises:
            TicketNotFound: one of the tickets is not stored.
        """
        ids = list(dict.fromkeys(one.ticket_id for one in said))
        with changing(self._engine) as connection:
            _refuse_unknown(connection, ids)
            names = former_names(connection)
            rows = [
                {
                    "ticket_id": one.ticket_id,
                    "field": field,
                    "label": names.get(label, label) if field == "topic" else label,
                    "corrected_by": one.corrected_by,
                    "corrected_at": one.corrected_at,
                }
                for one in said
                for field in LABEL_FIELDS
                if (label := getattr(one, field))
            ]
            if rows:
                connection.execute(corrections.insert(), rows)
                restate(connection, ids)

    def corrections(
        self, ticket_id: str | None = None, since: datetime | None = None
    ) -> tuple[FieldCorrection, ...]:
        """All corrections, or those of a ticket, or those from a moment on; in the order they were made."""
        chosen = sa.select(*COLUMNS).where(*_conditions(ticket_id, since))
        with reading(self._engine) as connection:
            rows = connection.execute(
                chosen.order_by(corrections.c.corrected_at, corrections.c.id)
            ).mappings()
            return tuple(FieldCorrection(**row) for row in rows)

    def count_corrections(self, since: datetime | None = None) -> int:
        """How many labels people gave from a moment on."""
        counted = sa.select(sa.func.count()).select_from(corrections).where(*_conditions(None, since))
        with reading(self._engine) as connection:
            return connection.execute(counted).scalar_one()

    def labels(self, ticket_ids: Sequence[str]) -> dict[str, Labels]:
        """What people say of each ticket that there is, by id."""
        columns = [tickets.c[f"said_{name}"] for name in LABEL_FIELDS]
        found: dict[str, Labels] = {}
        with reading(self._engine) as connection:
            for part in chunks(ticket_ids):
                chosen = sa.select(tickets.c.id, *columns).where(tickets.c.id.in_(part))
                found |= {key: Labels(*said) for key, *said in connection.execute(chosen)}
        return found


def _conditions(ticket_id: str | None, since: datetime | None) -> list[sa.ColumnElement[bool]]:
    conditions = [] if ticket_id is None else [corrections.c.ticket_id == ticket_id]
    return conditions if since is None else [*conditions, corrections.c.corrected_at >= since]


def _refuse_unknown(connection: sa.Connection, ticket_ids: Sequence[str]) -> None:
    known: set[str] = set()
    for part in chunks(ticket_ids):
        known.update(connection.execute(sa.select(tickets.c.id).where(tickets.c.id.in_(part))).scalars())
    for ticket_id in ticket_ids:
        if ticket_id not in known:
            raise TicketNotFound(ticket_id)
