"""The models that serve: the trained ones, or on the first day what the team wrote about its topics."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kb.embedder.port import Embedder, FloatVectors
from triage.descriptions import describe, described_model
from triage.features.graded import GradedModel
from triage.features.topic import TopicModel
from triage.predictor import Predictor
from triage.types import Topic

REMEMBERED = 4096  # texts: a message's sentences are embedded for its labels and read again for its evidence
FROM_DESCRIPTIONS = "descriptions"

Facts = Mapping[str, Any]


class RecallingEmbedder:
    """An ``Embedder`` that still knows the vectors of the latest texts; threads may share it."""

    def __init__(self, embedder: Embedder, size: int = REMEMBERED) -> None:
        self._embedder = embedder
        self._size = size
        self._known: OrderedDict[str, FloatVectors] = OrderedDict()
        self._lock = threading.Lock()
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens

    def encode(self, texts: Sequence[str]) -> FloatVectors:
        """Embed texts: (len(texts), dimension), unit rows."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        fresh = dict(zip(missing, self._embedder.encode(missing), strict=True)) if missing else {}
        with self._lock:
            self._known.update(fresh)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        found |= fresh
        return np.stack([found[text] for text in texts])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count tokens as the embedder does."""
        return self._embedder.count_tokens(texts)


@dataclass(frozen=True, slots=True, eq=False)
class TrainedModels:
    """What was loaded: a task without a model is None. ``versions`` and ``thresholds`` (of the cards) are by task."""

    topic: TopicModel | None = None
    urgency: GradedModel | None = None
    churn: GradedModel | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, Facts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """A predictor, the version that speaks for each task, and the thresholds that its card states."""

    predictor: Predictor
    versions: Mapping[str, str]
    thresholds: Mapping[str, Facts]


class ServedModels:
    """Trained models over one embedder; before a topic model is trained, topics are told by their descriptions.

    ``topic_embedder`` is the one the topic model learnt with, where that is another.
    """

    def __init__(
        self, embedder: Embedder, trained: TrainedModels, topic_embedder: Embedder | None = None
    ) -> None:
        self.embedder: Embedder = RecallingEmbedder(embedder)
        self._topic_embedder = RecallingEmbedder(topic_embedder) if topic_embedder else None
        self.trained = trained
        self._described: tuple[tuple[Topic, ...], Served] | None = None

    def current(self, topics: Sequence[Topic]) -> Served:
        """Give what serves for the topics as they are; described ones are embedded once."""
        known = tuple(topics) if self.trained.topic is None else ()
        if self._described is None or self._described[0] != known:
            self._described = known, self._served(known)
        return self._described[1]

    def _served(self, topics: tuple[Topic, ...]) -> Served:
        trained = self.trained
        topic, versions = trained.topic, dict(trained.versions)
        if topic is None and topics:
            labels = [one.name for one in topics]
            described = describe(topics, labels, self.embedder)
            told = sorted(set(described.owner.tolist()))
            if told:
                places = {place: number for number, place in enumerate(told)}
                owner = np.array([places[place] for place in described.owner.tolist()], np.int64)
                kept = type(described)(described.vectors, owner)
                topic = described_model([labels[place] for place in told], kept)
                versions["topic"] = FROM_DESCRIPTIONS
        predictor = Predictor(
            self.embedder, topic, trained.urgency, trained.churn, topic_embedder=self._topic_embedder
        )
        return Served(predictor, versions, trained.thresholds)
