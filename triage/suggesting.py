"""What helps to answer a ticket: articles of the knowledge base, and the team's own tickets that looked alike."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from triage.store import TicketStore
from triage.types import SimilarTicket, SuggestedArticle

MOST_SIMILAR = 5
LEAST_SIMILAR = 0.5  # cosine; below it tickets share little but their manner
KEPT = 20_000  # of the newest tickets: their comparison takes a few milliseconds
_LOOK_SECONDS = 10.0  # between looks at whether other processes added tickets

Vectors = NDArray[np.float32]


class SuggestsArticles(Protocol):
    """Finds articles that may answer a text."""

    def suggest(self, text: str) -> tuple[SuggestedArticle, ...]:
        """Suggest articles with the sentence that answers, the best first; none where it cannot tell."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    ids: tuple[str, ...]
    vectors: Vectors
    counted: int  # in the store, when it was read


class TicketMemory:
    """The vectors of the team's tickets, kept in memory and read anew when their number changed.

    A reading puts a complete new matrix in the place of the old one, so nobody waits for it but the first.
    """

    def __init__(self, store: TicketStore, embedder: str) -> None:
        self._store = store
        self._embedder = embedder
        self._known: _Known | None = None
        self._fresh: dict[str, Vectors] = {}
        self._looked_at: datetime | None = None
        self._lock = threading.Lock()

    def nearest(
        self, vector: Vectors, now: datetime, *, without: str = "", limit: int = MOST_SIMILAR
    ) -> list[SimilarTicket]:
        """Give the most similar tickets as they are now, the nearest first, with who has them open.

        Args:
            vector: (dimension,), of length one.
            now: claims that hold then count.
            without: the id of the ticket itself.
            limit: how many at most.
        """
        found = self._cosines(vector, now)
        best = sorted(found.items(), key=lambda one: (-one[1], one[0]))
        chosen = {
            key: cosine for key, cosine in best[: limit + 1] if key != without and cosine >= LEAST_SIMILAR
        }
        stored = self._store.get_many(list(chosen)) if chosen else {}
        claims = self._store.claims(list(stored), now) if stored else {}
        return [
            SimilarTicket(
                ticket_id=key,
                subject=stored[key].ticket.subject,
                similarity=round(cosine, 4),
                topic=stored[key].labels.topic,
                status=stored[key].ticket.status,
                being_worked_on=claims[key].by if key in claims else "",
            )
            for key, cosine in list(chosen.items())
            if key in stored and not stored[key].forgotten
        ][:limit]

    def add(self, ticket_ids: Sequence[str], vectors: Vectors) -> None:
        """Remember tickets that were just stored."""
        with self._lock:
            self._fresh |= dict(zip(ticket_ids, vectors, strict=True))

    def _cosines(self, vector: Vectors, now: datetime) -> dict[str, float]:
        """The best cosines by ticket id: enough of them for every limit that is asked."""
        known = self._current(now)
        with self._lock:
            fresh = dict(self._fresh)
        found: dict[str, float] = {}
        if len(known.ids):
            cosines = known.vectors @ vector
            count = min(4 * MOST_SIMILAR, len(cosines))
            best = np.argpartition(-cosines, count - 1)[:count]
            found = {known.ids[place]: float(cosines[place]) for place in best.tolist()}
        return found | {key: float(own @ vector) for key, own in fresh.items()}

    def _current(self, now: datetime) -> _Known:
        with self._lock:
            known, looked = self._known, self._looked_at
            if (
                known is not None
                and looked is not None
                and 0 <= (now - looked).total_seconds() < _LOOK_SECONDS
            ):
                return known
            self._looked_at = now
        counted = self._store.count_vectors(self._embedder)
        with self._lock:
            expected = -1 if self._known is None else self._known.counted + len(self._fresh)
        if known is not None and counted == expected and len(self._fresh) < KEPT // 20:
            return known
        return self._read(counted)

    def _read(self, counted: int) -> _Known:
        with self._lock:
            before = set(self._fresh)
        ids, halves = self._store.vectors(self._embedder)
        vectors = halves[-KEPT:].astype(np.float32)
        read = _Known(tuple(ids[-KEPT:]), vectors, len(ids))
        with self._lock:
            self._known = read
            self._fresh = {key: own for key, own in self._fresh.items() if key not in before}
        return read
