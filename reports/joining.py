"""Which open issue a new ticket belongs to, before the week is grouped again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.grouping.manner import without_manner

FloatVectors = NDArray[np.float32]

_NEAREST = 3  # an issue's tickets that a new one is compared with
_AROUND = 5  # the nearest tickets of all, among which most must be the issue's
_QUANTILE = 0.1  # a new ticket must be as near as all but a tenth of the issue's own
_COMPARED = 3000  # the latest tickets; comparing takes a few hundredths of a second


@dataclass(frozen=True, slots=True, eq=False)
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
        rows = np.vstack([self.vectors, vector.astype(np.float16).astype(np.float32)])
        unit = without_manner(rows)
        nearness = np.round((unit[:-1] @ unit[-1]).astype(np.float64), 6)
        order = sorted(range(len(nearness)), key=lambda place: (-nearness[place], place))
        around = Counter(self.issues[place] for place in order[:_AROUND])
        by_issue: dict[str, list[float]] = defaultdict(list)
        for place in order:
            if len(by_issue[self.issues[place]]) < _NEAREST:
                by_issue[self.issues[place]].append(float(nearness[place]))
        fitting = [
            (-around[issue], -float(np.mean(near)), issue)
            for issue, near in by_issue.items()
            if issue in self.least
            and float(np.mean(near)) >= self.least[issue]
            and around[issue] >= min(_NEAREST, self.issues.count(issue))
        ]
        return min(fitting)[2] if fitting else ""


def _usual(nearness: FloatVectors) -> float:
    """How near an issue's tickets usually are to their nearest fellows, given their cosines."""
    others = nearness.copy()
    np.fill_diagonal(others, -1.0)
    count = min(_NEAREST, len(others) - 1)
    nearest = -np.sort(-others, axis=1)[:, :count]
    return float(np.quantile(nearest.mean(axis=1), _QUANTILE))
