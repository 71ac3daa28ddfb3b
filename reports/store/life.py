"""Writing the life of issues: who belongs to them, what became of them, and what persons said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kb.store.encoding import chunks
from reports.identity import Identities
from reports.store.base import StorePart, changing
from reports.store.tables import decisions, issues, lineage, members, states
from reports.store.values import Face
from reports.types import StateChange


class Life(StorePart):
    """Adds what is new; what was known before stays readable as it was."""

    def save(
        self, before: Identities, after: Identities, at: datetime, tickets: Mapping[str, str] | None = None
    ) -> None:
        """Keep what changed from ``before`` to ``after``, as known from ``at`` on.

        ``tickets`` gives the ticket of each member; a member that is missing there is a whole ticket.
        """
        with changing(self._engine) as connection:
            _bear(connection, before, after, at)
            _merge(connection, before, after, at)
            _move(connection, before, after, at, tickets or {})
            _trail(connection, before, after)

    def add_states(self, changes: Mapping[str, StateChange], at: datetime) -> None:
        """Keep a change of state for each issue."""
        rows = [
            {
                "issue_id": issue,
                "state": change.state,
                "day": change.on,
                "why": change.why,
                "by": change.by,
                "at": at,
            }
            for issue, change in changes.items()
        ]
        if rows:
            with changing(self._engine) as connection:
                connection.execute(states.insert(), rows)

    def decide(self, issue: str, what: str, details: Mapping[str, str], by: str, at: datetime) -> None:
        """Keep what a person said: ``renamed`` (title), ``fixed`` (on, version; no day: it is not) or ``kind``."""
        row = {"issue_id": issue, "what": what, "details": dict(details), "by": by, "at": at}
        with changing(self._engine) as connection:
            connection.execute(decisions.insert().values(row))

    def show(self, faces: Mapping[str, Face], at: datetime) -> None:
        """Keep a title and representatives for each issue, as the machine found them."""
        rows = [
            {
                "issue_id": issue,
                "what": "shown",
                "details": {"title": face.title, "representatives": list(face.representatives)},
                "by": "",
                "at": at,
            }
            for issue, face in faces.items()
        ]
        if rows:
            with changing(self._engine) as connection:
                connection.execute(decisions.insert(), rows)


def _bear(connection: sa.Connection, before: Identities, after: Identities, at: datetime) -> None:
    named = set(after.assigned.values()) | set(after.lineage)
    known = set(before.assigned.values()) | set(before.lineage)
    for issue in sorted(named - known):
        there = connection.execute(sa.select(issues.c.id).where(issues.c.id == issue)).scalar()
        if there is None:
            connection.execute(issues.insert().values(id=issue, born_at=at, merged_into=""))


def _merge(connection: sa.Connection, before: Identities, after: Identities, at: datetime) -> None:
    for issue, into in sorted(after.merged.items()):
        if before.merged.get(issue) != into:
            taken = issues.update().where(issues.c.id == issue)
            connection.execute(taken.values(merged_into=into, merged_at=at))


def _move(
    connection: sa.Connection,
    before: Identities,
    after: Identities,
    at: datetime,
    tickets: Mapping[str, str],
) -> None:
    changed = [
        key
        for key in sorted(before.assigned.keys() | after.assigned.keys())
        if before.assigned.get(key) != after.assigned.get(key)
        or (key in before.pinned) != (key in after.pinned)
    ]
    known = _close(connection, changed, at)
    rows: list[dict[str, Any]] = [
        {
            "key": key,
            "ticket_id": tickets.get(key) or known.get(key, key),
            "issue_id": after.assigned[key],
            "pinned": key in after.pinned,
            "since": at,
        }
        for key in changed
        if key in after.assigned
    ]
    if rows:
        connection.execute(members.insert(), rows)


def _close(connection: sa.Connection, keys: Sequence[str], at: datetime) -> dict[str, str]:
    """End what holds now, and give the ticket of each; what would have held for no time at all is deleted."""
    tickets: dict[str, str] = {}
    for part in chunks(keys):
        holding = (members.c.key.in_(part), members.c.until.is_(None))
        of_keys = sa.select(members.c.key, members.c.ticket_id).where(*holding)
        tickets |= {row.key: row.ticket_id for row in connection.execute(of_keys)}
        connection.execute(members.delete().where(*holding, members.c.since >= at))
        connection.execute(members.update().where(*holding).values(until=at))
    return tickets


def _trail(connection: sa.Connection, before: Identities, after: Identities) -> None:
    rows = [
        {"issue_id": issue, "kind": step.kind, "at": step.at, "others": list(step.others), "by": step.by}
        for issue, steps in sorted(after.lineage.items())
        for step in steps[len(before.lineage.get(issue, ())) :]
    ]
    if rows:
        connection.execute(lineage.insert(), rows)
