"""What an admin changes while the program runs: teams, SLA table, thresholds and the like."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from kb.store.transactions import reading
from triage.errors import StaleSettings
from triage.store.base import StorePart, changing
from triage.store.tables import settings
from triage.store.trail import leave_trail
from triage.store.values import Setting


class Settings(StorePart):
    """Keeps JSON documents by name; each change leaves an entry in the trail."""

    def setting(self, name: str) -> Setting:
        """A document as it is now; version 0 with document None where it was never set."""
        with reading(self._engine) as connection:
            return _read(connection, name)

    def settings(self) -> dict[str, Setting]:
        """All documents that were ever set, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(settings).order_by(settings.c.name)).mappings()
            return {row["name"]: Setting(**row) for row in rows}

    def put_setting(self, name: str, document: object, version: int, who: str, now: datetime) -> Setting:
        """Set a document; ``version`` is that of the document it was made from (0: there was none).

        Raises:
            StaleSettings: another has changed it since; nothing was changed.
        """
        with changing(self._engine) as connection:
            before = _read(connection, name)
            if before.version != version:
                raise StaleSettings(name, version, before.version)
            after = Setting(name, version + 1, document, who, now)
            row = {"version": version + 1, "document": document, "changed_by": who, "changed_at": now}
            if version:
                connection.execute(settings.update().where(settings.c.name == name).values(row))
            else:
                connection.execute(settings.insert().values(row | {"name": name}))
            leave_trail(connection, who, "setting changed", name, before.document, document, now)
        return after


def _read(connection: sa.Connection, name: str) -> Setting:
    row = connection.execute(sa.select(settings).where(settings.c.name == name)).mappings().one_or_none()
    return Setting(name, 0, None) if row is None else Setting(**row)
