"""When tickets were grouped."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from kb.store.transactions import reading
from reports.store.base import StorePart, changing
from reports.store.tables import groupings
from reports.store.values import Grouping


class Groupings(StorePart):
    """Keeps the moments of groupings."""

    def add_grouping(self, grouping: Grouping) -> None:
        """Note that tickets were grouped."""
        with changing(self._engine) as connection:
            connection.execute(groupings.insert().values(asdict(grouping)))

    def last_grouping(self) -> Grouping | None:
        """The latest; None where there was none."""
        columns = [column for column in groupings.c if column.name != "id"]
        latest = sa.select(*columns).order_by(groupings.c.at.desc(), groupings.c.id.desc()).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(latest).mappings().one_or_none()
            return None if row is None else Grouping(**row)
