"""Opens a trained model, whichever task it is of, and predicts rows of an export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from kb.embedder.port import Embedder
from models.card import Card
from models.registry import Loaded, Registry
from training.dataset import Dataset
from training.errors import DatasetInvalid
from training.labels.graded import parted
from triage.features.graded import GradedModel
from triage.features.topic import TopicModel
from triage.thresholds import DEFAULT, probability_at

_BATCH = 256


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Predictions of rows: labels by place, (rows,); ``shares`` (rows, labels); ``none`` that no label fits."""

    labels: tuple[str, ...]
    chosen: NDArray[np.int64]
    probability: NDArray[np.float64]
    shares: NDArray[np.float64]
    none: NDArray[np.float64]

    def runners_up(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give the next best label of each row, and its probability."""
        rest = self.shares.copy()
        rest[np.arange(len(rest)), self.chosen] = -1.0
        place = rest.argmax(axis=1)
        own = self.shares[np.arange(len(rest)), self.chosen]
        # The probability of a topic holds that some topic fits; that of none of these is what it is.
        some = np.where(self.probability == self.none, 0.0, self.none)
        left = np.maximum(1 - self.probability - some, 0.0)
        share = np.maximum(rest[np.arange(len(rest)), place], 0.0) / np.maximum(1 - own, 1e-9)
        return place, left * np.minimum(share, 1.0)


def open_model(path: Path) -> Loaded:
    """Open a version's folder, a task's folder, or a folder that holds one task.

    Raises:
        ModelError: there is none, or it is refused.
    """
    if path.is_dir() and not (path / "card.json").is_file():
        tasks = [
            folder for folder in sorted(path.iterdir()) if folder.is_dir() and (folder / "current").is_file()
        ]
        if not (path / "current").is_file() and len(tasks) == 1:
            path = tasks[0]
    return Registry([path.parent]).load(path)


def predict(loaded: Loaded, dataset: Dataset, embedder: Embedder) -> Predictions:
    """Predict all rows, with progress.

    Raises:
        DatasetInvalid: the model is of a task that does not label messages.
    """
    model = loaded.model
    if isinstance(model, TopicModel):
        return _with_none(_topics(model, dataset, embedder), loaded.card)
    if isinstance(model, GradedModel):
        return _grades(model, dataset, embedder)
    raise DatasetInvalid(loaded.folder, [f"a model of task {loaded.card.task!r} does not label messages"])


def accepted(card: Card, probability: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which predictions may be set at the card's default stated error."""
    stated: Any = card.thresholds.get("stated") or {}
    default = float(str(card.thresholds.get("default", DEFAULT)))
    return np.asarray(probability >= probability_at(stated, default))


def _topics(model: TopicModel, dataset: Dataset, embedder: Embedder) -> Predictions:
    shares, sure, none = [], [], []
    for texts in _batches(dataset.texts):
        scored = model.predict(texts, embedder.encode(texts))
        shares.append(scored.shares)
        sure.append(scored.confidence)
        none.append(scored.none_of_these)
    together = np.vstack(shares)
    return Predictions(
        model.labels, together.argmax(axis=1), np.concatenate(sure), together, np.concatenate(none)
    )


def _with_none(found: Predictions, card: Card) -> Predictions:
    """Where the team has a label for what belongs to no topic, give it to rows that more likely than not do."""
    names: Any = card.params.get("none_labels") or []
    if not names:
        return found
    outside = found.none > 0.5
    shares = np.column_stack([found.shares * (1 - found.none)[:, None], found.none])
    return Predictions(
        (*found.labels, str(names[0])),
        np.where(outside, len(found.labels), found.chosen),
        np.where(outside, found.none, found.probability),
        shares,
        found.none,
    )


def _grades(model: GradedModel, dataset: Dataset, embedder: Embedder) -> Predictions:
    parts = [model.shares(parted(texts, embedder)) for texts in _batches(dataset.texts)]
    shares = np.vstack(parts)
    chosen = model.choose(shares)
    return Predictions(
        model.labels, chosen, shares[np.arange(len(shares)), chosen], shares, np.zeros(len(shares))
    )


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    with tqdm(total=len(texts), desc="Predicting", unit=" rows", delay=2) as bar:
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            yield batch
            bar.update(len(batch))
