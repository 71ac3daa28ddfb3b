"""Flags as they were raised, what people said of them, and what became of the accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kb.store.columns import UtcDateTime
from kb.store.encoding import chunks
from kb.store.transactions import reading
from triage.churn.ledger import OUTCOME_DAYS, Flag, Response
from triage.errors import TriageError
from triage.store.base import StorePart, changing
from triage.store.flags_encoding import flag_of, outcomes_json
from triage.store.flags_tables import flags, responses
from triage.store.flags_values import FlagPage

Query = sa.Select[tuple[Any, ...]]


class FlagNotFound(TriageError):
    """The account has no such flag."""

    def __init__(self, account_id: str, flag_id: str) -> None:
        super().__init__(f"Account {account_id!r} has no flag {flag_id!r}.")


class Flags(StorePart):
    """Keeps flags; none is ever deleted."""

    def flag(self, account_id: str, flag_id: str) -> Flag:
        """A flag.

        Raises:
            FlagNotFound: the account has none of that id.
        """
        found = self._flags(sa.select(flags).where(flags.c.id == flag_id, flags.c.account_id == account_id))
        if not found:
            raise FlagNotFound(account_id, flag_id)
        return found[0]

    def flags_of(self, account_ids: Sequence[str]) -> dict[str, tuple[Flag, ...]]:
        """All flags of accounts, the latest first, by account."""
        found: dict[str, tuple[Flag, ...]] = {}
        for part in chunks(account_ids):
            chosen = sa.select(flags).where(flags.c.account_id.in_(part))
            for flag in self._flags(chosen.order_by(flags.c.raised_at.desc(), flags.c.id.desc())):
                found[flag.account_id] = (*found.get(flag.account_id, ()), flag)
        return found

    def list_flags(self, after: str = "", limit: int = 50) -> FlagPage:
        """A page of all flags that people may see, the newest first.

        Raises:
            ValueError: ``after`` is not of a page.
        """
        chosen = sa.select(flags).where(~flags.c.withheld)
        if after:
            chosen = chosen.where(sa.tuple_(flags.c.raised_at, flags.c.id) < sa.tuple_(*_place(after)))
        ordered = chosen.order_by(flags.c.raised_at.desc(), flags.c.id.desc())
        found = self._flags(ordered.limit(limit + 1))
        page = found[:limit]
        more = f"{page[-1].raised_at.isoformat()} {page[-1].id}" if len(found) > limit else ""
        return FlagPage(page, more)

    def flags_between(self, start: datetime | None, end: datetime | None) -> tuple[Flag, ...]:
        """All flags raised from start to before end, the oldest first, with those that nobody was shown."""
        limits = []
        if start is not None:
            limits.append(flags.c.raised_at >= start)
        if end is not None:
            limits.append(flags.c.raised_at < end)
        return self._flags(sa.select(flags).where(*limits).order_by(flags.c.raised_at, flags.c.id))

    def unsettled(self) -> tuple[Flag, ...]:
        """Flags of which not all outcomes are known."""
        return self._flags(sa.select(flags).where(~flags.c.settled).order_by(flags.c.raised_at, flags.c.id))

    def respond(self, flag: Flag, response: Response) -> Flag:
        """Add what a person said; saying the same twice adds nothing."""
        row = {"flag_id": flag.id, "kind": response.kind, "at": response.at, "by": response.by}
        row |= {"note": response.note, "until": response.until}
        with changing(self._engine) as connection:
            known = _responses(connection, [flag.id]).get(flag.id, ())
            if not any(_same(one, response) for one in known):
                connection.execute(responses.insert().values(row))
        return self.flag(flag.account_id, flag.id)

    def save_outcomes(self, changed: Sequence[Flag]) -> None:
        """Keep what is known of the days after flags."""
        rows = [
            {
                "key": one.id,
                "outcomes": outcomes_json(one.outcomes),
                "settled": len(one.outcomes) == len(OUTCOME_DAYS),
            }
            for one in changed
        ]
        if rows:
            with changing(self._engine) as connection:
                connection.execute(sa.update(flags).where(flags.c.id == sa.bindparam("key")), rows)

    def _flags(self, query: Query) -> tuple[Flag, ...]:
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
            said = _responses(connection, [row["id"] for row in rows])
            return tuple(flag_of(row, said) for row in rows)


def _responses(connection: sa.Connection, flag_ids: Sequence[str]) -> dict[str, tuple[Response, ...]]:
    found: dict[str, tuple[Response, ...]] = {}
    for part in chunks(flag_ids):
        chosen = sa.select(responses).where(responses.c.flag_id.in_(part)).order_by(responses.c.id)
        for row in connection.execute(chosen):
            one = Response(row.kind, row.at, row.by, row.note, row.until)
            found[row.flag_id] = (*found.get(row.flag_id, ()), one)
    return found


def _same(one: Response, other: Response) -> bool:
    return (one.kind, one.by, one.note, one.until) == (other.kind, other.by, other.note, other.until)


def _place(after: str) -> tuple[sa.ColumnElement[datetime], sa.ColumnElement[str]]:
    moment, _, named = after.partition(" ")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not named:
        raise ValueError("The place to go on from is not one that a page of flags gave.")
    return sa.literal(at, UtcDateTime), sa.literal(named, flags.c.id.type)
