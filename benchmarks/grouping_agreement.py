"""How well groups agree with labels, ours beside other methods on the same vectors, and how still they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from benchmarks.optional import is_there, version_of
from benchmarks.tables import Cell, Column, Table, machine, tell
from kb.embedder.port import Embedder, FloatVectors
from reports.identity import Identities
from training.dataset import Dataset, Message
from training.issues import group_messages

COLUMNS = (
    Column("method"),
    Column("NMI"),
    Column("ARI"),
    Column("BCubed F1"),
    Column("groups", 0),
    Column("alone", 0),
    Column("labels found"),
    Column("seconds", 1),
)
SHARE_FOUND = 0.6  # of a label's tickets in one group, and of that group
_DRAWS = 5
_ADDED = 0.01

Groups = NDArray[np.int64]
Runs = Iterator[tuple[str, Callable[[], Groups]]]


def agreement_table(dataset: Dataset, embedder: Embedder, *, peers: bool, seed: int) -> Table:
    """Measure all methods; of peers with a setting, the one with the best BCubed F1, which favours them."""
    labels = [message.label or f"alone {place}" for place, message in enumerate(dataset.messages)]
    vectors = embedder.encode(dataset.texts)
    tell(f"Pointsman on {len(labels)} tickets ...")
    rows = [
        _measured("each alone", lambda: np.arange(len(labels)), labels),
        _measured("Pointsman, its only setting", lambda: _own(dataset.messages, embedder), labels),
    ]
    for peer in (_kmeans, _hdbscan, _agglomerative, _bertopic) if peers else ():
        found = []
        for name, run in peer(dataset.texts, vectors, labels, seed):
            tell(f"{name} ...")
            found.append(_measured(name, run, labels))
        rows += [max(found, key=lambda row: float(row[3] or 0))] if found else []
    named = sum(size > 1 for size in Counter(labels).values())
    notes = (
        f"{len(labels)} tickets, {named} labels of several; a ticket without a label, or left out by a method, is a",
        f"group of one. Of a peer's settings the one with the best BCubed F1. found: {SHARE_FOUND:.0%} of a label's",
        f"tickets lie in one group and are {SHARE_FOUND:.0%} of it. Vectors are there beforehand. {machine()}",
    )
    return Table(f"Agreement of groups with the labels of {dataset.source}", COLUMNS, tuple(rows), notes)


def stability_table(dataset: Dataset, embedder: Embedder, *, seed: int) -> Table:
    """What shuffling changes, and what one ticket more in a hundred changes for the others."""
    random = np.random.default_rng(seed)
    messages = list(dataset.messages)
    embedder.encode(dataset.texts)
    tell("Grouping shuffled tickets, and with some added ...")
    before, _ = _grouped(messages, embedder)
    shuffled, added = [], []
    for _ in range(_DRAWS):
        order = random.permutation(len(messages)).tolist()
        shuffled.append(_changed(before, _grouped([messages[place] for place in order], embedder)[0]))
        kept = [messages[place] for place in sorted(order[max(1, round(_ADDED * len(messages))) :])]
        old, known = _grouped(kept, embedder)
        added.append(_changed(old, _grouped(messages, embedder, known)[0]))
    rows = tuple(
        (name, float(np.mean(found)), max(found), aim)
        for name, found, aim in (
            ("the same tickets in another order", shuffled, 0.0),
            (f"{_ADDED:.0%} more tickets, earlier issues known", added, 2.0),
        )
    )
    columns = (
        Column("what is done"),
        Column("changed, mean %", 2),
        Column("most %", 2),
        Column("aim: at most %", 0),
    )
    notes = (f"Share of the old tickets that are in another issue afterwards, of {_DRAWS} draws each.",)
    return Table(f"Stability on {dataset.source}", columns, rows, notes)


def bcubed_f1(labels: Sequence[str], groups: Groups) -> float:
    """BCubed F1 (Bagga and Baldwin, 1998), each ticket weighing the same."""
    both = Counter(zip(labels, groups.tolist(), strict=True))
    true, given = Counter(labels), Counter(groups.tolist())
    precision = sum(n * n / given[number] for (_, number), n in both.items()) / len(labels)
    recall = sum(n * n / true[label] for (label, _), n in both.items()) / len(labels)
    return 2 * precision * recall / (precision + recall)


def labels_found(labels: Sequence[str], groups: Groups) -> int:
    """How many labels of several tickets have most of them in one group that is mostly theirs."""
    true, given = Counter(labels), Counter(groups.tolist())
    both = Counter(zip(labels, groups.tolist(), strict=True))
    found = {
        label
        for (label, number), shared in both.items()
        if true[label] > 1 and shared >= SHARE_FOUND * true[label] and shared >= SHARE_FOUND * given[number]
    }
    return len(found)


def _grouped(
    messages: Sequence[Message], embedder: Embedder, known: Identities | None = None
) -> tuple[dict[str, str], Identities]:
    """The issue of each ticket, by the product's own way from messages to issues."""
    rows, found = group_messages(messages, embedder, known or Identities(), None)
    return {row.id: row.issue_id for row in rows}, found


