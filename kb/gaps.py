"""Groups the questions that found no answer by meaning: what the knowledge base lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kb.store.values import UnansweredQuestion
from kb.types import Gap

_NEAR = 0.6  # mean cosine from which two groups of questions are one
_SHOWN = 20
_COMPARED = 2_000  # questions that are compared with one another, the latest; memory goes with the square
_BLOCK = 1_000  # of the older ones, compared with the groups at a time
_NOT_HELPFUL = "not_helpful"  # an answer was given, and somebody said that it did not help


def group_gaps(questions: Sequence[UnansweredQuestion], limit: int) -> list[Gap]:
    """Group by average-link clustering of the questions' vectors; the largest and latest groups first.

    They come oldest first. Of more than 2,000 the latest are clustered, and each older one joins the group to which
    its mean cosine is highest, or stands alone. The title is the question nearest to the middle of its group.
    """
    with_vectors = [one for one in questions if len(_vector(one))]
    groups = _clusters(with_vectors) + [[one] for one in questions if not len(_vector(one))]
    gaps = [_gap(group) for group in groups]
    return sorted(gaps, key=lambda gap: (-gap.count, -gap.last_asked_at.timestamp(), gap.title))[:limit]


def _clusters(questions: Sequence[UnansweredQuestion]) -> list[list[UnansweredQuestion]]:
    """Cluster questions of one vector size at a time: a change of embedder changes the size."""
    groups: list[list[UnansweredQuestion]] = []
    for size in sorted({len(_vector(one)) for one in questions}):
        alike = [one for one in questions if len(_vector(one)) == size]
        by_label: dict[int, list[UnansweredQuestion]] = {}
        for one, label in zip(alike, _labels(np.stack([_vector(one) for one in alike])), strict=True):
            by_label.setdefault(label, []).append(one)
        groups += by_label.values()
    return groups


def _labels(vectors: NDArray[np.float32]) -> list[int]:
    """Label each question with its group; they stand oldest first."""
    older, latest = vectors[:-_COMPARED], vectors[-_COMPARED:]
    if len(latest) < 2:
        return [0] * len(latest)
    from sklearn.cluster import AgglomerativeClustering

    clustering = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - _NEAR
    )
    labels = clustering.fit_predict(latest)
    return [*_joined(older, latest, labels), *labels.tolist()]


def _joined(older: NDArray[np.float32], latest: NDArray[np.float32], labels: NDArray[np.int64]) -> list[int]:
    """Label older questions by the groups of the latest; what is near to none gets a label of its own."""
    means = np.stack([latest[labels == label].mean(axis=0) for label in range(labels.max() + 1)])
    found: list[int] = []
    for start in range(0, len(older), _BLOCK):
        nearness = older[start : start + _BLOCK] @ means.T
        for row, best in enumerate(nearness.argmax(axis=1).tolist()):
            near = nearness[row, best] >= _NEAR
            found.append(best if near else len(means) + start + row)
    return found


def _gap(group: Sequence[UnansweredQuestion]) -> Gap:
    middle = _middle(group)
    nearest = max(group, key=lambda one: one.nearest_probability)
    texts = dict.fromkeys([middle.question, *(one.question for one in group)])
    reasons = Counter(one.reason or _NOT_HELPFUL for one in group)
    return Gap(
        title=middle.question,
        count=len(group),
        questions=tuple(texts)[:_SHOWN],
        last_asked_at=max(one.asked_at for one in group),
        reasons=tuple(sorted(reasons, key=lambda reason: (-reasons[reason], reason))),
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
