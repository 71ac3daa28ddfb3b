"""What people say of tickets, kept in the tickets' own rows so that indexes answer for lists and counts."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from kb.store.encoding import chunks
from triage.store.encoding import LABEL_FIELDS
from triage.store.tables import corrections, tickets, topic_names


def restate(connection: sa.Connection, ticket_ids: Sequence[str]) -> None:
    """Bring said and shown labels up to date with corrections, imported labels and predictions."""
    for part in chunks(ticket_ids):
        these = tickets.c.id.in_(part)
        said = {f"said_{name}": _said(name) for name in LABEL_FIELDS}
        connection.execute(tickets.update().where(these).values(said))
        connection.execute(tickets.update().where(these).values(_shown()))


def former_names(connection: sa.Connection) -> dict[str, str]:
    """What topics are called now, by the names they had before."""
    return {row.former: row.topic for row in connection.execute(sa.select(topic_names))}


def _said(name: str) -> sa.ColumnElement[str]:
    latest = sa.select(corrections.c.label).where(
        corrections.c.ticket_id == tickets.c.id, corrections.c.field == name
    )
    latest = latest.order_by(corrections.c.corrected_at.desc(), corrections.c.id.desc()).limit(1)
    return sa.func.coalesce(latest.correlate(tickets).scalar_subquery(), tickets.c[name])


def _shown() -> dict[str, sa.ColumnElement[object]]:
    def shown(task: str) -> sa.ColumnElement[object]:
        said = tickets.c[f"said_{task}"]
        return sa.case((said != "", said), (tickets.c.audited, ""), else_=tickets.c[f"predicted_{task}"])

    labelled = tickets.c.said_topic != ""
    return {
        "shown_topic": shown("topic"),
        "shown_urgency": shown("urgency"),
        "needs_person": sa.case((labelled, sa.false()), else_=tickets.c.needs_person),
    }
