"""Finds each vector's nearest among all of them, for grouping."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_EXACT_UP_TO = 5_000
_BLOCK = 2048
_REDUCED = 96
_SEED = 20260101


def nearest(vectors: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Give the places of each row's ``count`` nearest rows by inner product, itself first.

    Above five thousand rows the search is approximate: in inverted lists of the vectors' main components.

    Args:
        vectors: (rows, dimension), unit rows.
        count: how many, itself among them.

    Returns:
        (rows, count), nearest first; equally near rows in their order.
    """
    count = min(count, len(vectors))
    places = _exact(vectors, count) if len(vectors) <= _EXACT_UP_TO else _approximate(vectors, count)
    return _self_first(places)


def _exact(vectors: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    found = np.empty((len(vectors), count), np.int64)
    for start in range(0, len(vectors), _BLOCK):
        # Rounding keeps the order of equals from hanging on how the block was multiplied.
        likeness = np.round(vectors[start : start + _BLOCK] @ vectors.T, 5)
        best = np.sort(np.argpartition(-likeness, count - 1, axis=1)[:, :count], axis=1)
        order = np.argsort(-np.take_along_axis(likeness, best, axis=1), axis=1, kind="stable")
        found[start : start + _BLOCK] = np.take_along_axis(best, order, axis=1)
    return found


def _approximate(vectors: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    import faiss

    reduced = _main_components(vectors)
    lists = min(int(4 * len(vectors) ** 0.5), len(vectors) // 40)
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(_REDUCED), _REDUCED, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = _SEED
    index.cp.niter = 8
    index.train(reduced[:: max(len(reduced) // (lists * 40), 1)])
    index.add(reduced)
    index.nprobe = 16
    _, places = index.search(reduced, count)
    own = np.arange(len(vectors))[:, None]
    return np.where(places < 0, own, places)


def _main_components(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    reduced = vectors @ directions[:, -_REDUCED:].astype(np.float32)
    lengths = np.linalg.norm(reduced, axis=1, keepdims=True)
    return np.ascontiguousarray(reduced / np.maximum(lengths, 1e-9), dtype=np.float32)


def _self_first(places: NDArray[np.int64]) -> NDArray[np.int64]:
    own = np.arange(len(places))[:, None]
    order = np.argsort(places != own, axis=1, kind="stable")
    places = np.take_along_axis(places, order, axis=1)
    places[:, 0] = own[:, 0]
    return places
