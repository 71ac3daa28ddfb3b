"""Predicts topic, urgency and churn intent of messages, with what may be set and what needs a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.embedder.port import Embedder
from triage.features.graded import GradedModel, Parted
from triage.features.heads import Floats, Vectors
from triage.features.sentences import sentences
from triage.features.topic import TopicModel
from triage.types import URGENCIES, Choice, CleanText, Prediction

ALTERNATIVES = 3
_SURE = 0.7  # below it, a request torn from its message looks urgent too often
UNKNOWN = Prediction("", 0.0)
Accepts = Callable[[str, str, float], bool]  # task, label, probability: may it be set without a person?


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """What the models say of a message. ``topics`` are those of its separate requests, the message's own first.

    ``requests`` are the labels of each of its statements, where it has several: (topic, urgency).
    ``vector`` (dimension,) is the message's; ``churn_quote`` is its sentence that speaks most for leaving, if any does.
    """

    topic: Prediction
    urgency: Prediction
    churn: Prediction
    topics: tuple[Choice, ...]
    vector: NDArray[np.float32]
    churn_quote: str = ""
    requests: tuple[tuple[Choice, Choice], ...] = ()


def nothing_accepted(task: str, label: str, probability: float) -> bool:
    """Leave every decision to a person."""
    return False


class Predictor:
    """Models over one embedder; topics may have one of their own. A task without a model predicts nothing."""

    def __init__(
        self,
        embedder: Embedder,
        topic: TopicModel | None = None,
        urgency: GradedModel | None = None,
        churn: GradedModel | None = None,
        accepts: Accepts = nothing_accepted,
        *,
        topic_embedder: Embedder | None = None,
    ) -> None:
        self.embedder = embedder
        self.topic_embedder = topic_embedder or embedder
        self.topic = topic
        self.urgency = urgency
        self.churn = churn
        self._accepts = accepts

    def predict(self, given: Sequence[CleanText]) -> list[Predicted]:
        """Predict for messages; each distinct text is embedded once."""
        if not given:
            return []
        texts = [one.text for one in given]
        vectors = _Remembering(self.embedder, given)
        parted = vectors.parted(texts)
        topics = self._topics(texts, vectors)
        requests = self._requests(given, vectors)
        urgency = self._grades("urgency", self.urgency, parted)
        churn = self._grades("churn_intent", self.churn, parted)
        quotes = self._quotes(parted, churn)
        return [
            Predicted(topic, _raised(urgent, own), leaving, _distinct(topic, own), vector, quote, own)
            for topic, own, urgent, leaving, vector, quote in zip(
                topics, requests, urgency, churn, parted.vectors, quotes, strict=True
            )
        ]

    def _topics(self, texts: Sequence[str], vectors: _Remembering) -> list[Prediction]:
        if self.topic is None:
            return [UNKNOWN] * len(texts)
        scored = self.topic.predict(texts, self._topic_vectors(texts, vectors))
        return [
            self._prediction("topic", self.topic.labels, row, int(row.argmax()), float(sure), float(none))
            for row, sure, none in zip(scored.shares, scored.confidence, scored.none_of_these, strict=True)
        ]

    def _requests(
        self, given: Sequence[CleanText], vectors: _Remembering
    ) -> list[tuple[tuple[Choice, Choice], ...]]:
        """Give the labels of the separate requests in each message that has several, each read by itself."""
        texts = [_statements(one) for one in given]
        flat = [text for own in texts for text in own]
        if not flat:
            return [()] * len(given)
        topics = self._topics(flat, vectors)
        urgency = self._grades("urgency", self.urgency, vectors.parted(flat))
        made = iter(
            (Choice(topic.label, topic.probability), Choice(urgent.label, urgent.probability))
            for topic, urgent in zip(topics, urgency, strict=True)
        )
        return [tuple(next(made) for _ in own) for own in texts]

    def _topic_vectors(self, texts: Sequence[str], vectors: _Remembering) -> Vectors:
        if self.topic_embedder is self.embedder:
            return vectors.of(texts)
        return self.topic_embedder.encode(texts)

    def _grades(self, task: str, model: GradedModel | None, parted: Parted) -> list[Prediction]:
        if model is None:
            return [UNKNOWN] * len(parted.texts)
        shares = model.shares(parted)
        return [
            self._prediction(task, model.labels, row, int(chosen), float(row[chosen]))
            for row, chosen in zip(shares, model.choose(shares), strict=True)
        ]

    def _quotes(self, parted: Parted, churn: Sequence[Prediction]) -> list[str]:
        """Give the sentence that speaks most for leaving, of messages that speak for it."""
        quotes = [""] * len(churn)
        if self.churn is None or all(one.label == self.churn.labels[0] for one in churn):
            return quotes
        strength = self.churn.sentence_strength(parted)
        for place, prediction in enumerate(churn):
            own = np.flatnonzero(parted.owner == place)
            if prediction.label != self.churn.labels[0] and len(own):
                quotes[place] = parted.sentences[int(own[strength[own].argmax()])]
        return quotes

    def _prediction(
        self,
        task: str,
        labels: Sequence[str],
        shares: Floats,
        chosen: int,
        probability: float,
        none: float = 0.0,
    ) -> Prediction:
        order = [int(place) for place in np.argsort(-shares, kind="stable") if place != chosen]
        rest = 1 - shares[chosen] or 1.0
        others = tuple(
            Choice(
                labels[place],
                round(float(max(1 - probability - none, 0.0) * shares[place] / rest), 4),
            )
            for place in order[:ALTERNATIVES]
        )
        accepted = self._accepts(task, labels[chosen], probability)
        return Prediction(labels[chosen], round(probability, 4), accepted, others, round(none, 4))


def texts_read(one: CleanText) -> list[str]:
    """List what is embedded of a message: the whole and its requests where there are several, and their sentences."""
    return [text for each in (one.text, *_statements(one)) for text in (each, *_pieces(each))]


def _pieces(text: str) -> list[str]:
    return [text[span.start : span.end].strip() for span in sentences(text)] or [text]


class _Remembering:
    """Vectors of messages, their statements and their sentences, each distinct text embedded once."""

    def __init__(self, embedder: Embedder, given: Sequence[CleanText]) -> None:
        needed = [text for one in given for text in texts_read(one)]
        distinct = sorted(set(needed), key=len)  # like lengths together: less padding
        matrix = embedder.encode(distinct)
        self._places = {text: place for place, text in enumerate(distinct)}
        self._matrix = matrix

    def parted(self, texts: Sequence[str]) -> Parted:
        """Give texts with their sentences."""
        pieces = [_pieces(text) for text in texts]
        flat = [piece for some in pieces for piece in some]
        owner = np.repeat(np.arange(len(texts)), [len(some) for some in pieces])
        return Parted(list(texts), self.of(texts), flat, self.of(flat), owner)

    def of(self, texts: Sequence[str]) -> Vectors:
        """Give the vectors of texts: (texts, dimension)."""
        return np.asarray(self._matrix[[self._places[text] for text in texts]])


def _statements(one: CleanText) -> list[str]:
    """The separate requests where there are several."""
    if len(one.statements) < 2:
        return []
    return [one.text[span.start : span.end] for span in one.statements]


def _raised(own: Prediction, requests: Sequence[tuple[Choice, Choice]]) -> Prediction:
    """Give the message the most urgent label that is sure of one of its requests, where that is above its own."""
    sure = [one for _, one in requests if one.label and one.probability >= _SURE]
    most = max(sure, key=lambda one: URGENCIES.index(one.label), default=None)
    if most is None or URGENCIES.index(most.label) <= URGENCIES.index(own.label):
        return own
    others = (Choice(own.label, min(own.probability, round(1 - most.probability, 4))),)
    return Prediction(most.label, most.probability, own.accepted, others)


def _distinct(own: Prediction, requests: Sequence[tuple[Choice, Choice]]) -> tuple[Choice, ...]:
    """List the message's topic first, then further topics of its requests, each once with its best probability."""
    if not own.label:
        return ()
    best: dict[str, float] = {}
    for choice, _ in requests:
        best[choice.label] = max(best.get(choice.label, 0.0), choice.probability)
    best.pop(own.label, None)
    further = sorted(best.items(), key=lambda one: (-one[1], one[0]))
    return (
        Choice(own.label, own.probability),
        *(Choice(label, probability) for label, probability in further),
    )
