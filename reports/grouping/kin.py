"""Joins groups that are as alike as their own tickets are: one issue told in several ways, or by very many."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

FloatVectors = NDArray[np.float32]
Groups = NDArray[np.int64]

_AS_ALIKE = 0.57  # the likeness between two groups, of that within them
_FEWEST = 3  # tickets of a group; the likeness within a smaller one is chance
_LEAST_INSIDE = 0.02  # below it a group's tickets have next to nothing in common


def joined_kin(groups: Groups, vectors: FloatVectors, topics: Sequence[str], held: Sequence[bool]) -> Groups:
    """Join the groups that are most alike, until none are alike enough.

    A neighbourhood holds so many tickets at most, so an issue of very many falls into several groups, and so does
    one that customers tell in different words. Groups are compared by the mean cosine between them over that
    within them (the criterion of average linkage, made free of scale). Groups of different topics stay apart,
    and so do two that are known issues.

    Args:
        groups: (tickets,) the group of each: the least place of its members.
        vectors: (tickets, dimension), unit rows.
        topics: of each ticket; empty where it is not known.
        held: whether each ticket's issue is known already.
    """
    numbers, sizes = np.unique(groups, return_counts=True)
    numbers = numbers[sizes >= _FEWEST]
    if len(numbers) < 2:
        return groups
    places = [np.flatnonzero(groups == number) for number in numbers]
    known = np.asarray(held, np.bool_)
    kin = _Kin(
        np.stack([vectors[own].sum(axis=0, dtype=np.float64) for own in places]),
        np.array([len(own) for own in places]),
        [_topic(own.tolist(), topics) for own in places],
        np.array([known[own].any() for own in places]),
    )
    into = dict(zip(numbers.tolist(), numbers[kin.join()].tolist(), strict=True))
    return np.array([into.get(group, group) for group in groups.tolist()], np.int64)


class _Kin:
    """Groups under construction; a group goes up in the one before it."""

    def __init__(
        self,
        totals: NDArray[np.float64],
        sizes: NDArray[np.int64],
        topics: Sequence[str],
        held: NDArray[np.bool_],
    ) -> None:
        self._totals, self._sizes, self._held = totals, sizes, held
        self._topics = np.array(topics)
        self._into = np.arange(len(sizes))
        self._changes = np.zeros(len(sizes), np.int64)
        # Rows whose product is the likeness between two groups as a share of that within them.
        self._scaled = np.stack([self._scale(group) for group in range(len(sizes))])

    def join(self) -> NDArray[np.int64]:
        """Give for each group the one that it ends in."""
        heap = [pair for group in range(len(self._sizes)) for pair in self._pairs(group, before=group)]
        heapq.heapify(heap)
        while heap:
            _, one, two, *changes = heapq.heappop(heap)
            if changes != [self._changes[one], self._changes[two]]:
                continue
            self._merge(one, two)
            for pair in self._pairs(one, before=len(self._sizes)):
                heapq.heappush(heap, pair)
        for group in range(len(self._into)):
            self._into[group] = self._into[self._into[group]]
        return self._into

    def _pairs(self, group: int, before: int) -> Iterator[tuple[float, int, int, int, int]]:
        """The groups up to ``before`` that one may be joined with, each pair with the changes it has seen."""
        likeness = np.round(self._scaled[:before] @ self._scaled[group], 9)
        known = (self._topics[:before] != "") & (self._topics[group] != "")
        apart = known & (self._topics[:before] != self._topics[group])
        apart |= self._held[:before] & self._held[group]
        apart |= self._into[:before] != np.arange(before)
        for other in np.flatnonzero((likeness >= _AS_ALIKE) & ~apart).tolist():
            if other != group:
                one, two = min(group, other), max(group, other)
                changes = int(self._changes[one]), int(self._changes[two])
                yield -float(likeness[other]), one, two, *changes

    def _merge(self, one: int, two: int) -> None:
        if self._topics[two] and (not self._topics[one] or self._sizes[two] > self._sizes[one]):
            self._topics[one] = self._topics[two]
        self._totals[one] += self._totals[two]
        self._sizes[one] += self._sizes[two]
        self._held[one] |= self._held[two]
        self._into[two] = one
        self._changes[[one, two]] += 1
        self._scaled[one] = self._scale(one)

    def _scale(self, group: int) -> NDArray[np.float64]:
        total, size = self._totals[group], int(self._sizes[group])
        inside = (float(total @ total) - size) / (size * (size - 1))
        scaled: NDArray[np.float64] = total / (size * max(inside, _LEAST_INSIDE) ** 0.5)
        return scaled


def _topic(own: Sequence[int], topics: Sequence[str]) -> str:
    counted = Counter(topics[place] for place in own if topics[place])
    return min(counted, key=lambda topic: (-counted[topic], topic)) if counted else ""
