"""Where reports were delivered; implements the record that `reports.sinks` asks for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kb.store.transactions import reading
from reports.sinks import LEASE_MINUTES, Claim
from reports.store.base import StorePart, changing
from reports.store.tables import deliveries
from reports.store.values import Delivery
from reports.types import Week

_COLUMNS = [column for column in deliveries.c if column.name != "id"]


class Deliveries(StorePart):
    """Keeps one line for each week and place."""

    def claim(self, week: Week, sink: str, now: datetime, *, again: bool = False) -> Claim:
        """Claim a delivery; ``done`` where it was made, ``under_way`` while another is at it, else ``yours``."""
        with changing(self._engine) as connection:
            row = connection.execute(sa.select(deliveries).where(*_same(week, sink))).one_or_none()
            if row is not None and row.state == "done" and not again:
                return "done"
            if row is not None and row.state == "claimed" and now < row.at + timedelta(minutes=LEASE_MINUTES):
                return "under_way"
            claimed = {"state": "claimed", "at": now, "digest": "", "note": ""}
            if row is None:
                connection.execute(deliveries.insert().values(week=str(week), sink=sink, **claimed))
            else:
                connection.execute(deliveries.update().where(*_same(week, sink)).values(claimed))
            return "yours"

    def done(self, week: Week, sink: str, digest: str, note: str, now: datetime) -> None:
        """Keep that a claimed delivery succeeded, and with which report."""
        self._note(week, sink, {"state": "done", "digest": digest, "note": note, "at": now})

    def failed(self, week: Week, sink: str, why: str, now: datetime) -> None:
        """Give a claim back, and keep why."""
        self._note(week, sink, {"state": "failed", "note": why, "at": now})

    def tried(self, week: Week) -> frozenset[str]:
        """The places that a week's report was brought to, or tried to."""
        chosen = sa.select(deliveries.c.sink).where(deliveries.c.week == str(week))
        with reading(self._engine) as connection:
            return frozenset(connection.execute(chosen).scalars())

    def deliveries(self, limit: int = 50) -> tuple[Delivery, ...]:
        """The latest deliveries first."""
        latest_first = sa.select(*_COLUMNS).order_by(deliveries.c.at.desc(), deliveries.c.id.desc())
        with reading(self._engine) as connection:
            rows = connection.execute(latest_first.limit(limit)).mappings()
            return tuple(Delivery(**row) for row in rows)

    def _note(self, week: Week, sink: str, values: dict[str, Any]) -> None:
        with changing(self._engine) as connection:
            connection.execute(deliveries.update().where(*_same(week, sink)).values(values))


def _same(week: Week, sink: str) -> tuple[sa.ColumnElement[bool], ...]:
    return deliveries.c.week == str(week), deliveries.c.sink == sink
