"""Joins tickets into groups, the closest first, for as long as groups are close enough."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

FULL_CIRCLE = 40  # a ticket is linked to about so many at most, however large its group is
_HELD_APART = 2.0  # how much closer two known issues must be to become one

Groups = NDArray[np.int64]


class Linking:
    """Groups under construction: average linkage over a sparse likeness, where an absent link counts as none.

    In a group larger than a circle no ticket can be linked to all others, so the mean over all pairs is
    scaled up to what can be linked. Groups that hold tickets of two persons' issues never become one; two
    known issues only where they are much closer than others need to be.
    """

    def __init__(
        self,
        likeness: sparse.csr_matrix,
        start: Groups,
        pinned: Sequence[str] = (),
        known: Sequence[bool] = (),
    ) -> None:
        self._start = start
        count = int(start.max()) + 1 if len(start) else 0
        self._sizes = np.bincount(start, minlength=count).tolist()
        self._links = _between(likeness, start, count)
        self._owners = [""] * count
        for place, issue in enumerate(pinned):
            self._owners[start[place]] = issue or self._owners[start[place]]
        self._known = [False] * count
        for place, was in enumerate(known):
            self._known[start[place]] |= was
        self._steps: list[tuple[float, int, int]] = []

    def join(self, least: float) -> None:
        """Join the closest two groups until none are as close as ``least``."""
        pairs = [(one, two) for one, others in enumerate(self._links) for two in others if one < two]
        first = sorted(self._close_enough(pairs, least), reverse=True)  # the closest is the last
        later: list[tuple[float, int, int]] = []
        while first or later:
            soonest = later and (not first or later[0] < first[-1])
            negative, one, two = heapq.heappop(later) if soonest else first.pop()
            stale = two not in self._links[one] or -self._closeness(one, two) != negative
            if stale or -negative < self._enough(one, two, least):
                continue
            self._steps.append((-negative, one, two))
            self._merge(one, two)
            around = [(min(one, other), max(one, other)) for other in self._links[one]]
            for pair in self._close_enough(around, least):
                heapq.heappush(later, pair)

    def groups(self, least: float = 0.0) -> Groups:
        """Give each ticket's group: the least place of its members.

        With ``least`` they are those that joining only so far would have made.
        """
        into = list(range(len(self._sizes)))
        for found, one, two in self._steps:
            if found < least:
                break
            into[two] = one
        for group in range(len(into)):
            while into[into[group]] != into[group]:
                into[group] = into[into[group]]
        final = np.array(into, np.int64)[self._start]
        _, first, place = np.unique(final, return_index=True, return_inverse=True)
        return first.astype(np.int64)[place]

    def _close_enough(
        self, pairs: Iterable[tuple[int, int]], least: float
    ) -> Iterator[tuple[float, int, int]]:
        """Those of the pairs that may be joined, each with its closeness below zero: the closest is the least."""
        for one, two in pairs:
            found = self._closeness(one, two)
            if found >= self._enough(one, two, least):
                yield -found, one, two

    def _closeness(self, one: int, two: int) -> float:
        mine, theirs = self._sizes[one], self._sizes[two]
        mean: float = self._links[one][two] / (mine * theirs)
        together = mine + theirs
        return mean * together / FULL_CIRCLE if together > FULL_CIRCLE else mean

    def _enough(self, one: int, two: int, least: float) -> float:
        if self._owners[one] and self._owners[two]:
            return float("inf")
        return least * _HELD_APART if self._known[one] and self._known[two] else least

    def _merge(self, one: int, two: int) -> None:
        """Let the second group go up in the first."""
        mine, theirs = self._links[one], self._links[two]
        del mine[two], theirs[one]
        for other, weight in theirs.items():
            mine[other] = mine.get(other, 0.0) + weight
            del self._links[other][two]
            self._links[other][one] = mine[other]
        self._links[two] = {}
        self._sizes[one] += self._sizes[two]
        self._owners[one] = self._owners[one] or self._owners[two]
        self._known[one] |= self._known[two]


def _between(likeness: sparse.csr_matrix, start: Groups, count: int) -> list[dict[int, float]]:
    """Add up the likeness between groups."""
    from scipy import sparse

    ones = np.ones(len(start), np.float64)
    belongs = sparse.csr_matrix((ones, (start, np.arange(len(start)))), shape=(count, len(start)))
    sums = (belongs @ likeness.astype(np.float64) @ belongs.T).tocsr()
    sums.setdiag(0)
    sums.eliminate_zeros()
    sums.sort_indices()
    ends = sums.indptr
    return [
        dict(
            zip(
                sums.indices[ends[group] : ends[group + 1]].tolist(),
                sums.data[ends[group] : ends[group + 1]].tolist(),
                strict=True,
            )
        )
        for group in range(count)
    ]
