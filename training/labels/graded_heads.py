"""Fits the two heads of a graded model, on some of the messages: one reads the whole, one each sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.labels import pipelines
from training.labels.counted import CountedHead, CountedTexts
from triage.features.graded import Parted, joined_scores
from triage.features.heads import Floats, LinearHead
from triage.features.words import shortened, word_features

Places = NDArray[np.int64]
WORD_SCALE = 1.3  # of words to vectors: one word such as "cancel" or "tomorrow" may decide
MESSAGE_C = 0.3
SENTENCE_C = 0.1
ROUNDS = 2


class GradedMessages:
    """Messages with their grades, their words counted: heads are fitted on any part of them."""

    def __init__(self, data: Parted, grades: Places, count: int) -> None:
        self.data = data
        self.grades = grades
        self.count = count
        self.messages = CountedTexts(data.texts, data.vectors, WORD_SCALE)
        self.sentences = CountedTexts(data.sentences, data.sentence_vectors, WORD_SCALE)

    def sentences_of(self, rows: Places) -> tuple[Places, Places]:
        """Give the places of the rows' sentences, and which of the rows each belongs to."""
        place = np.full(len(self.grades), -1)
        place[rows] = np.arange(len(rows))
        owner = place[self.data.owner]
        return np.flatnonzero(owner >= 0), owner[owner >= 0]


@dataclass(frozen=True, slots=True, eq=False)
class GradedHeads:
    """Both heads, over counted messages."""

    message: CountedHead
    sentence: CountedHead

    def features(self, given: GradedMessages, rows: Places) -> Floats:
        """Describe rows by both heads, as the model that serves does: (rows, features)."""
        places, owner = given.sentences_of(rows)
        spoken = self.sentence.scores(given.sentences, places)
        return joined_scores(self.message.scores(given.messages, rows), spoken, owner)


def fit_heads(given: GradedMessages, rows: Places) -> GradedHeads:
    """Fit both heads on some rows."""
    weighing = given.messages.weigh(rows)
    weights, intercept = pipelines.support_vectors(
        given.messages.features(rows, weighing),
        given.grades[rows],
        given.count,
        strength=MESSAGE_C,
        balanced=True,
    )
    return GradedHeads(CountedHead(weighing, weights, intercept), _sentence_head(given, rows))


def servable(given: GradedMessages, heads: GradedHeads) -> tuple[LinearHead, LinearHead]:
    """Give heads that were fitted on all rows the vectoriser they read new messages with."""
    return (
        _with_words(heads.message, given.data.texts, given.messages),
        _with_words(heads.sentence, given.data.sentences, given.sentences),
    )


def _with_words(head: CountedHead, texts: Sequence[str], counted: CountedTexts) -> LinearHead:
    words = word_features().fit(shortened(list(texts)))
    return LinearHead(words, head.weights, head.intercept, pipelines.VECTOR_SCALE, counted.word_scale)


def _sentence_head(given: GradedMessages, rows: Places) -> CountedHead:
    """Fit on sentences: all of a message of the least grade, the strongest of the others (Andrews et al., 2003).

    At first every sentence of a message stands for it; then only the strongest, by the head of the round before.
    """
    places, owner = given.sentences_of(rows)
    own = given.grades[rows][owner]
    sizes = np.bincount(owner, minlength=len(rows))[owner]
    weighing = given.sentences.weigh(places)
    features = given.sentences.features(places, weighing)
    kept = np.ones(len(own), bool)
    weight = np.where(own == 0, 1 / np.sqrt(sizes), 1 / sizes)
    for round_number in range(ROUNDS + 1):
        weights, intercept = pipelines.support_vectors(
            features[np.flatnonzero(kept)],
            own[kept],
            given.count,
            strength=SENTENCE_C,
            balanced=True,
            weights=weight[kept],
        )
        if round_number < ROUNDS:
            kept = _strongest(np.asarray(features @ weights + intercept), own, owner)
            weight = np.where(own == 0, 1 / np.sqrt(sizes), 1.0)
    return CountedHead(weighing, weights, intercept)


def _strongest(scores: Floats, own: Places, owner: Places) -> NDArray[np.bool_]:
    strength = scores[np.arange(len(own)), own] - scores[:, 0]
    best = np.full(int(owner.max()) + 1, -np.inf)
    np.maximum.at(best, owner, strength)
    return np.asarray((own == 0) | (strength >= best[owner] - 1e-9))
