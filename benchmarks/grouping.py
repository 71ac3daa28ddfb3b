"""Grouping beside HDBSCAN, agglomerative clustering and BERTopic on the same vectors of a labelled set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN, AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from reports.grouping import group_vectors

Groups = NDArray[np.int64]
FloatVectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Grouped:
    """How well a method's groups agree with the labels; one-offs count as groups of one."""

    method: str
    nmi: float
    ari: float
    bcubed: float
    groups: int
    seconds: float


def compare(texts: Sequence[str], vectors: FloatVectors, labels: Sequence[str]) -> list[Grouped]:
    """Measure all methods; of peers with a setting, the row with the best BCubed F1, which favours them.

    ``vectors`` are (texts, dimension), unit rows.
    """
    found = [_measured("pointsman", lambda: group_vectors(vectors), labels)]
    for peer in (_hdbscan, _agglomerative, _bertopic):
        rows = [_measured(name, run, labels) for name, run in peer(texts, vectors)]
        if rows:
            found.append(max(rows, key=lambda row: row.bcubed))
    return found


def bcubed_f1(labels: Sequence[str], groups: Groups) -> float:
    """BCubed F1 (Bagga and Baldwin, 1998), each ticket weighing the same."""
    both = Counter(zip(labels, groups.tolist(), strict=True))
    true, given = Counter(labels), Counter(groups.tolist())
    precision = sum(n * n / given[number] for (_, number), n in both.items()) / len(labels)
    recall = sum(n * n / true[label] for (label, _), n in both.items()) / len(labels)
    return 2 * precision * recall / (precision + recall)


def _measured(name: str, run: Callable[[], Groups], labels: Sequence[str]) -> Grouped:
    start = perf_counter()
    groups = _alone(run())
    seconds = perf_counter() - start
    return Grouped(
        name,
        float(normalized_mutual_info_score(labels, groups)),
        float(adjusted_rand_score(labels, groups)),
        bcubed_f1(labels, groups),
        sum(size > 1 for size in Counter(groups.tolist()).values()),
        seconds,
    )


def _alone(groups: Groups) -> Groups:
    """Give each outlier, marked -1, a number of its own."""
    return np.where(groups < 0, groups.max(initial=0) + 1 + np.arange(len(groups)), groups)


Runs = Iterator[tuple[str, Callable[[], Groups]]]


def _hdbscan(texts: Sequence[str], vectors: FloatVectors) -> Runs:
    for size in (3, 5, 10):
        model = HDBSCAN(min_cluster_size=size, copy=True)
        yield f"HDBSCAN, {size}", lambda model=model: model.fit_predict(vectors)  # type: ignore[misc]


def _agglomerative(texts: Sequence[str], vectors: FloatVectors) -> Runs:
    for cut in np.arange(0.3, 0.8, 0.05):
        model = AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=cut)
        yield f"average link, {cut:.2f}", lambda model=model: model.fit_predict(vectors)  # type: ignore[misc]


def _bertopic(texts: Sequence[str], vectors: FloatVectors) -> Runs:
    try:
        from bertopic import BERTopic
    except ImportError:
        return
    for size in (5, 10):
        model = BERTopic(min_topic_size=size)

        def run(model: BERTopic = model) -> Groups:
            return np.array(model.fit_transform(list(texts), vectors)[0], np.int64)

        yield f"BERTopic, {size}", run
