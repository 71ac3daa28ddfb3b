"""Ideas for ranking, each measured by what it adds to the base: passage, best sentence, and rare words covered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.adaptation import applied, contrastive_map, pairs_of, ridge_map
from benchmarks.grounds import EVERYTHING, Ground
from kb.ranking.model import rank_articles
from kb.ranking.signals import SIGNALS
from kb.retrieval import Candidates, Retriever
from training.examples import Example

Floats = NDArray[np.float64]
Scored = list[tuple[str, float]]
Rank = Callable[[Example, float], Scored]

BASE = {"passage": 1.0, "sentence": 0.3, "coverage": 0.3}
_ADDED = (0.05, 0.1, 0.2, 0.3)
_ONCE = (1.0,)
_DRAWS = (1.0, 3.0, 10.0, 30.0)
_PARTS = (0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Trial:
    """An idea: ranks the articles of a question under each of a few settings."""

    name: str
    settings: tuple[float, ...]
    rank: Rank


def trials_of(ground: Ground) -> list[Trial]:
    """All ideas, ready to rank a corpus."""
    return [
        Trial("title words", _ADDED, added("title_words")),
        Trial("BM25 relative to the best", _ADDED, added("words")),
        Trial("pseudo-relevance feedback", (0.25, 0.5), feedback(ground)),
        Trial("article as mean of its top 3", _ONCE, article_mean),
        Trial("question clean-up off", _ONCE, uncleaned(ground)),
        Trial("split into requests", _ONCE, requests(ground)),
        Trial("sentence signal off", _ONCE, without("sentence")),
        Trial("coverage off", _ONCE, without("coverage")),
        Trial("corpus mean subtracted", _PARTS, centred(ground)),
        Trial("adapted by ridge", _DRAWS, adapted_by_ridge(ground)),
        Trial("adapted by contrast", _PARTS, adapted_by_contrast(ground)),
    ]


def base(example: Example, setting: float = 1.0) -> Scored:
    """What every idea is held against."""
    return scored(example.found, weighed(example.found, BASE))


def added(signal: str) -> Rank:
    """Add a signal with the setting as its weight."""
    return lambda example, weight: scored(example.found, weighed(example.found, BASE | {signal: weight}))


def without(signal: str) -> Rank:
    """Leave a signal of the base out."""
    return lambda example, setting: scored(example.found, weighed(example.found, BASE | {signal: 0.0}))


def feedback(ground: Ground) -> Rank:
    """Move the question towards the mean of its three best sentences, by the setting, and measure sentences again."""
    size = ground.embedder.sentences.dimension

    def rank(example: Example, share: float) -> Scored:
        found = example.found
        vectors = np.concatenate(
            [np.zeros((0, size), np.float32), *(one.sentence_vectors for one in found.passages)]
        )
        asked = ground.embedder.sentences.encode([found.question.text])[0]
        best = vectors[np.argsort(-(vectors @ asked))[:3]]
        moved = asked + share * best.mean(axis=0) if len(best) else asked
        moved = moved / np.linalg.norm(moved)
        again = [float((one.sentence_vectors @ moved).max(initial=0.0)) for one in found.passages]
        return scored(found, weighed(exchanged(found, "sentence", np.array(again)), BASE))

    return rank


def article_mean(example: Example, setting: float) -> Scored:
    """Let an article stand where the mean of its three best passages does."""
    found = example.found
    scores = weighed(found, BASE)
    means = {
        one.article_id: float(np.mean(scores[list(one.places[:3])]))
        for one in rank_articles(found.passages, scores)
    }
    return in_order(means)


def uncleaned(ground: Ground) -> Rank:
    """Search with the question as it was typed: greeting, signature and anger in it."""

    def rank(example: Example, setting: float) -> Scored:
        found = ground.find_as_typed(example.question.text)
        return scored(found, weighed(found, BASE))

    return rank


def requests(ground: Ground) -> Rank:
    """Ask each request of a question on its own; an article counts by the request it answers best."""
    retriever = Retriever(ground.embedder, ground.index, ground.passages)

    def rank(example: Example, setting: float) -> Scored:
        parts = example.found.question.parts
        if len(parts) < 2:
            return base(example)
        best: dict[str, float] = {}
        for part in parts:
            for article, score in base(replace(example, found=retriever.find(part, EVERYTHING))):
                best[article] = max(score, best.get(article, -np.inf))
        return in_order(best)

    return rank


def centred(ground: Ground) -> Rank:
    """Subtract a share of the corpus mean, so that passages near to everything are near to nothing."""
    mean = np.mean([row.vector for row in ground.rows], axis=0)

    def rank(example: Example, share: float) -> Scored:
        found = example.found
        passages = applied(_vectors(found) - share * mean, _same(found))
        asked = applied((found.vector - share * mean)[None], _same(found))[0]
        return scored(found, weighed(exchanged(found, "passage", passages @ asked), BASE))

    return rank


def adapted_by_ridge(ground: Ground) -> Rank:
    """Map questions by least squares; the setting is how strongly the map is drawn to changing nothing."""
    pairs = pairs_of(ground.rows, ground.embedder.passages)
    maps = {strength: ridge_map(pairs, strength) for strength in _DRAWS}

    def rank(example: Example, strength: float) -> Scored:
        asked = applied(example.found.vector[None], maps[strength])[0]
        again = _vectors(example.found) @ asked
        return scored(example.found, weighed(exchanged(example.found, "passage", again), BASE))

    return rank


def adapted_by_contrast(ground: Ground) -> Rank:
    """Map questions and passages by a low-rank change learnt with in-batch negatives; the setting is its share."""
    learnt = contrastive_map(pairs_of(ground.rows, ground.embedder.passages))
    same = np.eye(len(learnt), dtype=np.float32)

    def rank(example: Example, share: float) -> Scored:
        change = same + np.float32(share) * (learnt - same)
        asked = applied(example.found.vector[None], change)[0]
        again = applied(_vectors(example.found), change) @ asked
        return scored(example.found, weighed(exchanged(example.found, "passage", again), BASE))

    return rank


def weighed(found: Candidates, weights: dict[str, float]) -> Floats:
    """Score candidates by a weighted sum of signals: (candidates,)."""
    scores = found.signals.values @ np.array([weights.get(name, 0.0) for name in SIGNALS])
    return np.asarray(scores, np.float64)


def exchanged(found: Candidates, signal: str, values: NDArray[np.floating]) -> Candidates:
    """Give the candidates with one signal measured otherwise."""
    table = found.signals.values.copy()
    table[:, SIGNALS.index(signal)] = values
    return replace(found, signals=replace(found.signals, values=table))


def scored(found: Candidates, scores: Floats) -> Scored:
    """Rank articles by their best passages."""
    return [(one.article_id, one.score) for one in rank_articles(found.passages, scores)]


def in_order(scores: dict[str, float]) -> Scored:
    """Rank articles by their scores, ties by id."""
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _vectors(found: Candidates) -> NDArray[np.float32]:
    if not found.passages:
        return np.zeros((0, len(found.vector)), np.float32)
    return np.stack([stored.vector for stored in found.passages])


def _same(found: Candidates) -> NDArray[np.float32]:
    return np.eye(len(found.vector), dtype=np.float32)
