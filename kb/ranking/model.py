"""The relevance model: one score that ranks passages, one probability that the article of a passage answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.ranking.signals import SIGNALS, Signals
from kb.store.values import StoredPassage
from kb.types import Evidence

Floats = NDArray[np.float64]

FEATURES = (
    "score",
    "passage",
    "sentence",
    "coverage",
    "article_coverage",
    "margin",
    "agreement",
    "names_missing",
    "length",
)


class Probability(Protocol):
    """What a scikit-learn classifier of two classes offers."""

    def predict_proba(self, features: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True, eq=False)
class RankedArticle:
    """An article as it was ranked: its passages best first (places among the candidates), and its score."""

    article_id: str
    places: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class RelevanceModel:
    """Ranks with a weighted sum of signals; says with a calibrated logistic model how likely the answer is.

    ``weights`` follow ``SIGNALS``, none is negative. ``answers`` maps rows of ``FEATURES`` to a probability.
    ``threshold`` is the probability from which an answer is given.
    """

    weights: Floats
    answers: Probability
    threshold: float

    def scores(self, signals: Signals) -> Floats:
        """Score the candidates: (candidates,)."""
        return np.asarray(signals.values @ self.weights, np.float64)

    def probabilities(self, features: Floats) -> Floats:
        """Give the probability that each article answers: (articles,) from (articles, len(FEATURES))."""
        if not len(features):
            return np.zeros(0)
        return np.asarray(self.answers.predict_proba(features)[:, 1], np.float64)

    def evidence(self, signals: Signals, place: int) -> tuple[Evidence, ...]:
        """Say what each signal of a candidate added to its score, the largest first."""
        values = signals.values[place]
        found = (
            Evidence(name, float(value), float(value * weight))
            for name, value, weight in zip(SIGNALS, values, self.weights, strict=True)
            if weight > 0
        )
        return tuple(sorted(found, key=lambda one: -one.weight))


def rank_articles(passages: Sequence[StoredPassage], scores: Floats) -> list[RankedArticle]:
    """Group candidates by article; an article stands where its best passage does, ties by article id."""
    by_article: dict[str, list[int]] = {}
    for place, stored in enumerate(passages):
        by_article.setdefault(stored.passage.article_id, []).append(place)
    ranked = [
        RankedArticle(
            article,
            tuple(sorted(places, key=lambda place: (-scores[place], place))),
            float(max(scores[places])),
        )
        for article, places in by_article.items()
    ]
    return sorted(ranked, key=lambda one: (-one.score, one.article_id))


def describe(ranked: Sequence[RankedArticle], signals: Signals, limit: int) -> Floats:
    """Describe the first ``limit`` articles for the probability: (articles, len(FEATURES)).

    The margin is to the fifth article and the same for all: how far the best stands out; agreement is the share
    of signals that would have put the article first.
    """
    if not ranked:
        return np.zeros((0, len(FEATURES)))
    winners = _winners(ranked, signals)
    fifth = ranked[min(4, len(ranked) - 1)].score
    return np.array([_features(one, signals, fifth, winners) for one in ranked[:limit]])


def _winners(ranked: Sequence[RankedArticle], signals: Signals) -> list[str]:
    article_of = {place: one.article_id for one in ranked for place in one.places}
    return [article_of[int(column.argmax())] for column in signals.values.T]


def _features(one: RankedArticle, signals: Signals, fifth: float, winners: Sequence[str]) -> list[float]:
    places = list(one.places)
    best = dict(zip(SIGNALS, signals.values[places].max(axis=0), strict=True))
    return [
        one.score,
        best["passage"],
        best["sentence"],
        best["coverage"],
        float(signals.covered[places[0]]),
        one.score - fifth,
        winners.count(one.article_id) / len(winners),
        float(min(signals.names_missing, 2)),
        float(np.log1p(signals.question_terms)),
    ]
