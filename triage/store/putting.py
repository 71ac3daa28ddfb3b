"""Writing tickets: new ones, changed ones, and what was found out about their text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kb.store.encoding import chunks, unstorable
from kb.store.transactions import reading
from kb.types import Fault
from triage.errors import InvalidTicket, TicketConflict, TicketNotFound
from triage.store.base import StorePart, changing, update_each
from triage.store.encoding import (
    LABEL_FIELDS,
    TICKET_FIELDS,
    UNCLEAN,
    UNTRIAGED,
    clean_columns,
    digest_of,
    ticket_columns,
    ticket_of,
)
from triage.store.labels import former_names, restate
from triage.store.tables import tickets, vectors
from triage.store.values import Stored
from triage.types import CleanText, Ticket

# One transaction's share of an import: others that write need not wait long.
TURN_SIZE = 2000
_OURS = ("team", "assignee")
TEXT_FIELDS = tuple(name for name in TICKET_FIELDS if isinstance(getattr(Ticket(""), name), str))


@dataclass(slots=True)
class _Plan:
    """What is to be done with a turn's tickets. ``digests`` has None for a ticket that was forgotten."""

    digests: dict[str, str | None]
    new: dict[str, Ticket] = field(default_factory=dict)
    changed: dict[str, Ticket] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    conflicting: list[Ticket] = field(default_factory=list)


class TicketWriting(StorePart):
    """Puts tickets in, and keeps what was found out about their text."""

    def put_new(self, given: Sequence[Ticket], now: datetime) -> Stored:
        """Store tickets that callers sent; an id that is taken by another content is a conflict.

        Raises:
            InvalidTicket: ids are missing or texts cannot be stored; all faults are listed, none is stored.
        """
        return self._put(given, now, replacing=False)

    def upsert(self, given: Sequence[Ticket], now: datetime) -> Stored:
        """Store tickets of an import or a webhook; one that changed is updated, its corrections stay.

        A ticket whose text changed loses its clean text and its vectors. A forgotten ticket stays forgotten.

        Raises:
            InvalidTicket: ids are missing or texts cannot be stored; all faults are listed, none is stored.
        """
        return self._put(given, now, replacing=True)

    def assign(self, ticket_id: str, team: str, assignee: str, now: datetime) -> None:
        """Give a ticket to a team and a person.

        Raises:
            TicketNotFound: there is no such ticket.
        """
        given = tickets.update().where(tickets.c.id == ticket_id)
        with changing(self._engine) as connection:
            done = connection.execute(given.values(team=team, assignee=assignee, updated_at=now))
            if done.rowcount == 0:
                raise TicketNotFound(ticket_id)

    def save_clean(self, cleaned: Mapping[str, CleanText]) -> None:
        """Keep texts as the customers meant them, by ticket id; forgotten and unknown tickets are left."""
        with changing(self._engine) as connection:
            kept: set[str] = set()
            for part in chunks(list(cleaned)):
                known = sa.select(tickets.c.id).where(
                    tickets.c.id.in_(part), tickets.c.forgotten_at.is_(None)
                )
                kept.update(connection.execute(known).scalars())
            rows = [{"key": key} | clean_columns(clean) for key, clean in cleaned.items() if key in kept]
            update_each(connection, tickets.c.id, rows)

    def uncleaned(self, limit: int) -> tuple[Ticket, ...]:
        """Tickets whose text was not cleaned yet, or changed since, the newest first."""
        lacking = sa.select(tickets).where(tickets.c.clean_text.is_(None), tickets.c.forgotten_at.is_(None))
        with reading(self._engine) as connection:
            found = connection.execute(lacking.order_by(tickets.c.came_at.desc()).limit(limit)).mappings()
            return tuple(ticket_of(row) for row in found)

    def _put(self, given: Sequence[Ticket], now: datetime, replacing: bool) -> Stored:
        _refuse_unstorable(given)
        done = [self._put_turn(part, now, replacing) for part in chunks(given, TURN_SIZE)]
        return Stored(
            new=tuple(key for each in done for key in each.new),
            updated=tuple(key for each in done for key in each.updated),
            unchanged=tuple(key for each in done for key in each.unchanged),
            conflicts=tuple(conflict for each in done for conflict in each.conflicts),
        )

    def _put_turn(self, given: Sequence[Ticket], now: datetime, replacing: bool) -> Stored:
        with changing(self._engine) as connection:
            plan = _planned(connection, given, replacing)
            names = former_names(connection)
            _insert(connection, plan, names, now)
            _update(connection, plan, names, now)
            conflicts = _conflicts(connection, plan)
        return Stored(tuple(plan.new), tuple(plan.changed), tuple(plan.unchanged), conflicts)


