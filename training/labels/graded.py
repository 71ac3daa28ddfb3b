"""Learns a graded model (urgency, churn intent) from messages of which one sentence may carry the label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score

from kb.embedder.port import Embedder
from training.dataset import Message
from training.labels import pipelines
from training.splits import folds
from triage.features.confidence import softmax
from triage.features.graded import GradedModel, Parted, expected, joined_scores
from triage.features.heads import Floats, LinearHead
from triage.features.sentences import sentences

Places = NDArray[np.int64]
Tell = Callable[[str], None]
WORD_SCALE = 1.3  # of words to vectors: one word such as "cancel" or "tomorrow" may decide
ROUNDS = 2
STACK_C = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class FittedGrades:
    """The model, and what models that had not seen a message (nor its group) said of it: (messages, labels)."""

    model: GradedModel
    shares: Floats


def parted(texts: Sequence[str], embedder: Embedder, tell: Tell | None = None) -> Parted:
    """Part messages into sentences and embed both."""
    pieces = [[text[span.start : span.end].strip() for span in sentences(text)] or [text] for text in texts]
    owner = np.repeat(np.arange(len(texts)), [len(some) for some in pieces])
    flat = [piece for some in pieces for piece in some]
    if tell:
        tell(f"embedding {len(texts)} messages and {len(flat)} sentences")
    return Parted(list(texts), embedder.encode(list(texts)), flat, embedder.encode(flat), owner)


def rows_of(given: Parted, chosen: Places) -> Parted:
    """Take some messages with their sentences."""
    place = np.full(len(given.texts), -1)
    place[chosen] = np.arange(len(chosen))
    kept = np.flatnonzero(place[given.owner] >= 0)
    return Parted(
        [given.texts[one] for one in chosen.tolist()],
        given.vectors[chosen],
        [given.sentences[one] for one in kept.tolist()],
        given.sentence_vectors[kept],
        place[given.owner[kept]],
    )


def fit_grades(
    labels: Sequence[str],
    data: Parted,
    grades: Places,
    messages: Sequence[Message],
    tell: Tell,
    *,
    by_distance: bool,
    fold_count: int = 5,
) -> FittedGrades:
    """Fit both heads, then what joins them, on scores for messages whose group the heads had not seen.

    ``by_distance`` chooses labels by their expected grade, for scales on which a far error is worse than a near one.
    """
    dealt = folds(messages, grades, fold_count)
    features = np.zeros((len(grades), 2 * len(labels)))
    for fold in range(fold_count):
        tell(f"fold {fold + 1} of {fold_count}")
        held = np.flatnonzero(dealt == fold)
        heads = _fit_heads(rows_of(data, np.flatnonzero(dealt != fold)), grades[dealt != fold], len(labels))
        features[held] = _features(heads, rows_of(data, held))
    tell("fitting on all messages")
    message, sentence = _fit_heads(data, grades, len(labels))
    weights, intercept = _stack(features, grades)
    shares = np.zeros((len(grades), len(labels)))
    for fold in range(fold_count):
        held = dealt == fold
        own_weights, own_intercept = _stack(features[~held], grades[~held])
        shares[held] = softmax(features[held] @ own_weights + own_intercept)
    cuts = best_cuts(expected(shares), grades, len(labels)) if by_distance else None
    model = GradedModel(tuple(labels), message, sentence, weights, intercept, cuts)
    return FittedGrades(model, shares)


def best_cuts(grades: Floats, true: Places, count: int) -> Floats:
    """Find the expected grades at which to pass to the next label: coordinate ascent on quadratic weighted kappa."""
    cuts = np.arange(count - 1) + 0.5
    grid = np.quantile(grades, np.linspace(0.02, 0.98, 97))
    for _ in range(3):
        for place in range(count - 1):
            trials = [np.sort(np.concatenate([np.delete(cuts, place), [value]])) for value in grid]
            kappas = [_kappa(true, np.searchsorted(trial, grades, side="right")) for trial in trials]
            if max(kappas) > _kappa(true, np.searchsorted(cuts, grades, side="right")) + 1e-9:
                cuts = trials[int(np.argmax(kappas))]
    return np.asarray(
        (cuts + np.arange(count - 1) + 0.5) / 2
    )  # half-way to the plain ones: they transfer better


def _kappa(true: Places, given: Places) -> float:
    return float(cohen_kappa_score(true, given, weights="quadratic"))


def _fit_heads(data: Parted, grades: Places, count: int) -> tuple[LinearHead, LinearHead]:
    message = pipelines.linear_head(
        data.texts, data.vectors, grades, count, word_scale=WORD_SCALE, balanced=True, strength=0.3
    )
    return message, _sentence_head(data, grades, count)


def _sentence_head(data: Parted, grades: Places, count: int) -> LinearHead:
    """Fit on sentences: all of a message of the least grade, the strongest of the others (Andrews et al., 2003).

    At first every sentence of a message stands for it; then only the strongest, by the head of the round before.
    """
    own = grades[data.owner]
    sizes = np.bincount(data.owner)[data.owner]
    chosen = np.ones(len(own), bool)
    weight = np.where(own == 0, 1 / np.sqrt(sizes), 1 / sizes)
    for round_number in range(ROUNDS + 1):
        kept = np.flatnonzero(chosen)
        head = pipelines.linear_head(
            [data.sentences[one] for one in kept.tolist()],
            data.sentence_vectors[kept],
            own[kept],
            count,
            word_scale=WORD_SCALE,
            balanced=True,
            strength=0.1,
            weights=weight[kept],
        )
        if round_number < ROUNDS:
            chosen = _strongest(head, data, own)
            weight = np.where(own == 0, 1 / np.sqrt(sizes), 1.0)
    return head


def _strongest(head: LinearHead, data: Parted, own: Places) -> NDArray[np.bool_]:
    scores = head.scores(data.sentences, data.sentence_vectors)
    strength = scores[np.arange(len(own)), own] - scores[:, 0]
    best = np.full(int(data.owner.max()) + 1, -np.inf)
    np.maximum.at(best, data.owner, strength)
    return np.asarray((own == 0) | (strength >= best[data.owner] - 1e-9))


def _features(heads: tuple[LinearHead, LinearHead], data: Parted) -> Floats:
    message, sentence = heads
    whole = message.scores(data.texts, data.vectors)
    return joined_scores(whole, sentence.scores(data.sentences, data.sentence_vectors), data.owner)


def _stack(features: Floats, grades: Places) -> tuple[Floats, Floats]:
    model = LogisticRegression(C=STACK_C, max_iter=2000).fit(features, grades)
    return np.asarray(model.coef_.T), np.asarray(model.intercept_)
