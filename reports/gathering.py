"""Tickets as grouping sees them: those that are work, each with its vector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from kb.embedder.port import Embedder
from reports.mentions import codes_in, versions_in
from reports.types import Member
from triage.store import StoredTicket, TicketFilter, TicketStore
from triage.text import clean
from triage.types import CleanText

FloatVectors = NDArray[np.float32]
_BATCH = 256


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Members with their vectors, (members, dimension), row by row."""

    members: tuple[Member, ...]
    vectors: FloatVectors

    def until(self, end: datetime) -> Gathered:
        """Only those that had come before a moment."""
        places = [place for place, member in enumerate(self.members) if member.created_at < end]
        return Gathered(tuple(self.members[place] for place in places), self.vectors[places])


def gather(store: TicketStore, embedder: Embedder, start: datetime | None, end: datetime) -> Gathered:
    """Give the tickets that came from start to before end; vectors that are lacking are made and kept.

    Automatic replies, spam and mere thanks are left out, and tickets without text.
    """
    wanted = TicketFilter(created_from=start, created_before=end)
    stored = [one for one in store.training_tickets(wanted=wanted) if one.ticket.created_at is not None]
    texts = _texts(store, stored)
    working = [one for one in stored if texts[one.ticket.id].text.strip() and not texts[one.ticket.id].noise]
    vectors = _vectors(store, embedder, {one.ticket.id: texts[one.ticket.id].text for one in working})
    rows = [vectors[one.ticket.id] for one in working]
    matrix = np.stack(rows).astype(np.float32) if rows else np.empty((0, embedder.dimension), np.float32)
    return Gathered(tuple(_member(one, texts[one.ticket.id]) for one in working), matrix)


def _texts(store: TicketStore, stored: Sequence[StoredTicket]) -> dict[str, CleanText]:
    fresh = {one.ticket.id: clean(one.ticket.subject, one.ticket.body) for one in stored if one.clean is None}
    if fresh:
        store.save_clean(fresh)
    return {one.ticket.id: one.clean or fresh[one.ticket.id] for one in stored}


def _vectors(
    store: TicketStore, embedder: Embedder, texts: Mapping[str, str]
) -> dict[str, NDArray[np.float16]]:
    ids, matrix = store.vectors_of(embedder.fingerprint, list(texts))
    found = dict(zip(ids, matrix, strict=True))
    lacking = [key for key in texts if key not in found]
    for start in range(0, len(lacking), _BATCH):
        part = lacking[start : start + _BATCH]
        # Half precision as it is stored, so that the first grouping sees what later ones will.
        made = embedder.encode([texts[key] for key in part]).astype(np.float16)
        store.put_vectors(embedder.fingerprint, part, made)
        found |= dict(zip(part, made, strict=True))
    return found


def _member(stored: StoredTicket, text: CleanText) -> Member:
    ticket = stored.ticket
    assert ticket.created_at is not None  # noqa: S101 - gathered tickets have one
    return Member(
        key=ticket.id,
        ticket_id=ticket.id,
        text=text.text,
        created_at=ticket.created_at,
        account_id=ticket.account_id,
        topic=stored.labels.topic or ("" if stored.needs_person else stored.predicted_topic),
        language=text.language or ticket.language,
        codes=(*codes_in(text.text), *versions_in(text.text)),
    )


def corrected_issues(store: TicketStore, ticket_ids: Iterable[str]) -> dict[str, str]:
    """The issue that a person gave each of the tickets, by correcting it, if any."""
    wanted = set(ticket_ids)
    return {
        one.ticket_id: one.label
        for one in store.corrections()
        if one.field == "issue_id" and one.ticket_id in wanted
    }
