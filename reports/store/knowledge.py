"""Reading what was known of issues at a moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kb.store.transactions import reading
from reports.identity import Identities
from reports.store.base import StorePart
from reports.store.tables import decisions, issues, lineage, members, states
from reports.store.values import Face, Fix, Known
from reports.types import Lineage, StateChange

_NUMBER = re.compile(r"I-(\d+)")


class Knowledge(StorePart):
    """Gives the issues as they were known."""

    def known(self, at: datetime | None = None) -> Known:
        """All that was known of issues at a moment; all that is known now where none is given."""
        with reading(self._engine) as connection:
            assigned, pinned, tickets = _members(connection, at)
            said = _decisions(connection, at)
            life = _lineage(connection, at)
            return Known(
                identities=Identities(
                    assigned=assigned,
                    pinned=pinned,
                    merged=_merged(connection, at),
                    dismissed=_dismissed(life),
                    titles={issue: str(each["title"]) for issue, each in said["renamed"].items()},
                    lineage=life,
                    following=_following(connection),
                ),
                tickets=tickets,
                states=_states(connection, at),
                fixes={issue: _fix(each) for issue, each in said["fixed"].items() if each.get("on")},
                titled_by={issue: str(each["by"]) for issue, each in said["renamed"].items()},
                kinds={issue: str(each["kind"]) for issue, each in said["kind"].items()},
                faces={issue: _face(each) for issue, each in said["shown"].items()},
            )

    def generation(self) -> tuple[int, int]:
        """Two numbers of which one changes whenever a ticket comes into an issue or leaves it."""
        counted = sa.select(sa.func.max(members.c.id), sa.func.count(members.c.until))
        with reading(self._engine) as connection:
            last, closed = connection.execute(counted).one()
            return int(last or 0), int(closed)


def _members(
    connection: sa.Connection, at: datetime | None
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    chosen = sa.select(members.c.key, members.c.issue_id, members.c.pinned, members.c.ticket_id)
    if at is None:
        chosen = chosen.where(members.c.until.is_(None))
    else:
        chosen = chosen.where(members.c.since <= at, sa.or_(members.c.until.is_(None), members.c.until > at))
    assigned: dict[str, str] = {}
    pinned: dict[str, str] = {}
    tickets: dict[str, str] = {}
    for key, issue, is_pinned, ticket in connection.execute(chosen.order_by(members.c.key)):
        assigned[key], tickets[key] = issue, ticket
        if is_pinned:
            pinned[key] = issue
    return assigned, pinned, tickets


def _merged(connection: sa.Connection, at: datetime | None) -> dict[str, str]:
    chosen = sa.select(issues.c.id, issues.c.merged_into).where(issues.c.merged_into != "")
    if at is not None:
        chosen = chosen.where(issues.c.merged_at <= at)
    return {row.id: row.merged_into for row in connection.execute(chosen.order_by(issues.c.id))}


def _following(connection: sa.Connection) -> int:
    """Ids are never given twice, so all issues that ever were count."""
    numbers = [_NUMBER.fullmatch(each) for each in connection.execute(sa.select(issues.c.id)).scalars()]
    return 1 + max((int(found[1]) for found in numbers if found), default=0)


def _lineage(connection: sa.Connection, at: datetime | None) -> dict[str, tuple[Lineage, ...]]:
    chosen = sa.select(lineage).order_by(lineage.c.issue_id, lineage.c.id)
    if at is not None:
        chosen = chosen.where(lineage.c.at <= at)
    found: dict[str, tuple[Lineage, ...]] = {}
    for row in connection.execute(chosen):
        step = Lineage(row.kind, row.at, tuple(row.others), row.by)
        found[row.issue_id] = (*found.get(row.issue_id, ()), step)
    return found


def _dismissed(life: Mapping[str, tuple[Lineage, ...]]) -> frozenset[str]:
    last = {
        issue: [step.kind for step in steps if step.kind in ("dismissed", "reopened")]
        for issue, steps in life.items()
    }
    return frozenset(issue for issue, kinds in last.items() if kinds and kinds[-1] == "dismissed")


def _states(connection: sa.Connection, at: datetime | None) -> dict[str, tuple[StateChange, ...]]:
    chosen = sa.select(states).order_by(states.c.issue_id, states.c.at, states.c.id)
    if at is not None:
        chosen = chosen.where(states.c.at <= at)
    found: dict[str, tuple[StateChange, ...]] = {}
    for row in connection.execute(chosen):
        change = StateChange(row.state, row.day, row.why, row.by)
        found[row.issue_id] = (*found.get(row.issue_id, ()), change)
    return found


def _decisions(connection: sa.Connection, at: datetime | None) -> dict[str, dict[str, dict[str, Any]]]:
    """The latest that was said of each kind for each issue, with who said it."""
    chosen = sa.select(decisions).order_by(decisions.c.at, decisions.c.id)
    if at is not None:
        chosen = chosen.where(decisions.c.at <= at)
    found: dict[str, dict[str, dict[str, Any]]] = {"renamed": {}, "fixed": {}, "kind": {}, "shown": {}}
    for row in connection.execute(chosen):
        found[row.what][row.issue_id] = {**row.details, "by": row.by}
    return found


def _face(details: Mapping[str, Any]) -> Face:
    return Face(str(details["title"]), tuple(details["representatives"]))


def _fix(details: Mapping[str, Any]) -> Fix:
    return Fix(date.fromisoformat(str(details["on"])), str(details.get("version", "")))
