"""Learns a graded model (urgency, churn intent) from messages of which one sentence may carry the label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, f1_score

from kb.embedder.port import Embedder
from training.labels.graded_heads import GradedMessages, fit_heads, servable
from triage.features.confidence import softmax
from triage.features.graded import GradedModel, Parted, expected
from triage.features.heads import Floats
from triage.features.sentences import sentences

Places = NDArray[np.int64]
Splits = Sequence[tuple[Places, Places]]
Tell = Callable[[str], None]
STACK_C = 1.0
LEAST_SHARES = np.linspace(0.3, 0.8, 26)


@dataclass(frozen=True, slots=True, eq=False)
class FittedGrades:
    """The model, and what models that had not seen a message (nor its kin) said of it: (messages, labels)."""

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


def fit_grades(
    labels: Sequence[str], given: GradedMessages, splits: Splits, tell: Tell, *, by_distance: bool
) -> FittedGrades:
    """Fit both heads, then what joins them, on scores for messages whose kin the heads had not seen.

    ``by_distance`` chooses labels by their expected grade, for scales on which a far error is worse than a near one;
    otherwise the first label needs the share that is best for macro-F1.
    """
    shares, features = judged_shares(given, splits, tell)
    tell("fitting on all messages")
    message, sentence = servable(given, fit_heads(given, np.arange(len(given.grades))))
    weights, intercept = _stack(features, given.grades)
    cuts = best_cuts(expected(shares), given.grades, len(labels)) if by_distance else None
    least = None if by_distance else best_least_share(shares, given.grades)
    return FittedGrades(
        GradedModel(tuple(labels), message, sentence, weights, intercept, cuts, least), shares
    )


def judged_shares(given: GradedMessages, splits: Splits, tell: Tell) -> tuple[Floats, Floats]:
    """Judge each message by heads, and by what joins them, that had seen only its split's other side.

    Returns:
        Probabilities (messages, labels), and what the heads said (messages, features).
    """
    features = np.zeros((len(given.grades), 2 * given.count))
    for number, (seen, judged) in enumerate(splits, start=1):
        tell(f"part {number} of {len(splits)}")
        features[judged] = fit_heads(given, seen).features(given, judged)
    shares = np.zeros((len(given.grades), given.count))
    for seen, judged in splits:
        weights, intercept = _stack(features[seen], given.grades[seen])
        shares[judged] = softmax(features[judged] @ weights + intercept)
    return shares, features


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


def best_least_share(shares: Floats, true: Places) -> float:
    """Find the share from which the first label is given, best for macro-F1; half-way to a half, as it transfers."""
    rest = 1 + shares[:, 1:].argmax(axis=1)
    found = [
        f1_score(true, np.where(shares[:, 0] >= least, 0, rest), average="macro") for least in LEAST_SHARES
    ]
    return float((LEAST_SHARES[int(np.argmax(found))] + 0.5) / 2)


def _kappa(true: Places, given: Places) -> float:
    return float(cohen_kappa_score(true, given, weights="quadratic"))


def _stack(features: Floats, grades: Places) -> tuple[Floats, Floats]:
    model = LogisticRegression(C=STACK_C, max_iter=2000).fit(features, grades)
    return np.asarray(model.coef_.T), np.asarray(model.intercept_)
