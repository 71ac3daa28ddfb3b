"""Settings that a team changes while the program runs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from api.store.audit import AuditEntry, write_entry
from api.store.tables import settings
from kb.store.transactions import reading, writing


class SettingsStore:
    """JSON values by key; each change leaves an entry in the audit log."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def all(self) -> dict[str, object]:
        """All settings that were ever changed, by key."""
        chosen = sa.select(settings.c.key, settings.c.value).order_by(settings.c.key)
        with reading(self._engine) as connection:
            return {row.key: row.value for row in connection.execute(chosen)}

    def get(self, key: str, default: object = None) -> object:
        """The value of a setting, or ``default`` where it was never changed."""
        with reading(self._engine) as connection:
            return _value(connection, key, default)

    def set(self, key: str, value: object, changed_by: str, now: datetime) -> None:
        """Change a setting to a JSON value."""
        row = {"value": value, "changed_by": changed_by, "at": now}
        with writing(self._engine) as connection:
            before = _value(connection, key, None)
            same = settings.update().where(settings.c.key == key).values(row)
            if connection.execute(same).rowcount == 0:
                connection.execute(settings.insert().values(row | {"key": key}))
            write_entry(connection, AuditEntry(changed_by, "setting changed", key, before, value, now))

    def reset(self, key: str, changed_by: str, now: datetime) -> None:
        """Go back to the default of a setting; one that was never changed stays as it is."""
        with writing(self._engine) as connection:
            before = _value(connection, key, None)
            gone = connection.execute(settings.delete().where(settings.c.key == key)).rowcount
            if gone:
                write_entry(connection, AuditEntry(changed_by, "setting reset", key, before, None, now))


def _value(connection: sa.Connection, key: str, default: object) -> object:
    row = connection.execute(sa.select(settings.c.value).where(settings.c.key == key)).one_or_none()
    return default if row is None else row.value
