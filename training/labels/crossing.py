"""Scores messages by heads that had not seen them, each part of the messages in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.labels import pipelines
from training.labels.labelled import Labelled, Splits
from triage.descriptions import Described
from triage.features.confidence import Neighbourhood
from triage.features.heads import Floats, Head

Places = NDArray[np.int64]
Tell = Callable[[str], None]
# Shows what was seen, what is judged, and the descriptions in vectors learnt from what was seen alone.
Elsewhere = Callable[[Labelled, Labelled], tuple[Labelled, Labelled, Described]]
KNOWN_ROWS = 4000
SEED = 0

KINDS = {
    "prototypes": ("prototype",),
    "few": ("embedding", "prototype"),
    "few, described": ("embedding", "prototype", "description"),
    "many": ("linear",),
    "many and few": ("linear", "embedding"),
    "many, few, described": ("linear", "embedding", "prototype", "description"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A split: messages that were seen, and the judged ones with their places among all that are judged."""

    seen: Labelled
    judged: Labelled
    places: Places


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """What heads said of messages they had not seen.

    ``judged`` are the messages' places; ``scores`` (judged, labels) a head; ``near`` (judged, 2) as a neighbourhood
    describes them.
    """

    judged: Places
    scores: dict[str, Floats]
    near: Floats
    parts: Sequence[Part]


def cross(
    data: Labelled,
    described: Described,
    count: int,
    splits: Splits,
    tell: Tell,
    elsewhere: Elsewhere | None = None,
) -> Crossing:
    """Score the judged messages of all splits; the heads are named in the order in which they are tried."""
    whole = len(set(described.owner.tolist())) == count
    names = ["prototype", "embedding", "linear", *(["description"] if whole else [])]
    judged = np.sort(np.concatenate([held for _, held in splits]))
    scores = {name: np.zeros((len(judged), count)) for name in names}
    near = np.zeros((len(judged), 2))
    parts = []
    for number, (before, held) in enumerate(splits, start=1):
        seen, unseen, written = data.rows(before), data.rows(held), described
        if elsewhere is not None:
            seen, unseen, written = elsewhere(seen, unseen)
        tell(f"part {number} of {len(splits)}: {', '.join(names)}")
        places = np.searchsorted(judged, held)
        for name in names:
            raw = fit_head(name, seen, written, count).scores(unseen.texts, unseen.vectors)
            scores[name][places] = raw - raw.mean(axis=1, keepdims=True)
        chosen = scores["embedding"][places].argmax(axis=1)
        near[places] = neighbourhood_of(seen, count).describe(unseen.vectors, chosen)
        parts.append(Part(seen, unseen, places))
    return Crossing(judged, scores, near, parts)


def joined(scores: dict[str, Floats], kind: str) -> Floats:
    """Add the standardised scores of a kind's heads."""
    parts = [scores[name] / (scores[name].std() or 1.0) for name in KINDS[kind]]
    return np.asarray(sum(parts) / len(parts))


def fit_head(name: str, data: Labelled, described: Described, count: int) -> Head:
    """Fit one head by its name: prototype, embedding, linear or description."""
    if name == "linear":
        return pipelines.linear_head(data.texts, data.vectors, data.labels, count)
    if name == "description":
        return pipelines.description_head(described.vectors, described.owner.tolist())
    # What is written about a label counts as further examples of it.
    vectors = np.vstack([data.vectors, described.vectors])
    labels = np.concatenate([data.labels, described.owner])
    fit = pipelines.embedding_head if name == "embedding" else pipelines.prototype_head
    return fit(vectors, labels, count)


def neighbourhood_of(data: Labelled, count: int) -> Neighbourhood:
    """Give what labelled messages look like; of many a sample is kept."""
    sums = np.zeros((count, data.vectors.shape[1]), np.float32)
    np.add.at(sums, data.labels, data.vectors)
    means = sums / (np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9)
    return Neighbourhood(np.ascontiguousarray(data.vectors[known_rows(data)], np.float32), means)


def known_rows(data: Labelled) -> Places:
    """Give the places of the messages that a neighbourhood keeps."""
    return np.sort(np.random.default_rng(SEED).permutation(len(data.texts))[:KNOWN_ROWS])
