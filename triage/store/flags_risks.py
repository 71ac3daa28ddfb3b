"""The risk of each account week by week, as it was told then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from kb.store.encoding import chunks
from kb.store.transactions import reading
from triage.store.base import StorePart, changing
from triage.store.flags_encoding import reasons_json, reasons_of
from triage.store.flags_tables import risks
from triage.store.flags_values import StoredRisk

_LEAN = tuple(column for column in risks.c if column.name != "reasons")
Row = sa.RowMapping | dict[str, Any]


class Risks(StorePart):
    """Keeps one scoring of an account a week, the last."""

    def save_risks(self, scored: Sequence[StoredRisk], keep_reasons_from: str = "") -> None:
        """Keep scorings in place of earlier ones of the same week.

        Of weeks before ``keep_reasons_from`` only the risks stay.
        """
        rows = [asdict(one) | {"reasons": reasons_json(one.reasons)} for one in scored]
        with changing(self._engine) as connection:
            for part in chunks(rows):
                weeks = {row["week"] for row in part}
                same = risks.c.account_id.in_([row["account_id"] for row in part])
                connection.execute(risks.delete().where(risks.c.week.in_(weeks), same))
                connection.execute(risks.insert(), part)
            if keep_reasons_from:
                # As text: not every database compares JSON.
                told = sa.cast(risks.c.reasons, sa.Text) != "[]"
                older = risks.update().where(risks.c.week < keep_reasons_from, told)
                connection.execute(older.values(reasons=[]))

    def risks_of_weeks(self, weeks: Sequence[str]) -> tuple[StoredRisk, ...]:
        """The risks of all accounts in some weeks without their reasons, the oldest week first."""
        chosen = sa.select(*_LEAN).where(risks.c.week.in_(weeks)).order_by(risks.c.week, risks.c.account_id)
        with reading(self._engine) as connection:
            return tuple(_risk_of(row) for row in connection.execute(chosen).mappings())

    def risks_before(self, week: str) -> tuple[StoredRisk, ...]:
        """The latest risk of each account in the weeks before, without reasons."""
        latest = sa.select(risks.c.account_id, sa.func.max(risks.c.week).label("week"))
        latest_of = latest.where(risks.c.week < week).group_by(risks.c.account_id).subquery()
        same = sa.and_(risks.c.account_id == latest_of.c.account_id, risks.c.week == latest_of.c.week)
        chosen = sa.select(*_LEAN).join(latest_of, same).order_by(risks.c.account_id)
        with reading(self._engine) as connection:
            return tuple(_risk_of(row) for row in connection.execute(chosen).mappings())

    def risks_of(self, account_ids: Sequence[str], weeks: int = 2) -> dict[str, tuple[StoredRisk, ...]]:
        """The last scorings of accounts with their reasons, the latest first, by account."""
        found: dict[str, tuple[StoredRisk, ...]] = {}
        with reading(self._engine) as connection:
            for account_id in account_ids:
                chosen = sa.select(risks).where(risks.c.account_id == account_id)
                rows = connection.execute(chosen.order_by(risks.c.week.desc()).limit(weeks)).mappings()
                found[account_id] = tuple(_risk_of(row) for row in rows)
        return {key: value for key, value in found.items() if value}


def _risk_of(row: Row) -> StoredRisk:
    values = dict(row)
    return StoredRisk(**values | {"reasons": reasons_of(values.get("reasons", ()))})
