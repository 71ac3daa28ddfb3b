"""The sources articles are imported from."""

from __future__ import annotations

import sqlalchemy as sa
from pydantic import TypeAdapter

from kb.store.base import StorePart
from kb.store.tables import sources
from kb.store.transactions import reading, writing
from kb.store.values import Source
from kb.types import ImportReport

REPORT: TypeAdapter[ImportReport] = TypeAdapter(ImportReport)


class Sources(StorePart):
    """Keeps the sources by name."""

    def save_source(self, source: Source) -> None:
        """Keep a source, in place of the one of the same name."""
        report = None if source.report is None else REPORT.dump_python(source.report, mode="json")
        names = ("name", "kind", "location", "audience", "imported_at")
        values = {name: getattr(source, name) for name in names}
        values |= {"settings": dict(source.settings), "report": report}
        with writing(self._engine) as connection:
            same = sources.c.name == source.name
            if connection.execute(sources.update().where(same).values(values)).rowcount == 0:
                connection.execute(sources.insert().values(values))

    def sources(self) -> tuple[Source, ...]:
        """All sources by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(sources).order_by(sources.c.name)).mappings().all()
        return tuple(_source(row) for row in rows)


def _source(row: sa.RowMapping) -> Source:
    report = None if row["report"] is None else REPORT.validate_python(row["report"])
    return Source(**{**row, "report": report})