def _refuse_unstorable(given: Sequence[Ticket]) -> None:
    faults = [Fault("id", "is missing; give each ticket one") for ticket in given if not ticket.id]
    faults += [
        Fault(f"{ticket.id!r}: {name}", "holds a NUL character or half a surrogate pair; remove it")
        for ticket in given
        if unstorable("".join(_texts(ticket)))
        for name, value in zip((*TEXT_FIELDS, "tags", "attributes"), _texts(ticket), strict=True)
        if unstorable(value)
    ]
    if faults:
        raise InvalidTicket(tuple(faults))


def _texts(ticket: Ticket) -> list[str]:
    """The text fields, then all tags, then all attributes."""
    attributes = "".join(name + value for name, value in ticket.attributes.items())
    return [*(getattr(ticket, name) for name in TEXT_FIELDS), "".join(ticket.tags), attributes]


def _planned(connection: sa.Connection, given: Sequence[Ticket], replacing: bool) -> _Plan:
    plan = _Plan(_digests(connection, [ticket.id for ticket in given]))
    for ticket in given:
        digest = digest_of(ticket)
        if ticket.id not in plan.digests:
            plan.new[ticket.id] = ticket
        elif plan.digests[ticket.id] in {digest, None}:
            plan.unchanged.append(ticket.id)
            continue
        elif replacing:
            rows = plan.new if ticket.id in plan.new else plan.changed
            rows[ticket.id] = ticket
        else:
            plan.conflicting.append(ticket)
            continue
        plan.digests[ticket.id] = digest
    return plan


def _digests(connection: sa.Connection, ticket_ids: Sequence[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for part in chunks(ticket_ids):
        known = sa.select(tickets.c.id, tickets.c.digest, tickets.c.forgotten_at).where(
            tickets.c.id.in_(part)
        )
        for row in connection.execute(known):
            found[row.id] = row.digest if row.forgotten_at is None else None
    return found


def _insert(connection: sa.Connection, plan: _Plan, names: Mapping[str, str], now: datetime) -> None:
    rows = [_new_row(ticket, str(plan.digests[ticket.id]), names, now) for ticket in plan.new.values()]
    if rows:
        connection.execute(tickets.insert(), rows)


def _new_row(ticket: Ticket, digest: str, names: Mapping[str, str], now: datetime) -> dict[str, Any]:
    columns = ticket_columns(_renamed(ticket, names), digest, now)
    said = {f"said_{name}": columns[name] for name in LABEL_FIELDS}
    shown = {f"shown_{name}": columns[name] for name in ("topic", "urgency")}
    return columns | UNCLEAN | UNTRIAGED | said | shown | {"received_at": now, "updated_at": now}


def _renamed(ticket: Ticket, names: Mapping[str, str]) -> Ticket:
    """The ticket with its topic's name of today: an old export may still have an earlier one."""
    return replace(ticket, topic=names[ticket.topic]) if ticket.topic in names else ticket


def _update(connection: sa.Connection, plan: _Plan, names: Mapping[str, str], now: datetime) -> None:
    if not plan.changed:
        return
    rows = []
    rewritten = []
    for before in _rows(connection, list(plan.changed)):
        ticket = plan.changed[before["id"]]
        columns = ticket_columns(_renamed(ticket, names), str(plan.digests[ticket.id]), before["received_at"])
        rows.append(columns | {"key": columns.pop("id"), "updated_at": now})
        if (ticket.subject, ticket.body) != (before["subject"], before["body"]):
            rewritten.append(ticket.id)
    update_each(connection, tickets.c.id, rows)
    for part in chunks(rewritten):
        connection.execute(tickets.update().where(tickets.c.id.in_(part)).values(UNCLEAN))
        connection.execute(vectors.delete().where(vectors.c.ticket_id.in_(part)))
    restate(connection, list(plan.changed))


def _conflicts(connection: sa.Connection, plan: _Plan) -> tuple[TicketConflict, ...]:
    if not plan.conflicting:
        return ()
    present = {row["id"]: ticket_of(row) for row in _rows(connection, [one.id for one in plan.conflicting])}
    return tuple(
        TicketConflict(ticket.id, _differing(ticket, present[ticket.id])) for ticket in plan.conflicting
    )


def _differing(sent: Ticket, present: Ticket) -> tuple[str, ...]:
    """The fields that differ; who has the ticket is ours to say where the sender does not."""
    names = [name for name in TICKET_FIELDS if getattr(sent, name) != getattr(present, name)]
    return tuple(name for name in names if name not in _OURS or getattr(sent, name)) or ("content",)


def _rows(connection: sa.Connection, ticket_ids: Sequence[str]) -> list[sa.RowMapping]:
    return [
        row
        for part in chunks(ticket_ids)
        for row in connection.execute(sa.select(tickets).where(tickets.c.id.in_(part))).mappings()
    ]
