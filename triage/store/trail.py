"""Who changed topics and settings, or had something forgotten; with what was before and after."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from kb.store.transactions import reading
from triage.store.base import StorePart
from triage.store.tables import trail
from triage.store.values import TrailEntry

COLUMNS = tuple(column for column in trail.c if column.name != "id")


class Trail(StorePart):
    """Reads the trail that changes leave."""

    def trail(self, subject: str | None = None, limit: int = 100) -> tuple[TrailEntry, ...]:
        """The latest entries first; ``subject`` is a topic or the name of a setting."""
        chosen = sa.select(*COLUMNS).order_by(trail.c.id.desc()).limit(limit)
        if subject is not None:
            chosen = chosen.where(trail.c.subject == subject)
        with reading(self._engine) as connection:
            return tuple(TrailEntry(**row) for row in connection.execute(chosen).mappings())


def leave_trail(
    connection: sa.Connection, who: str, what: str, subject: str, before: object, after: object, at: datetime
) -> None:
    """Write an entry in the transaction of the change itself."""
    row = {"who": who, "what": what, "subject": subject, "before": before, "after": after, "at": at}
    connection.execute(trail.insert().values(row))
