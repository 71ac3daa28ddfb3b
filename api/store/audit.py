"""The trail of what people changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from api.store.tables import audit
from kb.store.transactions import reading, writing


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """``who`` did ``what`` to ``subject``; ``before`` and ``after`` are JSON values, None for nothing."""

    who: str
    what: str
    subject: str
    before: object
    after: object
    at: datetime
    id: int = 0


class AuditLog:
    """Adds entries and lists them; none is ever changed."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, entry: AuditEntry) -> None:
        """Keep an entry."""
        with writing(self._engine) as connection:
            write_entry(connection, entry)

    def entries(
        self, subject: str | None = None, before_id: int | None = None, limit: int = 50
    ) -> tuple[AuditEntry, ...]:
        """Entries, the newest first; ``before_id`` is the last id of the page before."""
        page = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        if subject is not None:
            page = page.where(audit.c.subject == subject)
        if before_id is not None:
            page = page.where(audit.c.id < before_id)
        with reading(self._engine) as connection:
            return tuple(AuditEntry(**row) for row in connection.execute(page).mappings())


def write_entry(connection: sa.Connection, entry: AuditEntry) -> None:
    """Keep an entry within the transaction of the change it tells of."""
    names = ("who", "what", "subject", "before", "after", "at")
    connection.execute(audit.insert().values({name: getattr(entry, name) for name in names}))
