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
from triage.types import Choice, CleanText, Prediction

ALTERNATIVES = 3
UNKNOWN = Prediction("", 0.0)
Accepts = Callable[[str, str, float], bool]  # task, label, probability: may it be set without a person?


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """What the models say of a message. ``topics`` are those of its separate requests, the message's own first.

    ``vector`` (dimension,) is the message's; ``churn_quote`` is its sentence that speaks most for leaving, if any does.
    """

    topic: Prediction
    urgency: Prediction
    churn: Prediction
    topics: tuple[Choice, ...]
    vector: NDArray[np.float32]
    churn_quote: str = ""


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
        vectors = _Remembering(self.embedder, texts, given)
        parted = vectors.parted
        topics = self._topics(texts, vectors)
        of_statements = self._statement_topics(given, vectors)
        urgency = self._grades("urgency", self.urgency, parted)
        churn = self._grades("churn_intent", self.churn, parted)
        quotes = self._quotes(parted, churn)
        return [
            Predicted(topic, urgent, leaving, _distinct(topic, others), vector, quote)
            for topic, others, urgent, leaving, vector, quote in zip(
                topics, of_statements, urgency, churn, parted.vectors, quotes, strict=True
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

    def _statement_topics(self, given: Sequence[CleanText], vectors: _Remembering) -> list[list[Choice]]:
        """Give the topics of the separate requests in each message that has several."""
        several = [
            (place, text)
            for place, one in enumerate(given)
            if len(one.statements) > 1
            for text in _statements(one)
        ]
        found: list[list[Choice]] = [[] for _ in given]
        if self.topic is None or not several:
            return found
        texts = [text for _, text in several]
        scored = self.topic.predict(texts, self._topic_vectors(texts, vectors))
        for (place, _), row, sure in zip(several, scored.shares, scored.confidence, strict=True):
            found[place].append(Choice(self.topic.labels[int(row.argmax())], round(float(sure), 4)))
        return found

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
        if self.churn is None:
            return [""] * len(churn)
        strength = self.churn.sentence_strength(parted)
        quotes = []
        for place, prediction in enumerate(churn):
            own = np.flatnonzero(parted.owner == place)
            speaks = prediction.label != self.churn.labels[0] and len(own)
            quotes.append(parted.sentences[int(own[strength[own].argmax()])] if speaks else "")
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
    """List what is embedded of a message: the whole, its sentences, and its requests where there are several."""
    return [one.text, *_pieces(one.text), *(_statements(one) if len(one.statements) > 1 else ())]


def _pieces(text: str) -> list[str]:
    return [text[span.start : span.end].strip() for span in sentences(text)] or [text]


class _Remembering:
    """Vectors of messages, their statements and their sentences, each distinct text embedded once."""

    def __init__(self, embedder: Embedder, texts: Sequence[str], given: Sequence[CleanText]) -> None:
        pieces = [_pieces(text) for text in texts]
        flat = [piece for some in pieces for piece in some]
        needed = [text for one in given for text in texts_read(one)]
        distinct = sorted(set(needed), key=len)  # like lengths together: less padding
        matrix = embedder.encode(distinct)
        self._places = {text: place for place, text in enumerate(distinct)}
        self._matrix = matrix
        owner = np.repeat(np.arange(len(texts)), [len(some) for some in pieces])
        self.parted = Parted(list(texts), self.of(texts), flat, self.of(flat), owner)

    def of(self, texts: Sequence[str]) -> Vectors:
        """Give the vectors of texts: (texts, dimension)."""
        return np.asarray(self._matrix[[self._places[text] for text in texts]])


def _statements(one: CleanText) -> list[str]:
    return [one.text[span.start : span.end] for span in one.statements]


def _distinct(own: Prediction, others: Sequence[Choice]) -> tuple[Choice, ...]:
    """List the message's topic first, then further topics of its requests, each once with its best probability."""
    if not own.label:
        return ()
    best: dict[str, float] = {}
    for choice in others:
        best[choice.label] = max(best.get(choice.label, 0.0), choice.probability)
    best.pop(own.label, None)
    further = sorted(best.items(), key=lambda one: (-one[1], one[0]))
    return (
        Choice(own.label, own.probability),
        *(Choice(label, probability) for label, probability in further),
    )
