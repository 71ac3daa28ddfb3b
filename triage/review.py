"""The order of the review queue: first what a person's label would teach most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ReviewMix:
    """How much each reason counts, and how many places of the queue are kept apart from one another."""

    uncertainty: float = 0.5
    density: float = 0.25
    novelty: float = 0.25
    spread: int = 100


@dataclass(frozen=True, slots=True)
class ReviewPlace:
    """A ticket in the queue, and why there; all between 0 and 1, more teaching more.

    ``diversity`` is the cosine distance to the nearest ticket further up (1 at the top).
    """

    ticket_id: str
    uncertainty: float
    density: float
    novelty: float
    diversity: float


def review_order(
    ticket_ids: Sequence[str],
    vectors: Vectors,
    margins: Floats,
    nearness: Floats,
    *,
    mix: ReviewMix = ReviewMix(),
) -> tuple[ReviewPlace, ...]:
    """Order tickets by what a label would teach; the order in which they are given does not matter.

    A ticket teaches much when its labels are close (margin sampling) and it stands for many (information density:
    the mean cosine to the others; Settles 2009, "Active Learning Literature Survey", 3.1 and 3.6), and when
    nothing like it is known. Density and novelty count by their rank in the batch, since cosines lie close
    together. Greedily, what is chosen next is weighed by its distance to all chosen before (k-center greedy;
    Sener and Savarese 2018, "Active Learning for Convolutional Neural Networks: A Core-Set Approach"), so that
    the top does not consist of copies. After ``mix.spread`` places the rest keeps its weighed order.

    Args:
        ticket_ids: n of them, each once.
        vectors: (n, dim), of any length.
        margins: (n,), probability of the best label less that of the second.
        nearness: (n,), the cosine to the nearest labelled ticket; any scale will do, larger being nearer.
        mix: the weights.

    Raises:
        ValueError: the sizes do not agree, or a number is not finite.
    """
    _check(len(ticket_ids), vectors, margins, nearness)
    if not len(ticket_ids):
        return ()
    by_id = np.array(sorted(range(len(ticket_ids)), key=ticket_ids.__getitem__))
    unit = _unit(vectors[by_id])
    uncertainty = 1 - np.clip(np.asarray(margins, np.float64)[by_id], 0, 1)
    density = _ranked(_mean_cosine(unit))
    novelty = _ranked(-np.asarray(nearness, np.float64)[by_id])
    worth = mix.uncertainty * uncertainty + mix.density * density + mix.novelty * novelty
    order, diversity = _spread(unit, worth, mix.spread)
    return tuple(
        ReviewPlace(
            ticket_ids[by_id[at]],
            float(uncertainty[at]),
            float(density[at]),
            float(novelty[at]),
            float(diversity[at]),
        )
        for at in order
    )


def _check(count: int, vectors: Vectors, margins: Floats, nearness: Floats) -> None:
    shapes = {"vectors": vectors.shape[:1], "margins": np.shape(margins), "nearness": np.shape(nearness)}
    wrong = [f"{name} {shape}" for name, shape in shapes.items() if shape != (count,)]
    if wrong or vectors.ndim != 2:
        raise ValueError(
            f"there are {count} tickets, and other numbers of {', '.join(wrong) or 'dimensions'}"
        )
    if not all(np.isfinite(numbers).all() for numbers in (vectors, margins, nearness)):
        raise ValueError("vectors, margins and nearness have to be finite; leave out tickets without them")


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return unit


def _mean_cosine(unit: Vectors) -> Floats:
    others = max(len(unit) - 1, 1)
    cosines: Floats = (unit @ unit.sum(axis=0) - (unit * unit).sum(axis=1)).astype(np.float64) / others
    return cosines


def _ranked(values: Floats) -> Floats:
    """Give each value's rank between 0 and 1; like values share the middle of theirs."""
    # Beyond six digits a difference is the rounding of single precision.
    _, group, sizes = np.unique(np.round(values, 6), return_inverse=True, return_counts=True)
    middles = np.cumsum(sizes) - (sizes + 1) / 2
    ranks: Floats = middles[group] / max(len(values) - 1, 1)
    return ranks


def _spread(unit: Vectors, worth: Floats, places: int) -> tuple[list[int], Floats]:
    """Choose greedily by worth times distance, then let the rest follow by the same measure."""
    diversity = np.ones(len(unit))
    waiting = np.ones(len(unit), bool)
    chosen: list[int] = []
    for _ in range(min(places, len(unit))):
        best = int(np.argmax(np.where(waiting, np.round(worth * diversity, 6), -1.0)))
        chosen.append(best)
        waiting[best] = False
        distance = np.clip(1 - (unit @ unit[best]).astype(np.float64), 0, 1)
        diversity = np.where(waiting, np.minimum(diversity, distance), diversity)
    rest = np.flatnonzero(waiting)
    weighed = np.round(worth[rest] * diversity[rest], 6)
    return chosen + rest[np.lexsort((rest, -worth[rest], -weighed))].tolist(), diversity
