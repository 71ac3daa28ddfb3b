"""Groups the questions that found no answer by meaning: what the knowledge base lacks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kb.store.values import UnansweredQuestion
from kb.types import Gap

_NEAR = 0.6  # mean cosine from which two groups of questions are one
_SHOWN = 20


def group_gaps(questions: Sequence[UnansweredQuestion], limit: int) -> list[Gap]:
    """Group by average-link clustering of the questions' vectors; the largest and latest groups first.

    The title is the question nearest to the middle of its group.
    """
    with_vectors = [one for one in questions if one.vector is not None and len(one.vector)]
    groups = _clusters(with_vectors) + [
        [one] for one in questions if one.vector is None or not len(one.vector)
    ]
    gaps = [_gap(group) for group in groups]
    return sorted(gaps, key=lambda gap: (-gap.count, -gap.last_asked_at.timestamp(), gap.title))[:limit]


def _clusters(questions: Sequence[UnansweredQuestion]) -> list[list[UnansweredQuestion]]:
    """Cluster questions of one vector size at a time: a change of embedder changes the size."""
    sizes = sorted({len(_vector(one)) for one in questions})
    groups: list[list[UnansweredQuestion]] = []
    for size in sizes:
        alike = [one for one in questions if len(_vector(one)) == size]
        labels = _labels(np.stack([_vector(one) for one in alike]))
        groups += [
            [one for one, label in zip(alike, labels, strict=True) if label == wanted]
            for wanted in set(labels)
        ]
    return groups


def _labels(vectors: NDArray[np.float32]) -> list[int]:
    if len(vectors) < 2:
        return [0] * len(vectors)
    from sklearn.cluster import AgglomerativeClustering

    clustering = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - _NEAR
    )
    return [int(label) for label in clustering.fit_predict(vectors)]


def _gap(group: Sequence[UnansweredQuestion]) -> Gap:
    middle = _middle(group)
    nearest = max(group, key=lambda one: one.nearest_probability)
    texts = dict.fromkeys([middle.question, *(one.question for one in group)])
    return Gap(
        title=middle.question,
        count=len(group),
        questions=tuple(texts)[:_SHOWN],
        last_asked_at=max(one.asked_at for one in group),
        nearest_article_id=nearest.nearest_article_id,
        nearest_title=nearest.nearest_title,
        nearest_probability=nearest.nearest_probability,
    )


def _middle(group: Sequence[UnansweredQuestion]) -> UnansweredQuestion:
    if len(group) < 3:
        return group[0]
    vectors = np.stack([_vector(one) for one in group])
    return group[int((vectors @ vectors.mean(axis=0)).argmax())]


def _vector(one: UnansweredQuestion) -> NDArray[np.float32]:
    return one.vector if one.vector is not None else np.zeros(0, np.float32)