def _changed(old: dict[str, str], new: dict[str, str]) -> float:
    """The share of old tickets that are in another issue now, in percent."""
    return 100 * sum(new[key] != issue for key, issue in old.items()) / len(old)


def _measured(name: str, run: Callable[[], Groups], labels: Sequence[str]) -> tuple[Cell, ...]:
    started = perf_counter()
    groups = _numbered(run())
    seconds = perf_counter() - started
    sizes = Counter(groups.tolist()).values()
    several = sum(size > 1 for size in Counter(labels).values())
    return (
        name,
        float(normalized_mutual_info_score(labels, groups)),
        float(adjusted_rand_score(labels, groups)),
        bcubed_f1(labels, groups),
        sum(size > 1 for size in sizes),
        sum(size == 1 for size in sizes),
        f"{labels_found(labels, groups)} of {several}",
        seconds,
    )


def _numbered(groups: Groups) -> Groups:
    """Give each outlier, marked -1, a number of its own."""
    return np.where(groups < 0, groups.max(initial=0) + 1 + np.arange(len(groups)), groups)


def _own(messages: Sequence[Message], embedder: Embedder) -> Groups:
    issues, _ = _grouped(messages, embedder)
    _, numbers = np.unique([issues[message.id] for message in messages], return_inverse=True)
    return np.asarray(numbers, np.int64)


def _kmeans(texts: Sequence[str], vectors: FloatVectors, labels: Sequence[str], seed: int) -> Runs:
    told = sum(size > 1 for size in Counter(labels).values())
    model = KMeans(told, n_init=10, random_state=seed)
    yield f"k-means, told {told}", lambda: np.asarray(model.fit_predict(vectors), np.int64)


def _hdbscan(texts: Sequence[str], vectors: FloatVectors, labels: Sequence[str], seed: int) -> Runs:
    for size in (3, 5, 10):
        model = HDBSCAN(min_cluster_size=size, copy=True)
        yield f"HDBSCAN, {size}", lambda model=model: model.fit_predict(vectors)  # type: ignore[misc]


def _agglomerative(texts: Sequence[str], vectors: FloatVectors, labels: Sequence[str], seed: int) -> Runs:
    for cut in np.arange(0.3, 0.8, 0.05):
        model = AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=cut)
        yield f"average link, {cut:.2f}", lambda model=model: model.fit_predict(vectors)  # type: ignore[misc]


def _bertopic(texts: Sequence[str], vectors: FloatVectors, labels: Sequence[str], seed: int) -> Runs:
    if not is_there("BERTopic", ("bertopic",)):
        return
    for size in (5, 10):
        name = f"BERTopic {version_of('bertopic')}, {size}"
        yield name, lambda size=size: bertopic_groups(texts, vectors, size)  # type: ignore[misc]


def bertopic_groups(texts: Sequence[str], vectors: FloatVectors, least: int) -> Groups:
    """Group with BERTopic as it comes; ``least`` is its ``min_topic_size``."""
    from bertopic import BERTopic

    model = BERTopic(min_topic_size=least)
    return np.array(model.fit_transform(list(texts), vectors)[0], np.int64)
