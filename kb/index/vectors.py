"""Vectors as the indexes take them: float32, in rows, of one dimension."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.index.port import FloatMatrix, FloatVector, IdVector, IndexRow


def as_question(vector: FloatVector, dimension: int) -> FloatVector:
    """Give a question's vector as float32.

    Raises:
        ValueError: it is not ``dimension`` finite numbers.
    """
    checked = np.ascontiguousarray(vector, dtype=np.float32)
    if checked.shape != (dimension,):
        raise ValueError(f"A vector of {dimension} numbers is needed, not one of shape {checked.shape}.")
    if not np.isfinite(checked).all():
        raise ValueError("A vector holds a number that is not finite; embed the text again.")
    return checked


def latest(rows: Sequence[IndexRow]) -> list[IndexRow]:
    """Keep the last row of each passage."""
    return list({row.passage_id: row for row in rows}.values())


def ids_of(rows: Sequence[IndexRow]) -> IdVector:
    """Give the passage ids of rows."""
    return np.array([row.passage_id for row in rows], dtype=np.int64)


def matrix_of(rows: Sequence[IndexRow], dimension: int) -> FloatMatrix:
    """Stack the vectors of rows.

    Raises:
        ValueError: a vector is not ``dimension`` numbers; the message names its passage.
    """
    for row in rows:
        if row.vector.shape != (dimension,):
            raise ValueError(
                f"Passage {row.passage_id} has a vector of shape {row.vector.shape}; "
                f"the index takes {dimension} numbers: embed it with the index's embedder."
            )
    if not rows:
        return np.empty((0, dimension), dtype=np.float32)
    return np.stack([row.vector for row in rows]).astype(np.float32, copy=False)
