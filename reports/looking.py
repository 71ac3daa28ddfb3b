"""Issues with a title and the tickets that show them; those that persons made lately are looked at first here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo

import numpy as np

from kb.embedder.port import Embedder
from reports.faces import face_of
from reports.grouping.titles import Background
from reports.portraits import issues_of
from reports.store import Face, Known
from reports.types import Issue, Member
from triage.store import TicketStore
from triage.text import clean
from triage.types import Account, Ticket

_PAGE = 500
_EARLIEST = datetime(1, 1, 2, tzinfo=UTC)


class Looking:
    """Gives issues as values, each with a face."""

    def __init__(self, tickets: TicketStore, embedder: Callable[[], Embedder]) -> None:
        self._tickets = tickets
        self._embedder = embedder

    def issues(self, known: Known, tickets: Sequence[Ticket], zone: tzinfo) -> tuple[Issue, ...]:
        """The issues that have some of the tickets, by id."""
        return issues_of(known, {one.id: one for one in tickets}, zone, self._face)

    def _face(self, tickets: Sequence[Ticket]) -> Face:
        ids, vectors = self._tickets.vectors_of(self._embedder().fingerprint, [one.id for one in tickets])
        by_id = {ticket.id: _member(ticket) for ticket in tickets}
        if not ids:
            ids, vectors = list(by_id), np.ones((len(by_id), 1), np.float16)
        members = [by_id[one] for one in ids]
        return face_of(members, vectors.astype(np.float32), Background.of(members))


def all_accounts(tickets: TicketStore) -> Iterator[Account]:
    """Every account, by id."""
    after = ""
    while page := tickets.list_accounts(after, _PAGE):
        yield from page
        after = page[-1].account_id


def _member(ticket: Ticket) -> Member:
    text = clean(ticket.subject, ticket.body).text
    return Member(ticket.id, ticket.id, text, ticket.created_at or _EARLIEST)
