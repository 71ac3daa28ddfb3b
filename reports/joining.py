"""Which open issue a new ticket belongs to, before the week is grouped again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reports.grouping.manner import without_directions, without_manner

FloatVectors = NDArray[np.float32]

_NEAREST = 3  # an issue's tickets that a new one is compared with
_AROUND = 5  # the nearest tickets of all, among which most must be the issue's
_QUANTILE = 0.1  # a new ticket must be as near as all but a tenth of the issue's own
_COMPARED = 3000  # the latest tickets; comparing takes a few hundredths of a second


@dataclass(frozen=True, eq=False)
class Joiner:
    """The latest tickets with their issues (``""``: none), and how near an issue's own tickets are to one another."""

    vectors: FloatVectors
    issues: tuple[str, ...]
    least: dict[str, float]

    @classmethod
    def of(cls, vectors: NDArray[np.floating], issues: Sequence[str]) -> Joiner:
        """Learn from grouped tickets, the latest last.

        Args:
            vectors: (tickets, dimension), as stored.
            issues: the issue of each.
        """
        late, named = vectors[-_COMPARED:].astype(np.float32), tuple(issues[-_COMPARED:])
        if not len(late):
            return cls(late, (), {})
        unit = without_manner(late)
        places: dict[str, list[int]] = defaultdict(list)
        for place, issue in enumerate(named):
            if issue:
                places[issue].append(place)
        least = {issue: _usual(unit[own] @ unit[own].T) for issue, own in places.items() if len(own) > 1}
        return cls(late, named, least)

    def issue_of(self, vector: NDArray[np.floating]) -> str:
        """The issue of a ticket, or empty where it is like none; deterministic.

        Args:
            vector: (dimension,), of the ticket embedder.
        """
        if not self.least or vector.shape != self.vectors.shape[1:]:
            return ""
        nearness = np.round(self._nearness(vector.astype(np.float16).astype(np.float32)), 6)
        around: dict[str, list[float]] = defaultdict(list)
        for place in np.argsort(-nearness, kind="stable")[:_AROUND].tolist():
            around[self.issues[place]].append(float(nearness[place]))
        fitting = [
            (-len(near), -float(np.mean(near[:_NEAREST])), issue)
            for issue, near in around.items()
            if issue in self.least
            and float(np.mean(near[:_NEAREST])) >= self.least[issue]
            and len(near) >= min(_NEAREST, self._sizes[issue])
        ]
        return min(fitting)[2] if fitting else ""

    def _nearness(self, vector: FloatVectors) -> NDArray[np.float64]:
        """The cosines of a new ticket and the others without their manner: (tickets,).

        The new one counts in the mean that is taken off; all the others would have to be centred anew for it, so
        what it moves them by is worked out instead.
        """
        count = len(self.vectors)
        new = without_directions(vector[None, :] - self._mean)[0].astype(np.float64)
        length = float(new @ new)
        along = (self._centred @ new.astype(np.float32)).astype(np.float64)
        products = along - length / (count + 1)
        squares = self._squares - 2 * along / (count + 1) + length / (count + 1) ** 2
        return np.asarray(products / np.sqrt(np.maximum(squares * length, 1e-18)), np.float64)

    @cached_property
    def _sizes(self) -> Counter[str]:
        return Counter(self.issues)

    @cached_property
    def _mean(self) -> FloatVectors:
        return np.asarray(self.vectors.mean(axis=0, dtype=np.float64), np.float32)

    @cached_property
    def _centred(self) -> FloatVectors:
        return without_directions(self.vectors - self._mean)

    @cached_property
    def _squares(self) -> NDArray[np.float64]:
        return np.asarray((self._centred.astype(np.float64) ** 2).sum(axis=1))


def _usual(nearness: FloatVectors) -> float:
    """How near an issue's tickets usually are to their nearest fellows, given their cosines."""
    others = nearness.copy()
    np.fill_diagonal(others, -1.0)
    count = min(_NEAREST, len(others) - 1)
    nearest = -np.sort(-others, axis=1)[:, :count]
    return float(np.quantile(nearest.mean(axis=1), _QUANTILE))
