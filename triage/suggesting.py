"""What helps to answer a ticket: articles of the knowledge base, and the team's own tickets that looked alike."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from triage.store import TicketStore
from triage.types import SimilarTicket, SuggestedArticle, Triage
from triage.wordings import Wordings

MOST_SIMILAR = 5
LEAST_SIMILAR = 0.3  # cosine of vectors; below it tickets share little but their manner
SHORTLISTED = 40  # by their vectors, to be ordered by their words too
KEPT = 20_000  # of the newest tickets: their comparison takes a few milliseconds
_LOOK_SECONDS = 10.0  # between looks at whether other processes added tickets

Vectors = NDArray[np.float32]


class SuggestsArticles(Protocol):
    """Finds articles that may answer a text."""

    def suggest(self, text: str) -> tuple[SuggestedArticle, ...]:
        """Suggest articles with the sentence that answers, the best first; none where it cannot tell."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A ticket as it is compared with others: its text and its vector, (dimension,) of length one."""

    ticket_id: str
    text: str
    vector: Vectors


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    ids: tuple[str, ...]
    vectors: Vectors
    counted: int  # in the store, when it was read


class TicketMemory:
    """The vectors and words of the team's tickets, kept in memory and read anew when their number changed.

    A reading puts a complete new matrix in the place of the old one, so nobody waits for it but the first.
    """

    def __init__(self, store: TicketStore, embedder: str) -> None:
        self._store = store
        self._embedder = embedder
        self._known: _Known | None = None
        self._fresh: dict[str, Vectors] = {}
        self._wordings = Wordings()
        self._looked_at: datetime | None = None
        self._lock = threading.Lock()

    def read(self) -> None:
        """Read what the first comparison would wait for."""
        self._read(self._store.count_vectors(self._embedder))

    def nearest(
        self, wanted: Sequence[Read], now: datetime, limit: int = MOST_SIMILAR
    ) -> list[tuple[SimilarTicket, ...]]:
        """Give the most similar tickets of each, as they are now, the most alike first, with who has them open.

        Of those with the nearest vectors the ones most alike in vectors and words together are chosen. ``now``
        decides which claims hold.
        """
        found = [self._ordered(one, near) for one, near in zip(wanted, self._near(wanted, now), strict=True)]
        ids = sorted({key for one in found for key, _ in one[: limit + 1]})
        about = self._store.as_similar(ids)
        claims = self._store.claims(list(about), now) if about else {}
        return [
            tuple(
                replace(
                    about[key],
                    similarity=round(alike, 4),
                    being_worked_on=claims[key].by if key in claims else "",
                )
                for key, alike in one[: limit + 1]
                if key in about
            )[:limit]
            for one in found
        ]

    def with_claims(self, triage: Triage, now: datetime) -> Triage:
        """A triage with who has its similar tickets open now."""
        claims = self._store.claims([one.ticket_id for one in triage.similar_tickets], now)
        similar = tuple(
            replace(one, being_worked_on=claims[one.ticket_id].by if one.ticket_id in claims else "")
            for one in triage.similar_tickets
        )
        return replace(triage, similar_tickets=similar)

    def add(self, tickets: Sequence[Read]) -> None:
        """Remember tickets that were just stored."""
        with self._lock:
            self._fresh |= {one.ticket_id: one.vector for one in tickets}
            self._wordings.add({one.ticket_id: one.text for one in tickets})

    def _ordered(self, one: Read, near: Mapping[str, float]) -> list[tuple[str, float]]:
        """How alike the shortlisted ones are, the most alike first: the mean of both cosines."""
        ids = [key for key, cosine in near.items() if cosine >= LEAST_SIMILAR and key != one.ticket_id]
        with self._lock:
            worded = self._wordings.alike(one.text, ids)
        alike = [(key, (near[key] + float(own)) / 2) for key, own in zip(ids, worded, strict=True)]
        return sorted(alike, key=lambda pair: (-pair[1], pair[0]))

    def _near(self, wanted: Sequence[Read], now: datetime) -> list[dict[str, float]]:
        """The best cosines of each by ticket id: enough of them to choose from."""
        known = self._current(now)
        with self._lock:
            fresh = dict(self._fresh)
        vectors = np.stack([one.vector for one in wanted])
        found = [_best(known.ids, cosines) for cosines in _products(known.vectors, vectors)]
        newest = np.stack(list(fresh.values())) if fresh else np.zeros((0, 0), np.float32)
        for near, cosines in zip(found, _products(newest, vectors), strict=True):
            near |= _best(tuple(fresh), cosines)
        return found

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
            worded = self._wordings
        ids, halves = self._store.vectors(self._embedder)
        read = _Known(tuple(ids[-KEPT:]), halves[-KEPT:].astype(np.float32), len(ids))
        texts = self._store.texts_of([key for key in read.ids if key not in worded])
        with self._lock:
            self._known = read
            self._fresh = {key: own for key, own in self._fresh.items() if key not in before}
            self._wordings.add(texts)
            self._wordings.keep_only({*read.ids, *self._fresh})
        return read


def _products(known: Vectors, vectors: Vectors) -> Vectors:
    """Cosines (vectors, known)."""
    return vectors @ known.T if len(known) else np.zeros((len(vectors), 0), np.float32)


def _best(ids: Sequence[str], cosines: Vectors) -> dict[str, float]:
    count = min(SHORTLISTED, len(cosines))
    best = np.argpartition(-cosines, count - 1)[:count] if count else np.zeros(0, np.int64)
    return {ids[place]: float(cosines[place]) for place in best.tolist()}
