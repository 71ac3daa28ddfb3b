"""The topic model: scores from one or several heads, and probabilities that were checked on data not used to fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.features.confidence import Logistic, Neighbourhood, logit, softmax
from triage.features.heads import Floats, Head, Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """What a model says of messages.

    ``shares`` (messages, labels) sum to one and rank the labels; ``confidence`` (messages,) is the probability that
    the first of them is right; ``none_of_these`` (messages,) that no label fits.
    """

    shares: Floats
    confidence: Floats
    none_of_these: Floats

    @property
    def best(self) -> NDArray[np.int64]:
        """The place of the best label of each message."""
        return np.asarray(self.shares.argmax(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class TopicModel:
    """Labels messages by topic.

    ``scales`` standardise the heads' scores before they are added; ``sharpness`` turns the sum into shares (one over
    a temperature: Guo et al., 2017). ``right`` and ``novelty`` read (log-odds of the best share, best score, nearness
    to known messages, nearness to the label); without examples both are None and the shares speak alone.
    """

    labels: tuple[str, ...]
    heads: tuple[Head, ...]
    scales: tuple[float, ...]
    sharpness: float
    neighbourhood: Neighbourhood | None = None
    right: Logistic | None = None
    novelty: Logistic | None = None

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """Score (messages, labels)."""
        parts = [
            head.scores(texts, vectors) / scale for head, scale in zip(self.heads, self.scales, strict=True)
        ]
        return np.asarray(sum(part - part.mean(axis=1, keepdims=True) for part in parts) / len(parts))

    def predict(self, texts: Sequence[str], vectors: Vectors) -> Scored:
        """Give shares and probabilities for messages, (messages, dimension) unit vectors beside their texts."""
        scores = self.scores(texts, vectors)
        shares = softmax(scores * self.sharpness)
        if self.neighbourhood is None or self.right is None:
            return Scored(shares, shares.max(axis=1), np.zeros(len(shares)))
        signs = signs_of(scores, shares, self.neighbourhood, vectors)
        none = np.zeros(len(shares)) if self.novelty is None else self.novelty.probabilities(signs)
        return Scored(shares, self.right.probabilities(signs) * (1 - none), none)


def signs_of(scores: Floats, shares: Floats, neighbourhood: Neighbourhood, vectors: Vectors) -> Floats:
    """Describe how sure a choice looks: (messages, 4), as ``right`` and ``novelty`` read it."""
    chosen = shares.argmax(axis=1)
    near = neighbourhood.describe(vectors, chosen)
    return np.column_stack([logit(shares.max(axis=1)), scores.max(axis=1), near])
