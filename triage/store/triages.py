"""What the desk was told about tickets: every triage stays as it was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kb.store.encoding import chunks
from kb.store.transactions import reading
from triage.errors import TicketNotFound
from triage.store.base import StorePart, changing, update_each
from triage.store.encoding import LABEL_FIELDS, TRIAGE, labels_of, triage_columns
from triage.store.finding import window
from triage.store.labels import former_names, restate
from triage.store.redaction import without_quotes
from triage.store.relabelling import relabelled
from triage.store.similar import with_similar
from triage.store.tables import tickets, triages
from triage.store.values import Judged, MadeTriage
from triage.types import Triage

OF_JUDGED = (
    *("made_at", "topic", "topic_probability", "topic_accepted", "urgency", "urgency_probability"),
    *("urgency_accepted", "churn_intent", "churn_probability", "audited", "models"),
)


# Acceptance of churn intent has no column of its own: nothing is looked up by it.
_CHURN_ACCEPTED = triages.c.payload["churn", "words", "accepted"].as_boolean().label("churn_intent_accepted")


class Triages(StorePart):
    """Keeps triages; the latest of a ticket decides what lists show of it."""

    def save_triages(
        self, made: Sequence[Triage], now: datetime, needs_person: Mapping[str, bool] | None = None
    ) -> None:
        """Keep triages of stored tickets, all of them or none; topics renamed since take today's names.

        ``needs_person`` overrules, by ticket, the default: work whose topic was not accepted or is audited. A
        ticket whose topic a person gave needs nobody.

        Raises:
            TicketNotFound: one of the tickets is not stored.
        """
        with changing(self._engine) as connection:
            forgotten = _present(connection, [one.ticket_id for one in made])
            names = former_names(connection)
            said = [relabelled(one, names) if names else one for one in made]
            said = [without_quotes(one) if forgotten[one.ticket_id] else one for one in said]
            rows = [triage_columns(one, now) for one in said]
            if rows:
                _save(connection, rows, needs_person or {})

    def triage(self, ticket_id: str) -> MadeTriage | None:
        """The latest triage of a ticket; None where there was none."""
        return self.latest_triages([ticket_id]).get(ticket_id)

    def latest_triages(self, ticket_ids: Sequence[str]) -> dict[str, MadeTriage]:
        """The latest triage of each ticket that has one, by ticket id."""
        with reading(self._engine) as connection:
            rows = [
                row
                for part in chunks(ticket_ids)
                for row in connection.execute(
                    sa.select(triages.c.payload, triages.c.made_at)
                    .join(tickets, tickets.c.triage_id == triages.c.id)
                    .where(tickets.c.id.in_(part))
                ).mappings()
            ]
            return {one.triage.ticket_id: one for one in _made(connection, rows)}

    def triages(self, ticket_id: str) -> tuple[MadeTriage, ...]:
        """All triages of a ticket, the latest first."""
        all_of_it = sa.select(triages.c.payload, triages.c.made_at).where(triages.c.ticket_id == ticket_id)
        latest_first = all_of_it.order_by(triages.c.id.desc())
        with reading(self._engine) as connection:
            return _made(connection, connection.execute(latest_first).mappings().all())

    def judged(
        self, start: datetime | None = None, end: datetime | None = None, audited: bool | None = None
    ) -> list[Judged]:
        """The latest predictions for tickets that came in from start to before end, and what people say."""
        said = [tickets.c[f"said_{name}"] for name in LABEL_FIELDS]
        chosen = sa.select(*(triages.c[name] for name in OF_JUDGED), _CHURN_ACCEPTED, *said)
        chosen = chosen.add_columns(tickets.c.id.label("ticket_id"), tickets.c.came_at.label("created_at"))
        chosen = chosen.join(tickets, tickets.c.triage_id == triages.c.id).where(*window(start, end))
        if audited is not None:
            chosen = chosen.where(tickets.c.audited if audited else ~tickets.c.audited)
        with reading(self._engine) as connection:
            rows = connection.execute(chosen.order_by(tickets.c.came_at, tickets.c.id)).mappings()
            return [_judged(row) for row in rows]

    def topic_counts(self, start: datetime | None = None, end: datetime | None = None) -> dict[str, int]:
        """How many tickets that came in from start to before end were predicted to be of each topic."""
        counted = sa.select(tickets.c.predicted_topic, sa.func.count().label("number"))
        counted = counted.where(tickets.c.triage_id.is_not(None), tickets.c.noise == "", *window(start, end))
        with reading(self._engine) as connection:
            rows = connection.execute(counted.group_by(tickets.c.predicted_topic))
            return {row.predicted_topic: row.number for row in rows}


def _present(connection: sa.Connection, ticket_ids: Sequence[str]) -> dict[str, bool]:
    """Whether each ticket was forgotten."""
    found: dict[str, bool] = {}
    for part in chunks(ticket_ids):
        known = sa.select(tickets.c.id, tickets.c.forgotten_at).where(tickets.c.id.in_(part))
        found |= {row.id: row.forgotten_at is not None for row in connection.execute(known)}
    for ticket_id in ticket_ids:
        if ticket_id not in found:
            raise TicketNotFound(ticket_id)
    return found


def _save(
    connection: sa.Connection, rows: Sequence[dict[str, Any]], needs_person: Mapping[str, bool]
) -> None:
    added = triages.insert().returning(triages.c.id, sort_by_parameter_order=True)
    ids = connection.execute(added, rows).scalars().all()
    latest = [
        {
            "key": row["ticket_id"],
            "triage_id": triage_id,
            "predicted_topic": row["topic"],
            "predicted_urgency": row["urgency"],
            "audited": row["audited"],
            "needs_person": needs_person.get(row["ticket_id"], _needs_person(row)),
        }
        for row, triage_id in zip(rows, ids, strict=True)
    ]
    update_each(connection, tickets.c.id, latest)
    restate(connection, [row["ticket_id"] for row in rows])


def _needs_person(row: Mapping[str, Any]) -> bool:
    return row["noise"] == "" and (row["audited"] or not row["topic_accepted"])


def _made(connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> tuple[MadeTriage, ...]:
    given = with_similar(connection, [TRIAGE.validate_python(row["payload"]) for row in rows])
    return tuple(MadeTriage(one, row["made_at"]) for one, row in zip(given, rows, strict=True))


def _judged(row: sa.RowMapping) -> Judged:
    own = {name: row[name] for name in (*OF_JUDGED, "ticket_id", "created_at")}
    return Judged(**own, churn_intent_accepted=bool(row["churn_intent_accepted"]), said=labels_of(row))
