"""Reading tickets: one, lists by cursor, counts, and all of them for training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from kb.store.columns import UtcDateTime
from kb.store.encoding import chunks
from kb.store.transactions import reading
from triage.errors import TicketNotFound
from triage.store.base import StorePart
from triage.store.encoding import LABEL_FIELDS, stored_of
from triage.store.tables import tickets
from triage.store.values import Order, StoredTicket, TicketFilter, TicketPage

ALL = TicketFilter()
PLACE = (tickets.c.came_at, tickets.c.id)


class TicketReading(StorePart):
    """Finds tickets by id and by filter."""

    def get(self, ticket_id: str) -> StoredTicket:
        """A ticket with what is known of it.

        Raises:
            TicketNotFound: there is none of that id.
        """
        found = self.get_many([ticket_id])
        if ticket_id not in found:
            raise TicketNotFound(ticket_id)
        return found[ticket_id]

    def get_many(self, ticket_ids: Sequence[str]) -> dict[str, StoredTicket]:
        """Those of the tickets that there are, by id, in the order asked for."""
        with reading(self._engine) as connection:
            found = {
                row["id"]: stored_of(row)
                for part in chunks(ticket_ids)
                for row in connection.execute(sa.select(tickets).where(tickets.c.id.in_(part))).mappings()
            }
        return {key: found[key] for key in ticket_ids if key in found}

    def list_tickets(
        self, wanted: TicketFilter = ALL, after: str = "", limit: int = 50, order: Order = "newest"
    ) -> TicketPage:
        """A page of tickets by the time they came in; ``after`` is that of the page before.

        Raises:
            ValueError: ``after`` is not of a page.
        """
        page = _ordered(sa.select(tickets).where(*_conditions(wanted)), after, order).limit(limit + 1)
        with reading(self._engine) as connection:
            rows = connection.execute(page).mappings().all()
        last = rows[limit - 1] if len(rows) > limit else None
        after = "" if last is None else f"{last['came_at'].isoformat()} {last['id']}"
        return TicketPage(tuple(stored_of(row) for row in rows[:limit]), after)

    def count(self, wanted: TicketFilter = ALL) -> int:
        """How many tickets the filter lets through."""
        counted = sa.select(sa.func.count()).select_from(tickets).where(*_conditions(wanted))
        with reading(self._engine) as connection:
            return connection.execute(counted).scalar_one()

    def training_tickets(
        self, task: str = "", wanted: TicketFilter = ALL, batch: int = 1000
    ) -> Iterator[StoredTicket]:
        """Tickets with text, the oldest first; with a ``task``, those that people gave a label for it.

        Each batch is read on its own, so that a long training keeps no transaction open.

        Raises:
            ValueError: there is no such task.
        """
        if task and task not in LABEL_FIELDS:
            raise ValueError(f"People give no labels for {task!r}; choose one of {', '.join(LABEL_FIELDS)}.")
        chosen = sa.select(tickets).where(tickets.c.forgotten_at.is_(None), *_conditions(wanted))
        if task:
            chosen = chosen.where(tickets.c[f"said_{task}"] != "")
        after = ""
        while True:
            with reading(self._engine) as connection:
                rows = connection.execute(_ordered(chosen, after, "oldest").limit(batch)).mappings().all()
            yield from map(stored_of, rows)
            if len(rows) < batch:
                return
            after = f"{rows[-1]['came_at'].isoformat()} {rows[-1]['id']}"


def window(start: datetime | None, end: datetime | None) -> list[sa.ColumnElement[bool]]:
    """The conditions that keep a query over ``triage_tickets`` to what came in from start to before end."""
    limits = []
    if start is not None:
        limits.append(tickets.c.came_at >= start)
    if end is not None:
        limits.append(tickets.c.came_at < end)
    return limits


def _conditions(wanted: TicketFilter) -> list[sa.ColumnElement[bool]]:
    sets = {
        "status": wanted.statuses,
        "shown_topic": wanted.topics,
        "team": wanted.teams,
        "assignee": wanted.assignees,
        "shown_urgency": wanted.urgencies,
        "account_id": wanted.accounts,
        "customer_id": wanted.customers,
    }
    answers = (
        (tickets.c.is_open, wanted.is_open),
        (tickets.c.needs_person, wanted.needs_person),
        (tickets.c.audited, wanted.audited),
        (tickets.c.triage_id.is_not(None), wanted.triaged),
        (tickets.c.noise != "", wanted.noise),
    )
    conditions = window(wanted.created_from, wanted.created_before)
    conditions += [
        tickets.c[name].in_(sorted(allowed)) for name, allowed in sets.items() if allowed is not None
    ]
    conditions += [is_so if answer else sa.not_(is_so) for is_so, answer in answers if answer is not None]
    return conditions


def _ordered(query: sa.Select[tuple[object, ...]], after: str, order: Order) -> sa.Select[tuple[object, ...]]:
    newest = order == "newest"
    if after:
        place = sa.tuple_(*PLACE)
        last = sa.tuple_(*_place(after))
        query = query.where(place < last if newest else place > last)
    return query.order_by(*(column.desc() if newest else column for column in PLACE))


def _place(after: str) -> tuple[sa.ColumnElement[datetime], sa.ColumnElement[str]]:
    moment, _, ticket_id = after.partition(" ")
    try:
        came_at = datetime.fromisoformat(moment)
    except ValueError:
        came_at = None
    if came_at is None or came_at.tzinfo is None or not ticket_id:
        raise ValueError("The place to go on from is not one that a page of tickets gave.")
    return sa.literal(came_at, UtcDateTime), sa.literal(ticket_id, tickets.c.id.type)
