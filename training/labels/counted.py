"""Words counted once, and weighed anew for each part of the messages: to fit many models on parts of the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from training.labels import pipelines
from triage.features.heads import Floats, Vectors
from triage.features.words import shortened, word_features

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Weighing:
    """What a vectoriser fitted on a part knows: for words and for runs of characters which columns, and how rare."""

    columns: tuple[Places, ...]
    rarity: tuple[NDArray[np.float32], ...]


class CountedTexts:
    """Texts with unit vectors (texts, dimension) and the counts of their words; ``word_scale`` as in a linear head."""

    def __init__(self, texts: Sequence[str], vectors: Vectors, word_scale: float) -> None:
        read = shortened(list(texts))
        self.vectors = vectors
        self.word_scale = word_scale
        self._counts = [_logarithms(part, read) for _, part in word_features().transformer_list]

    def weigh(self, rows: Places) -> Weighing:
        """Weigh words by how rare they are in some rows, as `word_features` fitted on those does."""
        columns, rarity = [], []
        for counts in self._counts:
            found = np.bincount(counts[rows].indices, minlength=counts.shape[1])
            present = np.flatnonzero(found)
            columns.append(present)
            rarity.append((np.log((1 + len(rows)) / (1 + found[present])) + 1).astype(np.float32))
        return Weighing(tuple(columns), tuple(rarity))

    def features(self, rows: Places, weighing: Weighing) -> sparse.csr_matrix:
        """Give vectors joined with words, (rows, dimension + words), as a linear head on that weighing reads them."""
        parts = [sparse.csr_matrix(self.vectors[rows] * np.float32(pipelines.VECTOR_SCALE))]
        for counts, columns, rarity in zip(self._counts, weighing.columns, weighing.rarity, strict=True):
            weighed = counts[rows][:, columns] @ sparse.diags(rarity)
            norms = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1))).ravel()
            norms[norms == 0] = 1.0
            parts.append(sparse.diags((self.word_scale / norms).astype(np.float32)) @ weighed)
        return sparse.csr_matrix(sparse.hstack(parts), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class CountedHead:
    """A linear model on counted texts: ``weights`` is (dimension + words, labels)."""

    weighing: Weighing
    weights: Vectors
    intercept: Floats

    def scores(self, texts: CountedTexts, rows: Places) -> Floats:
        """Score (rows, labels)."""
        features = texts.features(rows, self.weighing)
        return np.asarray(features @ self.weights + self.intercept, np.float64)


def _logarithms(vectoriser: CountVectorizer, texts: list[str]) -> sparse.csr_matrix:
    """Count words, each repetition for less than the one before."""
    given = vectoriser.get_params()
    kept = {name: given[name] for name in ("analyzer", "ngram_range", "min_df", "dtype")}
    counts = sparse.csr_matrix(CountVectorizer(**kept).fit_transform(texts))
    counts.data = np.log(counts.data) + 1
    return counts
