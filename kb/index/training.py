"""Empty FAISS indexes, ready for vectors: the exact one, and the approximate one trained on a sample."""

from __future__ import annotations

import os
from math import ceil, sqrt
from typing import Any, Literal

import faiss
import numpy as np

from kb.index.port import ChangeFeed, FloatMatrix
from kb.index.vectors import matrix_of

Choice = Literal["auto", "exact", "approximate"]

EXACT_LIMIT = 50_000
LEAST_TO_TRAIN = 256
SEED = 20_261_121
_SAMPLE_PER_LIST = 40
_LARGEST_SAMPLE = 50_000
_ROUNDS = 8
_WIDER_RANGE = 0.1


def wants_approximate(choice: Choice, count: int) -> bool:
    """Whether ``count`` passages are to be searched approximately; too few cannot be trained on."""
    if choice == "auto":
        return count >= EXACT_LIMIT
    return choice == "approximate" and count >= LEAST_TO_TRAIN


def exact_index(dimension: int) -> faiss.Index:
    """Make an empty index that compares every vector."""
    return faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))


def trained_index(feed: ChangeFeed, embedder: str, dimension: int, count: int) -> faiss.Index:
    """Make an empty inverted file with 8-bit vectors, about 4 sqrt(count) lists, trained on a sample.

    The same passages give the same lists.
    """
    lists = max(1, min(round(4 * sqrt(count)), count // _SAMPLE_PER_LIST))
    step = ceil(count / min(lists * _SAMPLE_PER_LIST, _LARGEST_SAMPLE))
    sample = _sample(feed, embedder, dimension, count, step)
    lists = max(1, min(lists, len(sample)))
    index: Any = faiss.index_factory(dimension, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = SEED
    index.cp.niter = _ROUNDS
    index.cp.min_points_per_centroid = 1
    # Later vectors may lie a little outside of the sample's range; without room they would be clipped.
    index.sq.rangestat_arg = _WIDER_RANGE
    use_all_cores()
    index.train(sample)
    trained: faiss.Index = index
    return trained


def use_all_cores() -> None:
    """Let this thread's next FAISS calls use every core: right for building, slow for one question."""
    faiss.omp_set_num_threads(os.cpu_count() or 1)


def _sample(feed: ChangeFeed, embedder: str, dimension: int, count: int, step: int) -> FloatMatrix:
    """Copy every ``step``-th passage: all articles are seen, in one pass and into one piece of memory."""
    sample = np.empty((ceil(count / step), dimension), dtype=np.float32)
    seen = taken = 0
    for batch in feed.live_rows(embedder):
        rows = batch[-seen % step :: step][: len(sample) - taken]
        sample[taken : taken + len(rows)] = matrix_of(rows, dimension)
        taken += len(rows)
        seen += len(batch)
    return sample[:taken]
