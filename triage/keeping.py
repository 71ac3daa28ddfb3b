"""Keeps what was found out about tickets: text, vector, triage, who has it, and whether a person should look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from triage.making import Drafted
from triage.reviewing import review_item
from triage.store import StoredTicket, TicketStore
from triage.store.encoding import is_open
from triage.suggesting import Read, TicketMemory, Vectors


class DraftKeeper:
    """Stores drafts, many in a transaction each."""

    def __init__(self, store: TicketStore, memory: TicketMemory, embedder: str) -> None:
        self._store = store
        self._memory = memory
        self._embedder = embedder

    def keep(self, stored: Sequence[StoredTicket], drafts: Sequence[Drafted], now: datetime) -> None:
        """Store drafts beside their tickets, all or none; what fails is done again by `triage_waiting`."""
        vectors = np.stack([draft.vector for draft in drafts])
        with self._store.together():
            self._keep(stored, drafts, vectors, now)
        new = [place for place, one in enumerate(stored) if not one.triaged]
        self._memory.add(
            [Read(drafts[place].ticket.id, drafts[place].clean.text, vectors[place]) for place in new]
        )

    def _keep(
        self, stored: Sequence[StoredTicket], drafts: Sequence[Drafted], vectors: Vectors, now: datetime
    ) -> None:
        cleaned = {
            one.ticket.id: draft.clean for one, draft in zip(stored, drafts, strict=True) if one.clean is None
        }
        if cleaned:
            self._store.save_clean(cleaned)
        self._store.put_vectors(self._embedder, [draft.ticket.id for draft in drafts], vectors)
        self._store.save_triages([draft.triage for draft in drafts], now)
        self._give_away(stored, drafts, now)
        items = [item for one, draft in zip(stored, drafts, strict=True) if (item := review_item(one, draft))]
        if items:
            self._store.queue_reviews(items, now)

    def _give_away(self, stored: Sequence[StoredTicket], drafts: Sequence[Drafted], now: datetime) -> None:
        """Give tickets to whom they were suggested for, where the topic may be set and nobody has them yet."""
        self._store.assign_many(
            {
                draft.ticket.id: draft.triage.assignment
                for one, draft in zip(stored, drafts, strict=True)
                if draft.triage.topic.accepted
                and not draft.triage.audited
                and draft.triage.assignment.team
                and is_open(one.ticket)
                and not (one.ticket.team or one.ticket.assignee)
            },
            now,
        )
