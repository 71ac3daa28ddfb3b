"""Groups tickets by what they are about; what belongs to nothing stays alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reports.grouping.kin import joined_kin
from reports.grouping.linking import Linking
from reports.grouping.manner import without_manner
from reports.grouping.neighbourhoods import affinities
from reports.grouping.told import drawn_apart, topics_are_known
from reports.types import Member

if TYPE_CHECKING:
    from scipy import sparse

FloatVectors = NDArray[np.float32]
Groups = NDArray[np.int64]

# Where tickets fall into clear groups (the modularity of a coarse grouping is high), groups are cut coarsely;
# the more of them belong to nothing, the more alike tickets must be to make a group.
_COARSE = 0.10
_CLEAR = 0.88
_STEEPNESS = 1.5
_CUTS = (0.12, 0.40)
_WITH_TOPICS = 0.75  # of the cut, where topics keep chance links out
_FEWEST = 4
_RELEASED_BELOW = 0.25  # of the cut
_SMALL = 5  # groups of fewer tickets are kept only where these are
_CLOSE = 0.7  # as alike as this


def group(members: Sequence[Member], vectors: FloatVectors, known: Mapping[str, str] | None = None) -> Groups:
    """Group tickets once; to group the same ones from several starts, use `Grounds`.

    The order of the tickets changes nothing. Tickets that a person gave an issue stay in it, and the groups
    of two such issues never become one.

    Args:
        members: what is grouped.
        vectors: (members, dimension), unit rows of the ticket embedder, in the order of ``members``.
        known: the issue by a member's key, of earlier groupings. Its groups are where this one starts from.

    Returns:
        (members,) the group of each: a number that its members share.
    """
    return Grounds(members, vectors).groups(known)


class Grounds:
    """How alike members are, found out once; what is known already decides only from where they are grouped."""

    def __init__(self, members: Sequence[Member], vectors: FloatVectors) -> None:
        self._order = np.array(
            sorted(range(len(members)), key=lambda place: _canonical(members[place])), np.int64
        )
        self._members = [members[place] for place in self._order]
        # Vectors that were stored in half precision and fresh ones are the same.
        self._stored = vectors.astype(np.float16)[self._order]

    def groups(self, known: Mapping[str, str] | None = None) -> Groups:
        """Group the members, from the issues ``known`` by key on; gives what `group` gives."""
        earlier = [member.issue_id or (known or {}).get(member.key, "") for member in self._members]
        found = _starting(earlier) if len(earlier) < _FEWEST else self._grouped(earlier)
        groups = np.empty(len(found), np.int64)
        groups[self._order] = found
        return groups

    @cached_property
    def _unit(self) -> FloatVectors:
        return without_manner(self._stored.astype(np.float32))

    @cached_property
    def _likeness(self) -> sparse.csr_matrix:
        return drawn_apart(affinities(self._unit), self._members)

    @cached_property
    def _coarse(self) -> Linking:
        linking = Linking(self._likeness, np.arange(len(self._members)))
        linking.join(_COARSE)
        return linking

    @cached_property
    def _cut(self) -> float:
        cut = _cut(self._likeness, self._coarse.groups())
        return cut * (_WITH_TOPICS if topics_are_known(self._members) else 1)

    def _grouped(self, earlier: Sequence[str]) -> Groups:
        pinned = [member.issue_id for member in self._members]
        kept = _settled(self._likeness, earlier, pinned, self._cut)
        held = [bool(issue) for issue in kept]
        linking = self._coarse
        if any(held):
            linking = Linking(self._likeness, _starting(kept), pinned, held)
            linking.join(self._cut)
        found = _without_chance(self._likeness, linking.groups(self._cut), kept)
        return joined_kin(found, self._unit, [member.topic for member in self._members], held)


def _canonical(member: Member) -> tuple[str, str]:
    return hashlib.sha256(member.text.encode("utf-8", "surrogatepass")).hexdigest(), member.key


def _cut(likeness: sparse.csr_matrix, coarse: Groups) -> float:
    clearness = _modularity(likeness, coarse)
    return float(np.clip(_COARSE + _STEEPNESS * (_CLEAR - clearness), *_CUTS))


def _modularity(likeness: sparse.csr_matrix, groups: Groups) -> float:
    """Give the share of likeness inside groups beyond chance (Newman and Girvan, 2004)."""
    degrees = np.asarray(likeness.sum(axis=1), np.float64).ravel()
    total = degrees.sum()
    if not total:
        return 0.0
    pairs = likeness.tocoo()
    inside = pairs.data[groups[pairs.row] == groups[pairs.col]].sum(dtype=np.float64)
    return float(inside / total - np.square(np.bincount(groups, degrees) / total).sum())


def _settled(
    likeness: sparse.csr_matrix, earlier: Sequence[str], pinned: Sequence[str], cut: float
) -> list[str]:
    """Let go of tickets that are no longer like the rest of their issue."""
    start = _starting(earlier)
    sizes = np.bincount(start, minlength=len(start))
    pairs = likeness.tocoo()
    same = start[pairs.row] == start[pairs.col]
    inside = np.bincount(pairs.row[same], pairs.data[same], len(start))
    others = np.maximum(sizes[start] - 1, 1)
    mean = inside / np.minimum(others, 20)
    return [
        issue if issue and (pinned[place] or mean[place] >= _RELEASED_BELOW * cut) else ""
        for place, issue in enumerate(earlier)
    ]


def _without_chance(likeness: sparse.csr_matrix, groups: Groups, kept: Sequence[str]) -> Groups:
    """Part the small groups that are no more alike than one-offs are by chance; known issues stay."""
    sizes = np.bincount(groups, minlength=len(groups))
    known = np.zeros(len(groups), np.bool_)
    known[groups[[place for place, issue in enumerate(kept) if issue]]] = True
    pairs = likeness.tocoo()
    inside = groups[pairs.row] == groups[pairs.col]
    sums = np.bincount(groups[pairs.row[inside]], pairs.data[inside], len(groups))
    loose = (sizes < _SMALL) & (sums < _CLOSE * sizes * (sizes - 1)) & ~known
    return np.where(loose[groups], np.arange(len(groups)), groups)


def _starting(issues: Sequence[str]) -> Groups:
    """Number the groups to start from: one an issue, one a ticket without."""
    first: dict[str, int] = {}
    numbers = np.empty(len(issues), np.int64)
    following = 0
    for place, issue in enumerate(issues):
        if issue and issue in first:
            numbers[place] = first[issue]
            continue
        numbers[place] = following
        if issue:
            first[issue] = following
        following += 1
    return numbers
