"""Which words carried a decision: the label against the one that came next, in log-odds.

A linear head says exactly what each word feature adds, and so do the heads of graded models for the sentences that
counted; these weights add up to the words' part of the score. The part of the vectors has no words of its own: where
all heads read vectors alone, each sentence is weighed by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kb.types import Span
from triage.features.graded import GradedModel
from triage.features.heads import Floats, LinearHead, Vectors
from triage.features.sentences import sentences
from triage.features.topic import TopicModel
from triage.predictor import Predicted, Predictor
from triage.text import to_field
from triage.types import CleanText, Evidence, Prediction, Ticket
from triage.word_weights import word_weights

if TYPE_CHECKING:
    from scipy import sparse

MOST = 12  # spans of all tasks together
_OF_TASK = {"topic": 6, "urgency": 4, "churn_intent": 4}
SMALLEST = 0.02  # in log-odds

Weights = Mapping[Span, float]


@dataclass(frozen=True, slots=True)
class _Pair:
    """The places of the chosen label and of the one it was chosen before."""

    chosen: int
    other: int


def explain(
    predictor: Predictor, ticket: Ticket, clean: CleanText, predicted: Predicted
) -> tuple[Evidence, ...]:
    """Give the words that carried each decision, the weightiest first, with their place in the ticket as it came."""
    found: list[Evidence] = []
    for task, prediction, weights in _weighed(predictor, clean.text, predicted):
        best = sorted(weights.items(), key=lambda one: (-abs(one[1]), one[0].start))[: _OF_TASK[task]]
        for span, weight in best:
            if abs(weight) >= SMALLEST:
                place = to_field(clean, ticket.subject, span.start, span.end)
                if place.end > place.start:
                    found.append(
                        Evidence(
                            place.field, place.start, place.end, prediction.label, round(weight, 3), task
                        )
                    )
    return tuple(sorted(found, key=lambda one: -abs(one.weight))[:MOST])


def _weighed(
    predictor: Predictor, text: str, predicted: Predicted
) -> Iterable[tuple[str, Prediction, Weights]]:
    if not text.strip():
        return
    if predictor.topic is not None and predicted.topic.alternatives:
        yield "topic", predicted.topic, topic_weights(predictor, predictor.topic, text, predicted.topic)
    for task, model, prediction in (
        ("urgency", predictor.urgency, predicted.urgency),
        ("churn_intent", predictor.churn, predicted.churn),
    ):
        # That a message is as usual needs no words to show it.
        if model is not None and prediction.alternatives and prediction.label != _USUAL[task]:
            yield task, prediction, graded_weights(predictor, model, text, prediction)


_USUAL = {"urgency": "", "churn_intent": "none"}


def reads_words(model: TopicModel) -> bool:
    """Say whether one of the model's heads reads words, beside vectors."""
    return any(isinstance(head, LinearHead) for head in model.heads)


def topic_weights(predictor: Predictor, model: TopicModel, text: str, prediction: Prediction) -> Weights:
    """Give what each word, or each sentence where no head reads words, adds to the topic's log-odds."""
    pair = _pair(model.labels, prediction)
    spoken = [
        (head, scale)
        for head, scale in zip(model.heads, model.scales, strict=True)
        if isinstance(head, LinearHead)
    ]
    if not reads_words(model):
        return _sentence_weights(predictor, model, text, pair)
    weights: dict[Span, float] = defaultdict(float)
    for head, scale in spoken:
        towards = np.zeros(len(model.labels))
        towards[[pair.chosen, pair.other]] = np.array([1, -1]) * model.sharpness / (scale * len(model.heads))
        _add(weights, word_weights(head, text, towards), 0)
    return weights


def graded_weights(predictor: Predictor, model: GradedModel, text: str, prediction: Prediction) -> Weights:
    """Give what each word adds to a grade's log-odds, by the whole message and by the sentences that counted."""
    pair = _pair(model.labels, prediction)
    spans = sentences(text) or [Span(0, len(text))]
    pieces = [text[span.start : span.end].strip() for span in spans]
    rows = model.sentence.features(pieces)
    parts = _scores(model.sentence, predictor.embedder.encode(pieces), rows)
    slope = model.weights[:, pair.chosen] - model.weights[:, pair.other]
    labels = len(model.labels)
    of_whole = slope[:labels] - slope[:labels].mean()
    weights: dict[Span, float] = defaultdict(float)
    _add(weights, word_weights(model.message, text, of_whole), 0)
    for grade in range(1, labels):
        strongest = int((parts[:, grade] - parts[:, 0]).argmax())
        towards = np.zeros(labels)
        towards[[grade, 0]] = np.array([1, -1]) * slope[labels + grade - 1]
        start = spans[strongest].start + _blank(text, spans[strongest])
        _add(weights, word_weights(model.sentence, pieces[strongest], towards, rows[[strongest]]), start)
    return weights


def _sentence_weights(predictor: Predictor, model: TopicModel, text: str, pair: _Pair) -> Weights:
    spans = sentences(text)
    if not spans:
        return {}
    pieces = [text[span.start : span.end].strip() for span in spans]
    scores = model.scores(pieces, predictor.topic_embedder.encode(pieces)) * model.sharpness
    towards = (scores[:, pair.chosen] - scores[:, pair.other]) / len(spans)
    return {span: float(weight) for span, weight in zip(spans, towards, strict=True)}


def _pair(labels: tuple[str, ...], prediction: Prediction) -> _Pair:
    return _Pair(labels.index(prediction.label), labels.index(prediction.alternatives[0].label))


def _scores(head: LinearHead, vectors: Vectors, rows: sparse.csr_matrix) -> Floats:
    """Score (messages, labels) as the head does, by word features that are known already."""
    first = len(head.weights) - rows.shape[1]
    spoken = rows @ head.weights[first:]
    return np.asarray(
        head.vector_scale * (vectors @ head.weights[:first]) + spoken + head.intercept, np.float64
    )


def _blank(text: str, span: Span) -> int:
    piece = text[span.start : span.end]
    return len(piece) - len(piece.lstrip())


def _add(weights: dict[Span, float], further: Weights, offset: int) -> None:
    for span, weight in further.items():
        weights[Span(span.start + offset, span.end + offset)] += weight
