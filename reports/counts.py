"""A level of counts that moves: followed with a discounted gamma prior, and its negative binomial forecasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.types import Estimate

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_FORGET = (0.8, 0.9, 0.95, 0.97, 0.985, 0.995)  # what is left of the past after a period
_EXTRA = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)  # squared coefficients of variation of a period's rate
_PRIOR = 0.5  # tickets known beforehand: Jeffreys' prior of a Poisson rate
_WARMING = 14  # periods that are followed before forecasts are scored


@dataclass(frozen=True, slots=True)
class Level:
    """A rate: ``tickets`` in ``exposure``, both discounted; ``extra`` is the variation beyond chance."""

    tickets: float
    exposure: float
    forget: float
    extra: float

    @property
    def rate(self) -> float:
        """Tickets for an exposure of 1."""
        return self.tickets / self.exposure


def filtered(counts: Ints, exposure: Floats, *, forget: float, extra: float) -> Level:
    """Follow the level through (periods,) counts and exposures, the last one last."""
    tickets, exposed = _followed(counts, exposure, forget)
    return Level(float(tickets[-1]), float(exposed[-1]), forget, extra)


def fitted(counts: Ints, exposure: Floats) -> Level:
    """Follow the level, forgetting as fast, and taking periods to vary as much, as foretold the past best."""
    from scipy.stats import nbinom

    scores = {}
    for forget in _FORGET:
        tickets, exposed = _followed(counts, exposure, forget)
        for extra in _EXTRA:
            mean = tickets[:-1] / exposed[:-1] * exposure
            spread = mean**2 * (1 / (tickets[:-1] * forget) + extra)
            ahead = slice(min(_WARMING, len(counts) - 1), None)
            chance = nbinom.logpmf(counts, mean**2 / spread, mean / (mean + spread))
            scores[forget, extra] = float(chance[ahead].sum())
    forget, extra = max(scores, key=lambda one: scores[one])
    return filtered(counts, exposure, forget=forget, extra=extra)


def predicted(level: Level, exposure: Floats, coverage: float, *, after: int) -> Estimate:
    """Foretell the sum of the counts of coming periods.

    Args:
        level: as followed up to now.
        exposure: (periods,) of the coming periods.
        coverage: of the interval.
        after: how many periods lie between now and the first of them; the level is known less the farther it is.
    """
    from scipy.stats import nbinom

    means = level.rate * exposure
    mean = float(means.sum())
    if mean <= 0:
        return Estimate(0.0, 0.0, 0.0, coverage)
    middle = after + (len(exposure) + 1) / 2
    known = max(level.tickets * level.forget**middle, _PRIOR)
    spread = mean**2 / known + level.extra * float((means**2).sum())
    ends = np.array([(1 - coverage) / 2, (1 + coverage) / 2])
    low, high = nbinom.ppf(ends, mean**2 / spread, mean / (mean + spread))
    return Estimate(mean, float(low), float(high), coverage)


def _followed(counts: Ints, exposure: Floats, forget: float) -> tuple[Floats, Floats]:
    """The level before each period and after the last: (periods + 1,) tickets and exposures."""
    usual = max(float(counts[:_WARMING].sum()), _PRIOR) / max(float(exposure[:_WARMING].sum()), 1e-9)
    tickets, exposed = [_PRIOR], [_PRIOR / usual]
    for count, one in zip(counts.tolist(), exposure.tolist(), strict=True):
        tickets.append(forget * tickets[-1] + count)
        exposed.append(forget * exposed[-1] + one)
    # A level of no ticket at all would foretell none for ever.
    return np.maximum(np.array(tickets), 1e-3), np.array(exposed)
