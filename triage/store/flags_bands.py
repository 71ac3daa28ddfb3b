"""Where accounts stand, how they moved, and the flags that a move to the worse raises, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kb.store.encoding import chunks
from kb.store.transactions import reading
from triage.churn.ledger import QUIET, Standing, cross, is_worse, week_of
from triage.store.base import StorePart, changing
from triage.store.flags_encoding import reasons_json
from triage.store.flags_tables import flags, moves, standings
from triage.store.flags_values import BandMove, Finding, Source

Key = tuple[str, str]
_WRITTEN = tuple(column for column in moves.c if column.name != "waiting")


@dataclass(slots=True)
class _Rows:
    """What a move writes."""

    standings: list[dict[str, Any]] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)
    flags: dict[str, dict[str, Any]] = field(default_factory=dict)


class Bands(StorePart):
    """Moves accounts between bands, and remembers what others are still to be told."""

    def move(self, found: Sequence[Finding], now: datetime, quiet: timedelta = QUIET) -> tuple[BandMove, ...]:
        """Bring accounts to the bands that were found, and give the moves.

        A worse band raises a flag, at most one for a band in a week; it is told to others once in the quiet time.
        """
        with changing(self._engine) as connection:
            before = _standings(connection, found)
            rows = _Rows()
            for one in found:
                _move(
                    one, before.get((one.account_id, one.source), Standing(one.account_id)), now, quiet, rows
                )
            _raise_flags(connection, rows.flags)
            _write_standings(connection, rows.standings, set(before))
            return _write_moves(connection, rows.moves)

    def standing(self, account_id: str) -> dict[str, str]:
        """The bands of an account by source; those that it never was in are missing."""
        chosen = sa.select(standings.c.source, standings.c.band).where(standings.c.account_id == account_id)
        with reading(self._engine) as connection:
            return {row.source: row.band for row in connection.execute(chosen)}

    def banded(self, source: Source) -> tuple[str, ...]:
        """The accounts that stand in a band, by id."""
        chosen = sa.select(standings.c.account_id).where(
            standings.c.source == source, standings.c.band != "none"
        )
        with reading(self._engine) as connection:
            return tuple(connection.execute(chosen.order_by(standings.c.account_id)).scalars())

    def moves(self, start: datetime, end: datetime, account_id: str = "") -> tuple[BandMove, ...]:
        """The moves from start to before end, the oldest first."""
        chosen = sa.select(*_WRITTEN).where(moves.c.at >= start, moves.c.at < end)
        if account_id:
            chosen = chosen.where(moves.c.account_id == account_id)
        with reading(self._engine) as connection:
            return tuple(
                BandMove(**row) for row in connection.execute(chosen.order_by(moves.c.id)).mappings()
            )

    def untold(self, limit: int = 200) -> tuple[BandMove, ...]:
        """Moves that others are still to be told of, the oldest first."""
        chosen = sa.select(*_WRITTEN).where(moves.c.waiting).order_by(moves.c.id).limit(limit)
        with reading(self._engine) as connection:
            return tuple(BandMove(**row) for row in connection.execute(chosen).mappings())

    def note_told(self, move_ids: Sequence[int]) -> None:
        """Remember that others were told."""
        with changing(self._engine) as connection:
            for part in chunks(move_ids):
                connection.execute(moves.update().where(moves.c.id.in_(part)).values(waiting=False))


def flag_id(account_id: str, week: str, source: str, band: str) -> str:
    """Name the flag of an account in a week: what is raised again in the same week is the same."""
    return f"{week}.{source}.{band}.{account_id}"


def _standings(connection: sa.Connection, found: Sequence[Finding]) -> dict[Key, Standing]:
    known: dict[Key, Standing] = {}
    for part in chunks(sorted({one.account_id for one in found})):
        chosen = sa.select(standings).where(standings.c.account_id.in_(part))
        for row in connection.execute(chosen):
            known[row.account_id, row.source] = Standing(
                row.account_id, row.band, row.announced, row.announced_at
            )
    return known


def _move(one: Finding, before: Standing, now: datetime, quiet: timedelta, rows: _Rows) -> None:
    if one.band == before.band:
        return
    after, crossing = cross(before, one.band, now, quiet)
    if one.withheld:
        after, crossing = replace(before, band=one.band), None
    raised = is_worse(one.band, before.band)
    named = flag_id(one.account_id, week_of(now), one.source, one.band) if raised else ""
    if raised:
        rows.flags.setdefault(named, _flag_row(named, one, now))
    rows.standings.append(
        {
            "account_id": one.account_id,
            "source": one.source,
            "band": after.band,
            "announced": after.announced,
            "announced_at": after.announced_at,
        }
    )
    rows.moves.append(
        {
            "account_id": one.account_id,
            "source": one.source,
            "before": before.band,
            "after": one.band,
            "at": now,
            "flag_id": named,
            "revenue": one.revenue,
            "told": crossing is not None,
            "waiting": crossing is not None,
        }
    )


def _flag_row(named: str, one: Finding, now: datetime) -> dict[str, Any]:
    return {
        "id": named,
        "account_id": one.account_id,
        "week": week_of(now),
        "raised_at": now,
        "source": one.source,
        "band": one.band,
        "risk": one.risk,
        "reasons": reasons_json(one.reasons),
        "revenue": one.revenue,
        "model_version": one.model_version,
        "withheld": one.withheld,
        "outcomes": [],
        "settled": False,
    }


def _raise_flags(connection: sa.Connection, raised: dict[str, dict[str, Any]]) -> None:
    known: set[str] = set()
    for part in chunks(list(raised)):
        known |= set(connection.execute(sa.select(flags.c.id).where(flags.c.id.in_(part))).scalars())
    new = [row for key, row in raised.items() if key not in known]
    if new:
        connection.execute(flags.insert(), new)


def _write_standings(connection: sa.Connection, rows: list[dict[str, Any]], known: set[Key]) -> None:
    new = [row for row in rows if (row["account_id"], row["source"]) not in known]
    changed = [
        {name: row[name] for name in ("band", "announced", "announced_at")}
        | {"whose": row["account_id"], "which": row["source"]}
        for row in rows
        if (row["account_id"], row["source"]) in known
    ]
    if new:
        connection.execute(standings.insert(), new)
    if changed:
        same = sa.and_(
            standings.c.account_id == sa.bindparam("whose"), standings.c.source == sa.bindparam("which")
        )
        connection.execute(sa.update(standings).where(same), changed)


def _write_moves(connection: sa.Connection, rows: list[dict[str, Any]]) -> tuple[BandMove, ...]:
    if not rows:
        return ()
    added = moves.insert().returning(moves.c.id, sort_by_parameter_order=True)
    ids = connection.execute(added, rows).scalars().all()
    return tuple(
        BandMove(id=key, **{name: value for name, value in row.items() if name != "waiting"})
        for key, row in zip(ids, rows, strict=True)
    )
