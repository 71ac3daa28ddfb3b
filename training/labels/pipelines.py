"""Fits heads: from descriptions, from few examples, from many."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from triage.features.heads import DescriptionHead, EmbeddingHead, LinearHead, PrototypeHead, Vectors
from triage.features.words import shortened, word_features

Places = NDArray[np.int64]

# Chosen on public intent data by five-fold accuracy; see docs/decisions.md.
VECTOR_SCALE = 1.3
WORD_SCALE = 0.4
EMBEDDING_C = 15.0
SHRINKAGE = 0.5
SEED = 0


def description_head(vectors: Vectors, owner: Sequence[int]) -> DescriptionHead:
    """Compare with descriptions: (descriptions, dimension), each owned by a label's place."""
    return DescriptionHead(vectors.astype(np.float32), np.array(owner, np.int64))


def prototype_head(vectors: Vectors, labels: Places, count: int) -> PrototypeHead:
    """Fit label means in the space where the spread within labels is even; a label without example is never near."""
    sums = np.zeros((count, vectors.shape[1]), np.float32)
    np.add.at(sums, labels, vectors)
    means = sums / np.maximum(np.bincount(labels, minlength=count), 1)[:, None]
    spread = vectors - means[labels]
    covariance = (spread.T @ spread).astype(np.float64) / len(vectors)
    even = np.trace(covariance) / len(covariance) or 1.0  # one example a label has no spread
    values, basis = np.linalg.eigh(covariance + SHRINKAGE * even * np.eye(len(covariance)))
    transform = (basis / np.sqrt(values)).astype(np.float32)
    moved = means.astype(np.float32) @ transform
    return PrototypeHead(transform, moved / (np.linalg.norm(moved, axis=1, keepdims=True) + 1e-9))


def embedding_head(
    vectors: Vectors, labels: Places, count: int, strength: float = EMBEDDING_C, balanced: bool = False
) -> EmbeddingHead:
    """Fit a linear model on vectors alone."""
    model = LogisticRegression(
        C=strength, max_iter=100, tol=1e-4, class_weight="balanced" if balanced else None
    )
    # The steps are so short that threads wait for each other: two take twice as long as one.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a hundred steps are enough
        model.fit(vectors, labels)
    weights, intercept = _columns(model.coef_, model.intercept_, model.classes_, count)
    return EmbeddingHead(weights, intercept)


def linear_head(
    texts: Sequence[str],
    vectors: Vectors,
    labels: Places,
    count: int,
    *,
    word_scale: float = WORD_SCALE,
    strength: float = 1.0,
    balanced: bool = False,
) -> LinearHead:
    """Fit a linear model on vectors joined with words: a support vector machine, one label against the rest."""
    words = word_features()
    spoken = words.fit_transform(shortened(list(texts))) * np.float32(word_scale)
    features = sparse.hstack([sparse.csr_matrix(vectors * np.float32(VECTOR_SCALE)), spoken]).tocsr()
    slopes, intercept = support_vectors(features, labels, count, strength=strength, balanced=balanced)
    return LinearHead(words, slopes, intercept, VECTOR_SCALE, word_scale)


def support_vectors(
    features: sparse.csr_matrix,
    labels: Places,
    count: int,
    *,
    strength: float,
    balanced: bool,
    weights: NDArray[np.float64] | None = None,
) -> tuple[Vectors, NDArray[np.float64]]:
    """Fit a support vector machine, one label against the rest: weights (features, count) and intercepts (count,)."""
    model = LinearSVC(
        C=strength, tol=0.01, random_state=SEED, class_weight="balanced" if balanced else None
    ).fit(features, labels, weights)
    return _columns(model.coef_, model.intercept_, model.classes_, count)


def _columns(
    weights: NDArray[np.float64], intercept: NDArray[np.float64], classes: Places, count: int
) -> tuple[Vectors, NDArray[np.float64]]:
    """Give one column a label, also where there are two (one row) or where a label had no example."""
    if len(classes) == 2:
        weights, intercept = np.vstack([-weights, weights]) / 2, np.concatenate([-intercept, intercept]) / 2
    full = np.zeros((weights.shape[1], count), np.float32)
    base = np.full(count, float(np.min(intercept)) - 1.0)
    full[:, classes] = weights.T
    base[classes] = intercept
    return full, base
