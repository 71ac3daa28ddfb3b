"""Which words of a sentence carried a topic where no head reads words: those without which it would say less.

Leaving words out takes an embedding each, so it is done for the one sentence that carried most, when somebody looks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.types import Span
from triage.evidence import SMALLEST, reads_words
from triage.features.sentences import sentences
from triage.features.topic import TopicModel
from triage.predictor import Predictor
from triage.text import FieldSpan, to_field
from triage.types import CleanText, Evidence, Prediction

MOST = 12  # phrases that are left out, one at a time
_SHOWN = 4
_CHUNK = re.compile(r"\S+")


def in_words(
    predictor: Predictor, subject: str, clean: CleanText, prediction: Prediction, evidence: Sequence[Evidence]
) -> tuple[Evidence, ...]:
    """Give evidence in which the sentence that carried the topic most is replaced by its words that did.

    Args:
        predictor: the one that made the evidence.
        subject: of the ticket as it came.
        clean: its text.
        prediction: of the topic.
        evidence: of all tasks; it comes back as it is where words speak for themselves.
    """
    model = predictor.topic
    if model is None or reads_words(model) or not prediction.alternatives:
        return tuple(evidence)
    spans = sentences(clean.text)
    placed = {to_field(clean, subject, span.start, span.end): span for span in spans}
    own = {
        one: placed[place]
        for one in evidence
        if one.task == "topic" and (place := FieldSpan(one.field, one.start, one.end)) in placed
    }
    carried = max(own, key=lambda one: one.weight, default=None)
    pair = {prediction.label, prediction.alternatives[0].label}
    if carried is None or carried.weight <= 0 or not pair <= set(model.labels):
        return tuple(evidence)
    weights = _weights(predictor, model, clean.text, own[carried], prediction)
    best = sorted(weights.items(), key=lambda one: -one[1])[:_SHOWN]
    found = [
        replace(carried, start=place.start, end=place.end, weight=round(weight / len(spans), 3))
        for span, weight in best
        if weight / len(spans) >= SMALLEST
        for place in [to_field(clean, subject, span.start, span.end)]
    ]
    if not found:
        return tuple(evidence)
    return (*found, *(one for one in evidence if one is not carried))


def _weights(
    predictor: Predictor, model: TopicModel, text: str, span: Span, prediction: Prediction
) -> dict[Span, float]:
    """How much less the sentence speaks for the topic without each of its phrases, in log-odds."""
    phrases = _phrases(text, span)
    whole = text[span.start : span.end]
    texts = [whole]
    for one in phrases:
        rest = whole[: one.start - span.start] + whole[one.end - span.start :]
        texts.append(" ".join(rest.split()))
    chosen, other = (
        model.labels.index(label) for label in (prediction.label, prediction.alternatives[0].label)
    )
    scores = model.scores(texts, predictor.topic_embedder.encode(texts)) * model.sharpness
    ahead = scores[:, chosen] - scores[:, other]
    return {one: float(ahead[0] - without) for one, without in zip(phrases, ahead[1:], strict=True)}


def _phrases(text: str, span: Span) -> list[Span]:
    """The words of a sentence, in runs where it has many."""
    chunks = [match.span() for match in _CHUNK.finditer(text, span.start, span.end)]
    length = -(-len(chunks) // MOST)
    runs = [chunks[place : place + length] for place in range(0, len(chunks), length)] if chunks else []
    return [Span(run[0][0], run[-1][1]) for run in runs]
