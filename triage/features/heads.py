"""Heads: each scores the labels of a message in its own way. Higher is likelier; scores are no probabilities.

All take messages as texts and as unit vectors (messages, dimension), and give (messages, labels).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from triage.features.words import shortened

if TYPE_CHECKING:
    from scipy import sparse

Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]


class Head(Protocol):
    """Scores the labels of messages."""

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Floats: ...


@dataclass(frozen=True, slots=True, eq=False)
class DescriptionHead:
    """Compares a message with what was written about each label: the first day, without one labelled ticket.

    ``descriptions`` is (descriptions, dimension), several a label; ``owner`` names each one's label by its place.
    A label scores the mean of its nearest description and of all of them.
    """

    descriptions: Vectors
    owner: NDArray[np.int64]

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """Score (messages, labels) by cosine."""
        cosines = np.asarray(vectors @ self.descriptions.T, np.float64)
        columns = []
        for label in range(int(self.owner.max()) + 1):
            own = cosines[:, self.owner == label]
            columns.append((own.max(axis=1) + own.mean(axis=1)) / 2)
        return np.column_stack(columns)


@dataclass(frozen=True, slots=True, eq=False)
class PrototypeHead:
    """Compares a message with each label's mean, in a space where the spread within labels is even.

    Linear discriminant analysis with a shrunken covariance (Friedman, 1989), by cosine: ``transform`` is
    (dimension, dimension), ``prototypes`` (labels, dimension) of unit rows.
    """

    transform: Vectors
    prototypes: Vectors

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """Score (messages, labels) by cosine in the evened space."""
        moved = vectors @ self.transform
        moved /= np.linalg.norm(moved, axis=1, keepdims=True) + 1e-9
        return np.asarray(moved @ self.prototypes.T, np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddingHead:
    """A linear model on vectors alone: ``weights`` is (dimension, labels)."""

    weights: Vectors
    intercept: Floats

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """Score (messages, labels)."""
        return np.asarray(vectors @ self.weights + self.intercept, np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class LinearHead:
    """A linear model on vectors joined with words: ``weights`` is (dimension + features, labels).

    ``vector_scale`` and ``word_scale`` say how much of each goes in.
    """

    words: Any  # a fitted vectoriser of scikit-learn
    weights: Vectors
    intercept: Floats
    vector_scale: float
    word_scale: float

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """Score (messages, labels)."""
        dense, rest = self._parted()
        spoken = self.features(texts) @ rest
        return np.asarray(self.vector_scale * (vectors @ dense) + spoken + self.intercept, np.float64)

    def features(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Give the scaled word features alone: (messages, features)."""
        from scipy import sparse

        read = shortened(list(texts))
        # The union itself would start a pool of workers for each call.
        parts = [part.transform(read) for _, part in self.words.transformer_list]
        return sparse.csr_matrix(sparse.hstack(parts) * self.word_scale)

    def word_weights(self, label: int) -> Floats:
        """Give what each word feature adds to a label's score: (features,)."""
        return np.asarray(self._parted()[1][:, label], np.float64)

    def _parted(self) -> tuple[Vectors, Vectors]:
        dimension = len(self.weights) - self._feature_count()
        return self.weights[:dimension], self.weights[dimension:]

    def _feature_count(self) -> int:
        return sum(len(part.vocabulary_) for _, part in self.words.transformer_list)
