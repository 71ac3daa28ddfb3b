"""Stated error rates: from which probability on may a label be set, so that at most so many are wrong.

A threshold is found by fixed-sequence testing over growing shares of the most certain messages (Angelopoulos,
Bates, Candès, Jordan and Lei, "Learn then Test", 2021), each tested by the exact binomial bound of Clopper and
Pearson (1934). With probability ``CERTAINTY`` over the messages it was chosen on, the error rate of later messages
of the same kind is at most the stated one.

Where the messages are of several writers and later ones will be of another, the bound is also that of a further
writer: that of all, and on top as much of the spread between writers (DerSimonian and Laird, 1986) as the prediction
limit of a random-effects model has (Higgins, Thompson and Spiegelhalter, 2009).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STATED = (0.02, 0.05, 0.10)
DEFAULT = 0.05
CERTAINTY = 0.90
FEWEST_OF_WRITER = 30  # messages, on average, from which the spread between writers can be told from chance
_STEPS = 200
_LEAST_SHARE = 20  # a threshold that covers less than the twentieth part helps nobody
NEVER = 2.0  # a probability that no message reaches


@dataclass(frozen=True, slots=True)
class Threshold:
    """From ``probability`` on, at most ``stated`` of the labels are wrong.

    ``coverage`` is the share of messages that reach it, ``error`` the share of wrong ones among them as counted,
    ``bound`` the upper bound of that share. Where no threshold keeps the rate, ``probability`` is `NEVER`.
    """

    stated: float
    probability: float
    coverage: float
    error: float
    bound: float
    counted: int

    @property
    def reachable(self) -> bool:
        """Whether any label may be set at this rate."""
        return self.probability < NEVER


def upper_bound(wrong: int, counted: int, certainty: float = CERTAINTY) -> float:
    """Give the upper bound of an error rate of which ``wrong`` of ``counted`` were seen: Clopper and Pearson."""
    from scipy.special import betaincinv

    return 1.0 if wrong >= counted else float(betaincinv(wrong + 1, counted - wrong, certainty))


def further_writer_bound(
    wrong: NDArray[np.int64], counted: NDArray[np.int64], certainty: float = CERTAINTY
) -> float:
    """Give the upper bound of the error rate of a further writer, of (writers,) errors among messages counted.

    The exact bound of them together, and on top the spread between writers. Of fewer than three writers nothing can be
    said: 1.
    """
    wrong, counted = wrong[counted > 0], counted[counted > 0]
    writers, total, errors = len(counted), int(counted.sum()), int(wrong.sum())
    if writers < 3:
        return 1.0
    from scipy.special import stdtrit

    share = (errors + 0.5) / (total + 1)  # never 0, as which the spread could not be told
    weight = counted / (share * (1 - share))
    heterogeneity = float((weight * (wrong / counted - errors / total) ** 2).sum()) - (writers - 1)
    between = max(0.0, heterogeneity / float(weight.sum() - (weight**2).sum() / weight.sum()))
    spread = float(stdtrit(writers - 2, certainty)) * math.sqrt(between * (1 + 1 / writers))
    return min(1.0, upper_bound(errors, total, certainty) + spread)


def threshold_for(
    probabilities: NDArray[np.float64],
    right: NDArray[np.bool_],
    stated: float,
    certainty: float = CERTAINTY,
    writers: NDArray[np.int64] | None = None,
) -> Threshold:
    """Find the lowest threshold that keeps a stated error rate.

    Messages of one probability are reached together, so they are tested together.

    Args:
        probabilities: (messages,) as predicted for messages that were not used to fit.
        right: (messages,) whether the label was right.
        stated: the share of wrong labels that is allowed.
        certainty: how likely later messages keep it.
        writers: (messages,) the number of each message's writer, where later messages are of a further one.
    """
    order = np.argsort(-probabilities, kind="stable")
    sorted_p, wrong = probabilities[order], np.cumsum(~right[order])
    found = Threshold(stated, NEVER, 0.0, 0.0, 1.0, len(order))
    fewest = 0 if writers is None else FEWEST_OF_WRITER * len(np.unique(writers))
    for taken in _sizes(len(order), stated, certainty, fewest):
        cut = float(sorted_p[taken - 1])
        reached = int((probabilities >= cut).sum())
        bound = upper_bound(int(wrong[reached - 1]), reached, certainty)
        if writers is not None:
            bound = _writers_bound(probabilities >= cut, right, writers, certainty)
        if bound > stated:
            break
        error = float(wrong[reached - 1]) / reached
        found = Threshold(stated, cut, reached / len(order), error, bound, len(order))
    return found


def thresholds(
    probabilities: NDArray[np.float64],
    right: NDArray[np.bool_],
    rates: Sequence[float] = STATED,
    writers: NDArray[np.int64] | None = None,
) -> dict[str, Threshold]:
    """Find the thresholds of several stated error rates, by the rate as text."""
    return {f"{rate:g}": threshold_for(probabilities, right, rate, writers=writers) for rate in rates}


def by_label(
    probabilities: NDArray[np.float64],
    right: NDArray[np.bool_],
    predicted: Sequence[str],
    rates: Sequence[float] = STATED,
    writers: NDArray[np.int64] | None = None,
) -> dict[str, dict[str, Threshold]]:
    """Find thresholds for each predicted label by itself, so that each may be set or only suggested."""
    names = np.array(predicted)
    found = {}
    for label in np.unique(names):
        own = names == label
        own_writers = None if writers is None else writers[own]
        found[str(label)] = thresholds(probabilities[own], right[own], rates, own_writers)
    return found


def as_facts(found: Mapping[str, Threshold]) -> dict[str, dict[str, float | None]]:
    """Give thresholds as a card holds them; a probability of null is never reached."""
    return {
        rate: {
            "probability": math.floor(one.probability * 1e6) / 1e6 if one.reachable else None,
            "coverage": round(one.coverage, 4),
            "error": round(one.error, 4),
            "bound": round(one.bound, 4),
        }
        for rate, one in found.items()
    }


def probability_at(facts: Mapping[str, Mapping[str, float | None]], stated: float) -> float:
    """Read from a card the probability from which a label may be set; `NEVER` where there is none."""
    value = facts.get(f"{stated:g}", {}).get("probability")
    return NEVER if value is None else float(value)


def _writers_bound(
    reached: NDArray[np.bool_], right: NDArray[np.bool_], writers: NDArray[np.int64], certainty: float
) -> float:
    most = int(writers.max()) + 1
    wrong = np.bincount(writers[reached & ~right], minlength=most)
    return further_writer_bound(wrong, np.bincount(writers[reached], minlength=most), certainty)


def _sizes(count: int, stated: float, certainty: float, fewest: int) -> list[int]:
    """Give growing numbers of messages, at least ``fewest`` and a twentieth; the first could pass with one wrong.

    A sequence that began with a handful would end at two mislabelled ones among them.
    """
    first = 1
    while first <= count and upper_bound(1, first + 1, certainty) > stated:
        first += max(1, first // 20)
    if first > count:
        faultless = 1
        while faultless <= count and upper_bound(0, faultless, certainty) > stated:
            faultless += 1
        return [count] if faultless <= count else []
    first = max(first + 1, fewest, count // _LEAST_SHARE)
    return sorted({int(size) for size in np.linspace(first, count, _STEPS) if size <= count})
