"""One ticket as a person sees it: what came, what was found out, and who has it open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from triage.deciding import shown
from triage.making import TriageMaker
from triage.store import Claim, FieldCorrection, StoredTicket, TicketStore
from triage.suggesting import Read, TicketMemory
from triage.types import Evidence, SimilarTicket, SuggestedArticle, Triage


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with its latest triage, of which the blind sample hides what a person has not labelled yet.

    ``claim`` is that of somebody else than the reader; ``triaged_at`` is None where there was no triage yet.
    """

    stored: StoredTicket
    triage: Triage | None = None
    triaged_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    similar: tuple[SimilarTicket, ...] = ()
    articles: tuple[SuggestedArticle, ...] = ()
    corrections: tuple[FieldCorrection, ...] = ()
    claim: Claim | None = None


class TicketViews:
    """Puts views together; similar tickets are looked up anew, since many may have come in meanwhile."""

    def __init__(self, store: TicketStore, memory: TicketMemory, maker: TriageMaker, embedder: str) -> None:
        self._store = store
        self._memory = memory
        self._maker = maker
        self._embedder = embedder

    def view(self, ticket_id: str, now: datetime, reader: str) -> TicketView:
        """Show a ticket.

        Raises:
            TicketNotFound: there is none of that id.
        """
        stored = self._store.get(ticket_id)
        claim = self._store.claims([ticket_id], now).get(ticket_id)
        if claim is not None and claim.by == reader:
            claim = None
        view = TicketView(stored, corrections=self._store.corrections(ticket_id), claim=claim)
        made = self._store.triage(ticket_id)
        if made is None or stored.forgotten:
            return view
        triage = shown(made.triage, stored.labels)
        return replace(
            view,
            triage=triage,
            triaged_at=made.made_at,
            evidence=self._maker.evidence_of(stored, triage, self._store.topics()),
            similar=self._similar(stored, now),
            articles=self._articles(stored, triage),
        )

    def _similar(self, stored: StoredTicket, now: datetime) -> tuple[SimilarTicket, ...]:
        ids, halves = self._store.vectors_of(self._embedder, [stored.ticket.id])
        if not ids or stored.clean is None:
            return ()
        (found,) = self._memory.nearest(
            [Read(stored.ticket.id, stored.clean.text, halves[0].astype(np.float32))], now
        )
        return found

    def _articles(self, stored: StoredTicket, triage: Triage) -> tuple[SuggestedArticle, ...]:
        if triage.suggested_articles or stored.clean is None:
            return triage.suggested_articles
        return self._maker.articles_for(stored.clean)
