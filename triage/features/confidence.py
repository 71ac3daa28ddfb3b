"""From scores to probabilities that hold when counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.features.heads import Floats, Vectors

NEAREST = 5


def softmax(scores: Floats) -> Floats:
    """Turn rows of scores into rows that sum to one."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def logit(probabilities: Floats) -> Floats:
    """Give log-odds, bounded so that certainty stays finite."""
    bounded = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(bounded / (1 - bounded)))


@dataclass(frozen=True, slots=True, eq=False)
class Logistic:
    """A fitted logistic model of few features: ``weights`` (features,), on features as they come."""

    weights: Floats
    intercept: float

    def probabilities(self, features: Floats) -> Floats:
        """Give (rows,) from (rows, features)."""
        return np.asarray(1 / (1 + np.exp(-(features @ self.weights + self.intercept))))


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """What labelled messages look like: ``known`` (messages, dimension) unit rows, ``means`` (labels, dimension).

    Tells whether a message is like anything that has a label: its mean cosine to the five nearest known ones, and
    its cosine to the mean of the label that was chosen.
    """

    known: Vectors
    means: Vectors

    def describe(self, vectors: Vectors, chosen: NDArray[np.int64]) -> Floats:
        """Give (messages, 2): nearness to anything known, nearness to the chosen label."""
        cosines = vectors @ self.known.T
        count = min(NEAREST, cosines.shape[1])
        nearest = np.partition(cosines, -count, axis=1)[:, -count:].mean(axis=1)
        own = (vectors * self.means[chosen]).sum(axis=1)
        return np.column_stack([nearest, own]).astype(np.float64)
