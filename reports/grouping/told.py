"""Draws tickets apart where what they tell beside their meaning differs: their topic, the error codes they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reports.types import Member

if TYPE_CHECKING:
    from scipy import sparse

# What remains of the likeness of two tickets of different topics, or that name different codes.
_APART = np.float32(0.6)
_TOPICS_KNOWN = 0.5  # from this share of tickets with a topic on, topics keep chance links out of groups


def topics_are_known(members: Sequence[Member]) -> bool:
    """Whether enough tickets bear a topic for it to keep groups clean."""
    return sum(bool(member.topic) for member in members) > _TOPICS_KNOWN * len(members)


def drawn_apart(likeness: sparse.csr_matrix, members: Sequence[Member]) -> sparse.csr_matrix:
    """Lessen the likeness of tickets with different topics, and of those that name other error codes.

    A ticket without a topic, or without a code, differs from none in it.

    Args:
        likeness: (members, members), symmetric.
        members: in the order of the rows.

    Returns:
        (members, members), symmetric.
    """
    topics = _numbered([member.topic for member in members])
    pairs = likeness.tocoo(copy=True)
    mine, other = topics[pairs.row], topics[pairs.col]
    pairs.data[(mine != other) & (mine >= 0) & (other >= 0)] *= _APART
    coded = np.array([bool(member.codes) for member in members])
    both = np.flatnonzero(coded[pairs.row] & coded[pairs.col])
    for place in both:
        if set(members[pairs.row[place]].codes).isdisjoint(members[pairs.col[place]].codes):
            pairs.data[place] *= _APART
    return pairs.tocsr()


def _numbered(names: Sequence[str]) -> NDArray[np.int64]:
    """Number names; -1 for none."""
    numbers = {name: number for number, name in enumerate(sorted({*names} - {""}))}
    return np.array([numbers.get(name, -1) for name in names], np.int64)
