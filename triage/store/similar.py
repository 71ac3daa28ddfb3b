"""Similar tickets in kept triages: what they are about is read anew, so nothing forgotten comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from kb.store.encoding import chunks
from triage.store.tables import tickets
from triage.types import SimilarTicket, Triage

ABOUT = tuple(tickets.c[name] for name in ("id", "subject", "said_topic", "status"))


def with_similar(connection: sa.Connection, given: Sequence[Triage]) -> list[Triage]:
    """The triages with subject, topic (as people say) and status of similar tickets as they are now.

    Those that were deleted since are left out.
    """
    ids = {similar.ticket_id for one in given for similar in one.similar_tickets}
    present = {
        row["id"]: row
        for part in chunks(sorted(ids))
        for row in connection.execute(sa.select(*ABOUT).where(tickets.c.id.in_(part))).mappings()
    }
    return [
        replace(
            one,
            similar_tickets=tuple(
                _as_now(similar, present[similar.ticket_id])
                for similar in one.similar_tickets
                if similar.ticket_id in present
            ),
        )
        for one in given
    ]


def _as_now(similar: SimilarTicket, row: sa.RowMapping) -> SimilarTicket:
    # Who had it open then says nothing of now.
    return replace(
        similar, subject=row["subject"], topic=row["said_topic"], status=row["status"], being_worked_on=""
    )
