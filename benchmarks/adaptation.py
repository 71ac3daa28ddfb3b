"""Fits the embedder to one help centre without labels: a linear map learnt from the articles' own order.

Pairs that should be near: a heading and a passage below it, a title and a passage of its article, two neighbouring
passages. Passages take part without title and headings, since a heading within them would make the task empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kb.embedder.port import Embedder, FloatVectors
from kb.index.port import IndexRow

Matrix = NDArray[np.float32]

_RANK = 32
_STEPS = 200
_BATCH = 256
_TEMPERATURE = 0.05
_RATE = 2e-3


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Unit vectors that belong together, row by row: (pairs, dimension) twice; ``articles`` numbers their articles."""

    asking: FloatVectors
    answering: FloatVectors
    articles: NDArray[np.int64]


def pairs_of(rows: Sequence[IndexRow], embedder: Embedder) -> Pairs:
    """Make the pairs of a corpus; ``rows`` hold each article's passages together and in order."""
    texts: list[tuple[str, str, str]] = []
    for row in rows:
        heading = row.headings.rpartition(" > ")[2]
        texts += [(lead, row.text, row.article_id) for lead in (heading, row.title) if lead]
    texts += [
        (one.text, other.text, one.article_id)
        for one, other in pairwise(rows)
        if one.article_id == other.article_id
    ]
    numbers = {article: number for number, article in enumerate(dict.fromkeys(text[2] for text in texts))}
    return Pairs(
        embedder.encode([text[0] for text in texts]),
        embedder.encode([text[1] for text in texts]),
        np.array([numbers[text[2]] for text in texts], np.int64),
    )


def ridge_map(pairs: Pairs, strength: float) -> Matrix:
    """Map the asking side onto the answering side by least squares, drawn towards leaving vectors as they are.

    Returns:
        (dimension, dimension), to be applied to questions alone; ``strength`` 1 weighs the draw as much as the data.
    """
    size = pairs.asking.shape[1]
    draw = strength * len(pairs.asking) / size * np.eye(size)
    asking = pairs.asking.astype(np.float64)
    solved = np.linalg.solve(asking.T @ asking + draw, asking.T @ pairs.answering + draw)
    return solved.astype(np.float32)


def contrastive_map(pairs: Pairs, seed: int = 0, steps: int = _STEPS) -> Matrix:
    """Learn a low-rank change of both sides by which a pair finds its other half among a batch of others.

    In-batch negatives with InfoNCE: van den Oord et al. (2018). Pairs of one article are no negatives of each other.
    Steps by Adam: Kingma and Ba (2015).

    Returns:
        (dimension, dimension), to be applied to questions and passages.
    """
    random = np.random.default_rng(seed)
    size = pairs.asking.shape[1]
    weights = [
        (random.standard_normal((size, _RANK)) / size**0.5).astype(np.float32),
        np.zeros((_RANK, size), np.float32),
    ]
    means = [np.zeros_like(one) for one in weights]
    squares = [np.zeros_like(one) for one in weights]
    for step in range(1, steps + 1):
        chosen = random.permutation(len(pairs.articles))[:_BATCH]
        gradients = _gradients(pairs, chosen, *weights)
        for one, gradient, mean, square in zip(weights, gradients, means, squares, strict=True):
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient**2 - square)
            one -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return np.asarray(np.eye(size, dtype=np.float32) + weights[0] @ weights[1], np.float32)


def applied(vectors: FloatVectors, change: Matrix) -> FloatVectors:
    """Apply a map to vectors (n, dimension) and bring them back to length one."""
    moved = vectors @ change
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9), np.float32)


def _gradients(pairs: Pairs, chosen: NDArray[np.int64], down: Matrix, up: Matrix) -> tuple[Matrix, Matrix]:
    """The slope of the mean InfoNCE loss of a batch by both factors of the change."""
    first, second = (_Side.of(vectors[chosen], down, up) for vectors in (pairs.asking, pairs.answering))
    articles = pairs.articles[chosen]
    others = (articles[:, None] == articles[None, :]) & ~np.eye(len(chosen), dtype=bool)
    logits = np.where(others, -np.inf, first.unit @ second.unit.T / _TEMPERATURE)
    likely = np.exp(logits - logits.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    slope = ((likely - np.eye(len(chosen))) / (len(chosen) * _TEMPERATURE)).astype(np.float32)
    by_first, by_second = first.slope(slope @ second.unit), second.slope(slope.T @ first.unit)
    by_up = first.narrow.T @ by_first + second.narrow.T @ by_second
    by_down = first.given.T @ (by_first @ up.T) + second.given.T @ (by_second @ up.T)
    return by_down, by_up


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """One half of a batch on its way through the change: as given, between the factors, and at length one."""

    given: Matrix
    narrow: Matrix
    unit: Matrix
    lengths: Matrix

    @classmethod
    def of(cls, given: Matrix, down: Matrix, up: Matrix) -> _Side:
        narrow = given @ down
        changed = given + narrow @ up
        lengths = np.linalg.norm(changed, axis=1, keepdims=True)
        return cls(given, narrow, changed / lengths, lengths)

    def slope(self, by_unit: Matrix) -> Matrix:
        """The slope by the changed vectors, from that by their unit vectors."""
        along = np.sum(self.unit * by_unit, axis=1, keepdims=True)
        return np.asarray((by_unit - self.unit * along) / self.lengths, np.float32)
