"""One order for every index: best score first, equal scores by passage id."""

from __future__ import annotations

from collections.abc import Callable

from kb.types import Hit

SCORE_DIGITS = 6
_EXTRA = 8
_FURTHEST = 2_000


def ordered(hits: list[Hit]) -> list[Hit]:
    """Sort hits: best first, ties by passage id."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))


def best(fetch: Callable[[int], list[Hit]], limit: int) -> list[Hit]:
    """Give the ``limit`` best hits, also where equal scores straddle the limit.

    ``fetch(n)`` gives n hits with no order among ties; passages with the same text tie, so some more are
    fetched until the tie at the limit is seen to end.
    """
    if limit < 1:
        return []
    wanted = limit + _EXTRA
    while True:
        hits = ordered(fetch(wanted))
        tie_ends = len(hits) < wanted or hits[-1].score < hits[limit - 1].score
        if tie_ends or wanted >= limit + _FURTHEST:
            return hits[:limit]
        wanted *= 4
