"""The models that serve: the trained ones, or on the first day what the team wrote about its topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from kb.embedder.port import Embedder
from triage.descriptions import describe, described_model
from triage.features.graded import GradedModel
from triage.features.topic import TopicModel
from triage.predictor import Predictor
from triage.recalling import RecallingEmbedder, recalling_grades, recalling_topic
from triage.types import Topic

FROM_DESCRIPTIONS = "descriptions"

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class TrainedModels:
    """What was loaded: a task without a model is None. ``versions`` and ``thresholds`` (of the cards) are by task.

    ``topic_embedder`` is the one the topic model learnt with, where that is another than the tickets' own.
    """

    topic: TopicModel | None = None
    urgency: GradedModel | None = None
    churn: GradedModel | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, Facts] = field(default_factory=dict)
    topic_embedder: Embedder | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """A predictor, the version that speaks for each task, and the thresholds that its card states."""

    predictor: Predictor
    versions: Mapping[str, str]
    thresholds: Mapping[str, Facts]


def no_news() -> TrainedModels | None:
    """Know of no models that were promoted meanwhile."""
    return None


class ServedModels:
    """Trained models over one embedder, which had better be a recalling one.

    Before a topic model is trained, topics are told by their descriptions.

    ``news`` gives models that were promoted since it was last asked, if any were: they serve from then on.
    """

    def __init__(
        self,
        embedder: Embedder,
        trained: TrainedModels,
        news: Callable[[], TrainedModels | None] = no_news,
    ) -> None:
        self.embedder = embedder
        self.trained = _recalling(trained)
        self._news = news
        self._described: tuple[tuple[Topic, ...], Served] | None = None

    def current(self, topics: Sequence[Topic]) -> Served:
        """Give what serves for the topics as they are; described ones are embedded once."""
        promoted = self._news()
        if promoted is not None:
            self.trained, self._described = _recalling(promoted), None
        known = tuple(topics) if self.trained.topic is None else ()
        described = self._described
        if described is None or described[0] != known:
            described = self._described = known, self._served(known)
        return described[1]

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
            self.embedder, topic, trained.urgency, trained.churn, topic_embedder=trained.topic_embedder
        )
        return Served(predictor, versions, trained.thresholds)


def _recalling(trained: TrainedModels) -> TrainedModels:
    return replace(
        trained,
        topic=recalling_topic(trained.topic) if trained.topic else None,
        urgency=recalling_grades(trained.urgency) if trained.urgency else None,
        churn=recalling_grades(trained.churn) if trained.churn else None,
        topic_embedder=RecallingEmbedder(trained.topic_embedder) if trained.topic_embedder else None,
    )
