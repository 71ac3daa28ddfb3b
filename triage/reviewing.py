"""The review queue: what is put into it, and in which order a person sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triage.deciding import shown
from triage.making import Drafted
from triage.review import ReviewPlace, review_order
from triage.store import ReviewItem, StoredTicket, TicketStore
from triage.types import Triage

ORDERED = 300  # entries that are weighed against each other; the others wait
BLIND_WORTH = 2.0  # the sample stands before everything else, whose worth is at most 1
_LIKELY_NOVEL = 0.5


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """A ticket that needs a person, what may be seen of its triage, and why it stands where it does.

    ``place`` is None for tickets of the blind sample, which come first, and for those without a vector.
    """

    stored: StoredTicket
    triage: Triage | None
    why: str
    worth: float
    place: ReviewPlace | None = None


def review_item(stored: StoredTicket, draft: Drafted) -> ReviewItem | None:
    """What is put into the queue of a ticket; None where it needs nobody."""
    triage = draft.triage
    if triage.noise or stored.labels.topic:
        return None
    if triage.audited:
        return ReviewItem(stored.ticket.id, "below_threshold", BLIND_WORTH)
    if triage.topic.accepted:
        return None
    novel = triage.topic.none_of_these >= _LIKELY_NOVEL
    return ReviewItem(
        stored.ticket.id, "novel" if novel else "below_threshold", round(1 - min(draft.margin, 1.0), 4)
    )


class ReviewOrder:
    """Orders the open entries by what their labels would teach."""

    def __init__(self, store: TicketStore, embedder: str) -> None:
        self._store = store
        self._embedder = embedder

    def entries(self, limit: int) -> list[ReviewEntry]:
        """The first entries of the queue."""
        items = {one.ticket_id: one for one in self._store.reviews("open", None, max(ORDERED, limit))}
        stored = {key: one for key, one in self._store.get_many(list(items)).items() if not one.forgotten}
        made = self._store.latest_triages(list(stored))
        blind = [key for key in items if key in stored and stored[key].audited]
        rest = [key for key in items if key in stored and not stored[key].audited]
        places = self._places(rest, {key: one.triage for key, one in made.items()})
        ordered = sorted(
            rest,
            key=lambda key: (list(places).index(key) if key in places else len(places), -items[key].worth),
        )
        return [
            ReviewEntry(
                stored[key],
                shown(made[key].triage, stored[key].labels) if key in made else None,
                "blind_sample" if stored[key].audited else items[key].why,
                items[key].worth,
                places.get(key),
            )
            for key in [*blind, *ordered][:limit]
        ]

    def _places(self, ticket_ids: list[str], made: dict[str, Triage]) -> dict[str, ReviewPlace]:
        ids, halves = self._store.vectors_of(self._embedder, [key for key in ticket_ids if key in made])
        if not ids:
            return {}
        margins = np.array([_margin(made[key]) for key in ids])
        nearness = 1 - np.array([made[key].topic.none_of_these for key in ids])
        order = review_order(ids, halves.astype(np.float32), margins, nearness)
        return {place.ticket_id: place for place in order}


def _margin(triage: Triage) -> float:
    second = triage.topic.alternatives[0].probability if triage.topic.alternatives else 0.0
    return max(triage.topic.probability - second, 0.0)
