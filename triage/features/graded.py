"""Models of graded labels (urgency, churn intent): errors count by their distance, and one sentence may decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.features.confidence import softmax
from triage.features.heads import Floats, LinearHead, Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Parted:
    """Messages and their sentences: texts, unit vectors, and for each sentence the place of its message."""

    texts: Sequence[str]
    vectors: Vectors
    sentences: Sequence[str]
    sentence_vectors: Vectors
    owner: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class GradedModel:
    """Labels messages on a scale of ``labels``, least to most.

    One head reads the whole message, the other each sentence, of which the strongest counts for each grade; a
    multinomial logistic model, (features, labels), joins them into probabilities. ``cuts`` (labels - 1,) are the
    expected grades from which the next label is given, chosen for quadratic weighted kappa; without them the first
    label is given from ``least_share`` on, else the likeliest of the others.
    """

    labels: tuple[str, ...]
    message: LinearHead
    sentence: LinearHead
    weights: Floats
    intercept: Floats
    cuts: Floats | None = None
    least_share: float | None = None

    def shares(self, given: Parted) -> Floats:
        """Give the probability of each grade: (messages, labels)."""
        return softmax(self.features(given) @ self.weights + self.intercept)

    def features(self, given: Parted) -> Floats:
        """Describe messages by both heads: (messages, features)."""
        whole = self.message.scores(given.texts, given.vectors)
        parts = self.sentence.scores(given.sentences, given.sentence_vectors)
        return joined_scores(whole, parts, given.owner)

    def choose(self, shares: Floats) -> NDArray[np.int64]:
        """Choose the grade of each message: by its expected grade, by the first label's share, or the likeliest."""
        if self.cuts is None:
            likeliest = shares.argmax(axis=1) if self.least_share is None else _from(self.least_share, shares)
            return np.asarray(likeliest)
        return np.asarray(np.searchsorted(self.cuts, expected(shares), side="right"))

    def sentence_strength(self, given: Parted) -> Floats:
        """Say how strongly each sentence speaks for more than the least grade: (sentences,)."""
        scores = self.sentence.scores(given.sentences, given.sentence_vectors)
        return np.asarray(scores[:, 1:].max(axis=1) - scores[:, 0])


def _from(least: float, shares: Floats) -> NDArray[np.int64]:
    return np.where(shares[:, 0] >= least, 0, 1 + shares[:, 1:].argmax(axis=1))


def expected(shares: Floats) -> Floats:
    """Give the expected grade, from 0: (messages,)."""
    return np.asarray(shares @ np.arange(shares.shape[1]))


def joined_scores(whole: Floats, parts: Floats, owner: NDArray[np.int64]) -> Floats:
    """Join scores of messages with the strongest of their sentences: (messages, 2 x labels).

    The first label's column holds the weakest sentence for it, and the last the logarithm of the sentence count.
    """
    count, labels = whole.shape
    strongest = np.full((count, labels - 1), -np.inf)
    np.maximum.at(strongest, owner, parts[:, 1:] - parts[:, :1])
    strongest[~np.isfinite(strongest)] = 0.0
    number = np.log1p(np.bincount(owner, minlength=count))
    return np.column_stack([whole - whole.mean(axis=1, keepdims=True), strongest, number])
