"""Weekly reports as they were made."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from kb.store.transactions import reading
from reports.store.base import StorePart, changing
from reports.store.tables import snapshots
from reports.store.values import Snapshot


class Snapshots(StorePart):
    """Keeps a report a week."""

    def put_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a week's report in place of one made before."""
        with changing(self._engine) as connection:
            connection.execute(snapshots.delete().where(snapshots.c.week == snapshot.week))
            connection.execute(snapshots.insert().values(asdict(snapshot)))

    def snapshot(self, week: str) -> Snapshot | None:
        """A week's report as it was made; None where none was kept."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(snapshots).where(snapshots.c.week == week)).mappings().first()
            return None if row is None else Snapshot(**row)

    def snapshots(self) -> tuple[str, ...]:
        """The weeks of which a report was kept, the latest first."""
        with reading(self._engine) as connection:
            latest_first = sa.select(snapshots.c.week).order_by(snapshots.c.week.desc())
            return tuple(connection.execute(latest_first).scalars())
