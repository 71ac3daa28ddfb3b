"""Two rates of tickets compared: exact conditional tests, the interval of their ratio, and extra variation.

Given the total of two Poisson counts, the first is binomial with its share of the exposure (Przyborowski and
Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31, 1940). Where rates vary
from week to week with a squared coefficient of variation ``extra``, counts are negative binomial, and given the total
the first is beta-binomial (the weeks together are Dirichlet-multinomial: Mosimann, Biometrika 49, 1962).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.types import Estimate

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_FARTHEST = 30.0  # log-odds beyond which a share is as good as 0 or 1
_SEEN_IN_ONE_OF_TEN = 1.2816  # the normal quantile: extra variation is used where it shows at 10 %


@dataclass(frozen=True, slots=True)
class Observed:
    """Tickets counted while ``exposure`` could have given some. ``weeks`` is how long, for the extra variation."""

    tickets: int
    exposure: float
    weeks: float


def at_least(taken: Ints, total: Ints, share: Floats, concentration: Floats) -> Floats:
    """Give the chance that at least ``taken`` of ``total`` tickets fall into a period of that share of the exposure.

    All arguments have one shape. A ``concentration`` of infinity is the binomial; a finite one is a + b of the
    beta-binomial.
    """
    from scipy.special import betainc

    found = np.ones(taken.shape)
    plain = np.isinf(concentration) & (taken > 0)
    found[plain] = betainc(taken[plain], (total - taken)[plain] + 1, share[plain])
    found[plain & (taken > total)] = 0.0
    mixed = np.isfinite(concentration)
    if mixed.any():
        found[mixed] = _mixed_at_least(taken[mixed], total[mixed], share[mixed], concentration[mixed])
    return found


def concentration(weeks: float, extra: float) -> float:
    """The concentration of counts of that many weeks together; infinite where there is no extra variation."""
    return weeks / extra if extra > 0 else math.inf


def chance_of_rise(later: Observed, before: Observed, extra: float = 0.0) -> float:
    """The one-sided exact probability of so many tickets later, or more, if the rate had stayed."""
    return float(at_least(*_conditional(later, before, extra, later.tickets))[0])


def chance_of_fall(later: Observed, before: Observed, extra: float = 0.0) -> float:
    """The one-sided exact probability of so few tickets later, or fewer, if the rate had stayed."""
    return 1.0 - float(at_least(*_conditional(later, before, extra, later.tickets + 1))[0])


def rate_ratio(later: Observed, before: Observed, *, level: float = 0.9, extra: float = 0.0) -> Estimate:
    """Give the rate later over the rate before, with the mid-P interval.

    The interval inverts the conditional test with half of the probability of what was seen (Lancaster, JASA 56, 1961;
    Berry and Armitage, The Statistician 44, 1995). ``inf`` where there were no tickets before; where there were none
    at all, the value is NaN and the interval says nothing.
    """
    from scipy.optimize import brentq

    if later.tickets + before.tickets == 0:
        return Estimate(math.nan, 0.0, math.inf, level)
    scale, tail = before.exposure / later.exposure, (1.0 - level) / 2
    value = later.tickets / before.tickets * scale if before.tickets else math.inf

    def ratio_where(excess: Callable[[float], float]) -> float:
        return scale * math.exp(float(brentq(excess, -_FARTHEST, _FARTHEST)))

    def above(log_odds: float) -> float:
        return _mid_probability(later, before, extra, log_odds)

    low = ratio_where(lambda place: above(place) - tail) if later.tickets else 0.0
    high = ratio_where(lambda place: 1.0 - above(place) - tail) if before.tickets else math.inf
    return Estimate(value, low, high, level)


def extra_variation(counts: Ints, exposure: Floats) -> float:
    """Estimate how much the rates of issues vary from week to week beyond chance: a squared coefficient of variation.

    Neighbouring weeks are compared in pairs, so that a level that moves slowly does not count. 0 where the excess of
    the summed squares over their binomial expectation does not show at 10 %: then the counts are taken as Poisson
    (the homogeneity test of Potthoff and Whittinghill, Biometrika 53, 1966).

    Args:
        counts: (issues, weeks).
        exposure: (issues, weeks); pairs with a week of none are left out.
    """
    even = counts.shape[1] // 2 * 2
    if not even:
        return 0.0
    first, second = counts[:, -even::2], counts[:, -even + 1 :: 2]
    exposed, exposed_next = exposure[:, -even::2], exposure[:, -even + 1 :: 2]
    total = first + second
    counted = (total >= 2) & (exposed > 0) & (exposed_next > 0)
    if not counted.any():
        return 0.0
    first, total = first[counted], total[counted]
    share = exposed[counted] / (exposed + exposed_next)[counted]
    spread = share * (1 - share)
    excess = float(((first - total * share) ** 2 / (total * spread) - 1).sum())
    error = math.sqrt(float((2 + (1 - 6 * spread) / (total * spread)).sum()))
    if excess < _SEEN_IN_ONE_OF_TEN * error:
        return 0.0
    correlation = min(0.9, excess / float((total - 1).sum()))
    return 2 * correlation / (1 - correlation)


def _conditional(
    later: Observed, before: Observed, extra: float, taken: int
) -> tuple[Ints, Ints, Floats, Floats]:
    return (
        np.array([taken]),
        np.array([later.tickets + before.tickets]),
        np.array([later.exposure / (later.exposure + before.exposure)]),
        np.array([concentration(later.weeks + before.weeks, extra)]),
    )


def _mid_probability(later: Observed, before: Observed, extra: float, log_odds: float) -> float:
    """The chance of more tickets later than were seen, and half the chance of as many."""
    from scipy.special import expit

    total = np.full(2, later.tickets + before.tickets)
    tails = at_least(
        np.array([later.tickets, later.tickets + 1]),
        total,
        np.full(2, float(expit(log_odds))),
        np.full(2, concentration(later.weeks + before.weeks, extra)),
    )
    return float(tails.mean())


def _mixed_at_least(taken: Ints, total: Ints, share: Floats, together: Floats) -> Floats:
    cases, place = np.unique(np.stack([total, share, together]), axis=1, return_inverse=True)
    found = np.empty(taken.shape)
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(cases.shape[1] + 1))
    for case, (tickets, part, whole) in enumerate(cases.T):
        rows = order[ends[case] : ends[case + 1]]
        found[rows] = _beta_binomial_tails(int(tickets), part * whole, (1 - part) * whole)[taken[rows]]
    return found


def _beta_binomial_tails(total: int, one: float, other: float) -> Floats:
    """P(X >= k) for k = 0 ... total + 1."""
    from scipy.special import betaln, gammaln

    k = np.arange(total + 1)
    ways = gammaln(total + 1) - gammaln(k + 1) - gammaln(total - k + 1)
    chances = np.exp(ways + betaln(k + one, total - k + other) - betaln(one, other))
    tails = np.append(np.cumsum(chances[::-1])[::-1], 0.0)
    return np.asarray(np.minimum(tails, 1.0))
