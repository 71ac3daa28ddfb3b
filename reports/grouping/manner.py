"""Takes out of vectors how something is said, so that they tell what it is about."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatVectors = NDArray[np.float32]

_BLOCK = 8192  # rows in turn: of many tickets, two copies of the vectors are a gigabyte

MANNER_FILE = Path(__file__).with_name("manner.npy")


def without_manner(vectors: FloatVectors) -> FloatVectors:
    """Centre vectors, and take out the directions of language, style and of threats to leave.

    The directions are known for the ticket embedder's vectors; others are only centred.

    Args:
        vectors: (tickets, dimension).

    Returns:
        (tickets, dimension), unit rows.
    """
    middle = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    made = np.empty_like(vectors)
    for start in range(0, len(vectors), _BLOCK):
        turn = slice(start, start + _BLOCK)
        centred = without_directions(vectors[turn] - middle)
        made[turn] = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    return made


def without_directions(centred: FloatVectors) -> FloatVectors:
    """Take the directions of manner out of vectors that are centred already: (tickets, dimension), of any length."""
    directions = _directions()
    if directions.shape[1] != centred.shape[1]:
        return centred
    return np.asarray(centred - (centred @ directions.T) @ directions, np.float32)


def manner_directions(vectors: FloatVectors, traits: list[list[str]], least: int = 15) -> FloatVectors:
    """Learn the directions in which the mean of a trait's values differs from the mean of all.

    Args:
        vectors: (texts, dimension), of texts that tell of many things in many manners.
        traits: for each trait (its language, its style ...) the value of each text.
        least: values with fewer texts are left out.

    Returns:
        (directions, dimension), orthonormal.
    """
    middle = vectors.mean(axis=0)
    shifts = []
    for values in traits:
        given = np.array(values)
        for value in sorted(set(values)):
            chosen = given == value
            if chosen.sum() >= least:
                shifts.append(vectors[chosen].mean(axis=0) - middle)
    _, sizes, directions = np.linalg.svd(np.array(shifts), full_matrices=False)
    kept: FloatVectors = directions[sizes > 1e-3 * sizes[0]].astype(np.float32)
    return kept


@cache
def _directions() -> FloatVectors:
    stored: FloatVectors = np.load(MANNER_FILE, allow_pickle=False).astype(np.float32)
    return stored
