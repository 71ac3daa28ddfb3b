"""How alike two tickets are, seen through the company they keep: those of one issue share their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.index.neighbours import nearest

if TYPE_CHECKING:
    from scipy import sparse

FloatVectors = NDArray[np.float32]

NEIGHBOURS = 20  # fewer where there are fewer than 400 tickets: the root of their number
_AVERAGED = 0.3  # a ticket is described by its own circle and those of this share of its neighbours
_OWN_SHARE = np.float32(0.3)  # what the two tickets' own cosine counts beside their circles
_FAINTEST = 0.01
_BLOCK = 4096
_KEPT = 16  # links kept a ticket where there are many tickets
_MANY = 8192


def affinities(vectors: FloatVectors) -> sparse.csr_matrix:
    """Give the likeness of tickets, between 0 and 1, where it is above nothing.

    Each ticket is described by its k-reciprocal neighbours, widened by the reciprocal neighbours of those,
    and averaged over its nearest (Zhong, Zheng, Cao, Li: Re-ranking person re-identification with
    k-reciprocal encoding, CVPR 2017); two descriptions are compared by Bhattacharyya's coefficient in place
    of Jaccard's.

    Args:
        vectors: (tickets, dimension), unit rows.

    Returns:
        (tickets, tickets), symmetric, without a diagonal.
    """
    from scipy import sparse

    count = len(vectors)
    size = min(NEIGHBOURS, max(round(count**0.5), 2))
    near = nearest(vectors, min(size + 1, count))
    circles = _weighted(_widened(near), vectors)
    averaging = _links(near[:, : max(round(_AVERAGED * size), 1)], count)
    described = _rows_to_one(averaging @ circles)
    described.data = np.sqrt(described.data)
    turned = described.T.tocsr()
    blocks = [
        _compared(_strongest(described[start : start + _BLOCK] @ turned, count), start, vectors)
        for start in range(0, count, _BLOCK)
    ]
    likeness = sparse.vstack(blocks, format="csr")
    return likeness.maximum(likeness.T).tocsr()


def _links(near: NDArray[np.int64], count: int) -> sparse.csr_matrix:
    from scipy import sparse

    rows = np.repeat(np.arange(len(near)), near.shape[1])
    ones = np.ones(near.size, np.float32)
    return sparse.csr_matrix((ones, (rows, near.ravel())), shape=(len(near), count))


def _reciprocal(near: NDArray[np.int64]) -> sparse.csr_matrix:
    links = _links(near, len(near))
    return links.multiply(links.T).tocsr()


def _widened(near: NDArray[np.int64]) -> sparse.csr_matrix:
    """Add the circle of each member that shares two thirds of its own with the ticket's."""
    from scipy import sparse

    circle, inner = _reciprocal(near), _reciprocal(near[:, : near.shape[1] // 2 + 1])
    sizes = np.asarray(inner.sum(axis=1)).ravel()
    blocks = []
    for start in range(0, len(near), _BLOCK):
        own = circle[start : start + _BLOCK]
        shared = own.multiply(own @ inner.T).tocsr()
        shared.data = (shared.data > 2 / 3 * sizes[shared.indices]).astype(np.float32)
        blocks.append(own + shared @ inner)
    return sparse.vstack(blocks, format="csr")


def _weighted(circles: sparse.csr_matrix, vectors: FloatVectors) -> sparse.csr_matrix:
    circles = circles.copy()
    circles.data = np.exp(_cosines(circles, vectors, 0) - 1)
    return _rows_to_one(circles)


def _cosines(pairs: sparse.csr_matrix, vectors: FloatVectors, start: int) -> NDArray[np.float32]:
    rows = np.repeat(np.arange(start, start + pairs.shape[0]), np.diff(pairs.indptr))
    found = np.empty(len(rows), np.float32)
    for begin in range(0, len(rows), _BLOCK * 4):
        part = slice(begin, begin + _BLOCK * 4)
        found[part] = np.einsum("ij,ij->i", vectors[rows[part]], vectors[pairs.indices[part]])
    return found


def _rows_to_one(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    matrix = matrix.tocsr()
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    matrix.data = matrix.data / np.repeat(sums, np.diff(matrix.indptr)).astype(np.float32)
    return matrix


def _compared(overlap: sparse.csr_matrix, start: int, vectors: FloatVectors) -> sparse.csr_matrix:
    """Turn coefficients into likeness, without a ticket's likeness to itself."""
    from scipy import sparse

    overlap = overlap.tocsr()
    rows = np.repeat(np.arange(overlap.shape[0]), np.diff(overlap.indptr))
    squared = np.square(np.minimum(overlap.data, 1))
    keep = (squared > _FAINTEST) & (overlap.indices != rows + start)
    kept = sparse.csr_matrix((squared[keep], (rows[keep], overlap.indices[keep])), shape=overlap.shape)
    kept.data = (1 - _OWN_SHARE) * kept.data / (2 - kept.data)
    kept.data += _OWN_SHARE * np.maximum(_cosines(kept, vectors, start), 0)
    return kept


def _strongest(block: sparse.csr_matrix, count: int) -> sparse.csr_matrix:
    from scipy import sparse

    if count <= _MANY:
        return block
    block = block.tocsr()
    block.data[block.data < _FAINTEST**0.5] = 0
    block.eliminate_zeros()
    rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    order = np.lexsort((block.indices, -block.data, rows))
    place = np.arange(len(order)) - np.repeat(block.indptr[:-1], np.diff(block.indptr))
    kept = order[place < _KEPT]
    return sparse.csr_matrix((block.data[kept], (rows[kept], block.indices[kept])), shape=block.shape)
