"""Does this week's mix of tickets still look like the one that was learnt from?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Question = Literal["topics", "nearness"]

_LEAST_TICKETS = 30  # in each window
_LEAST_EXPECTED = 5.0  # in each cell, the usual condition of a chi-square test (Cochran 1954)
_BINS = 10  # tenths of the reference
_SMALLEST_SHARE = 1e-4  # so that an empty bin does not make the index infinite


@dataclass(frozen=True, slots=True)
class TicketMix:
    """The tickets of a window: how many were predicted to have each topic, and how near each is to a known one."""

    topics: Mapping[str, int]
    nearness: Sequence[float] | Floats


@dataclass(frozen=True, slots=True)
class DriftTest:
    """One comparison. ``effect`` and ``floor`` are shares of all tickets; ``p_value`` is adjusted after Holm.

    ``stability`` is the population stability index, shown because many know it; it decides nothing.
    """

    question: Question
    verdict: Literal["steady", "drifted", "too few yet"]
    p_value: float
    effect: float
    floor: float
    stability: float


@dataclass(frozen=True, slots=True)
class ShareChange:
    """A topic's share of the tickets in the reference window and now."""

    topic: str
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class DriftReport:
    """Both comparisons, the topics by how much their share moved, and the median nearness of both windows."""

    tests: tuple[DriftTest, ...]
    changes: tuple[ShareChange, ...]
    tickets: int
    reference_tickets: int
    nearness_before: float | None
    nearness_now: float | None

    @property
    def drifted(self) -> bool:
        return any(test.verdict == "drifted" for test in self.tests)


def drift(now: TicketMix, reference: TicketMix, *, alpha: float = 0.01, floor: float = 0.1) -> DriftReport:
    """Compare two windows without tickets in common.

    Topics are compared by a chi-square test (rare ones together), the effect being the total variation distance:
    the share of tickets that would need another topic for the mixes to agree. Nearness is compared by the test of
    Kolmogorov and Smirnov, whose statistic is such a share too. A mix has drifted when the p-value, corrected
    for the two tests after Holm (1979), is at most ``alpha`` and the effect at least ``floor``: with many
    tickets any difference is significant, and only a large one matters. Under 30 tickets nothing is said.

    Args:
        now: the week in question.
        reference: the window the models were measured on.
        alpha: how often an alarm may be false while nothing changed.
        floor: the least share of tickets that matters.

    Raises:
        ValueError: a count is negative, or a nearness is not a finite number.
    """
    ours, theirs = _checked(now.nearness), _checked(reference.nearness)
    names = sorted(set(now.topics) | set(reference.topics))
    counts = np.array([[mix.topics.get(name, 0) for name in names] for mix in (now, reference)], np.float64)
    if counts.size and counts.min() < 0:
        raise ValueError("a topic has less than no tickets; give counts of 0 or more")
    found = [_topics(counts, floor), _nearness(ours, theirs, floor)]
    return DriftReport(
        tests=tuple(_judged(found, alpha)),
        changes=_changes(names, counts),
        tickets=max(int(counts[0].sum()), len(ours)),
        reference_tickets=max(int(counts[1].sum()), len(theirs)),
        nearness_before=float(np.median(theirs)) if len(theirs) else None,
        nearness_now=float(np.median(ours)) if len(ours) else None,
    )


def _checked(nearness: Sequence[float] | Floats) -> Floats:
    values = np.asarray(nearness, np.float64)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError("nearness has to be a list of finite numbers, one a ticket")
    return values


def _topics(counts: Floats, floor: float) -> DriftTest:
    if counts.sum(axis=1).min() < _LEAST_TICKETS:
        return DriftTest("topics", "too few yet", 1.0, 0.0, floor, 0.0)
    from scipy.stats import chi2_contingency

    together = _rare_together(counts)
    shares = together / together.sum(axis=1, keepdims=True)
    p_value = float(chi2_contingency(together, correction=False).pvalue) if together.shape[1] > 1 else 1.0
    distance = float(np.abs(shares[0] - shares[1]).sum() / 2)
    return DriftTest("topics", "steady", p_value, distance, floor, _stability(shares[0], shares[1]))


def _rare_together(counts: Floats) -> Floats:
    """Join the topics that are expected too seldom for the test; alone still too rare, they join the rarest other."""
    expected: Floats = counts.sum(axis=0) * counts.sum(axis=1).min() / counts.sum()
    rare = expected < _LEAST_EXPECTED
    if rare.all():
        return np.column_stack([counts.sum(axis=1)])
    joined: Floats = counts[:, rare].sum(axis=1)
    common: Floats = counts[:, ~rare]
    if expected[rare].sum() >= _LEAST_EXPECTED:
        return np.column_stack([common, joined])
    common[:, np.argmin(expected[~rare])] += joined
    return common


def _nearness(ours: Floats, theirs: Floats, floor: float) -> DriftTest:
    if min(len(ours), len(theirs)) < _LEAST_TICKETS:
        return DriftTest("nearness", "too few yet", 1.0, 0.0, floor, 0.0)
    from scipy.stats import ks_2samp

    found = ks_2samp(ours, theirs, method="asymp")
    edges = np.unique(np.quantile(theirs, np.linspace(0, 1, _BINS + 1)[1:-1]))
    shares = [
        np.bincount(np.searchsorted(edges, side, side="right"), minlength=len(edges) + 1) / len(side)
        for side in (ours, theirs)
    ]
    stability = _stability(shares[0], shares[1])
    return DriftTest("nearness", "steady", float(found.pvalue), float(found.statistic), floor, stability)


def _stability(now: Floats, before: Floats) -> float:
    now, before = np.maximum(now, _SMALLEST_SHARE), np.maximum(before, _SMALLEST_SHARE)
    return float(((now - before) * np.log(now / before)).sum())


def _judged(found: Sequence[DriftTest], alpha: float) -> list[DriftTest]:
    told = sorted((test for test in found if test.verdict != "too few yet"), key=lambda test: test.p_value)
    adjusted: dict[Question, float] = {}
    so_far = 0.0
    for rank, test in enumerate(told):
        so_far = max(so_far, min(1.0, test.p_value * (len(told) - rank)))
        adjusted[test.question] = so_far
    return [
        _with_verdict(test, adjusted[test.question], alpha) if test.question in adjusted else test
        for test in found
    ]


def _with_verdict(test: DriftTest, p_value: float, alpha: float) -> DriftTest:
    drifted = p_value <= alpha and test.effect >= test.floor
    return replace(test, p_value=p_value, verdict="drifted" if drifted else "steady")


def _changes(names: Sequence[str], counts: Floats) -> tuple[ShareChange, ...]:
    totals = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shares = counts / totals
    changes = [
        ShareChange(name, float(before), float(now))
        for name, now, before in zip(names, shares[0], shares[1], strict=True)
    ]
    return tuple(sorted(changes, key=lambda change: (-abs(change.now - change.before), change.topic)))
