"""Learns how certain a topic is: shares that hold, how likely the best label is right, and whether any label fits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit

from training.dataset import Message
from training.labels.crossing import KNOWN_ROWS, Part, known_rows, neighbourhood_of
from training.labels.labelled import Labelled
from training.splits import folds
from triage.features.confidence import Logistic, Neighbourhood, logit, softmax
from triage.features.heads import Floats
from triage.features.topic import TopicModel, signs_of

Places = NDArray[np.int64]
FEWEST_OUTSIDE = 20
_FREEDOM = 10.0  # how weakly slopes are held near zero
NOVEL_PRIOR = 0.03  # of the messages, where no example says how many belong to no topic


def strength(scores: Floats, shares: Floats) -> Floats:
    """Give the first two signs of certainty, (messages, 2): log-odds of the best share, and the best score."""
    return np.column_stack([logit(shares.max(axis=1)), scores.max(axis=1)])


def sharpness_of(scores: Floats, labels: Places) -> float:
    """Find the temperature at which shares hold best: least negative log-likelihood (Guo et al., 2017)."""

    def loss(log_sharpness: float) -> float:
        shares = softmax(scores * np.exp(log_sharpness))
        return -float(np.log(shares[np.arange(len(labels)), labels] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 5), method="bounded").x))


def tells_outside(outside: Labelled) -> bool:
    """Whether there are enough examples of no topic to learn from."""
    return len(outside.texts) >= FEWEST_OUTSIDE


def learn_confidence(
    signs: Floats, right: NDArray[np.bool_], ceiling: Floats, messages: Sequence[Message]
) -> tuple[Logistic, Floats]:
    """Learn how likely the best label is right where any is; gives the model, and probabilities by other folds' models.

    Times the ``ceiling`` (messages,), how likely any label fits, the probability holds.
    """
    if min(right.sum(), (~right).sum()) < 5:
        share = float((right.sum() + 1) / (len(right) + 2))
        constant = Logistic(np.zeros(signs.shape[1]), float(np.log(share / (1 - share))))
        return constant, constant.probabilities(signs)
    dealt = folds(messages, right.astype(np.int64), 5)
    crossed = np.zeros(len(right))
    for fold in range(5):
        seen = dealt != fold
        model = _logistic(signs[seen], right[seen], ceiling=ceiling[seen])
        crossed[dealt == fold] = model.probabilities(signs[dealt == fold])
    return _logistic(signs, right, ceiling=ceiling), crossed


def _logistic(
    signs: Floats, outcome: NDArray[np.bool_], weights: Floats | None = None, ceiling: Floats | None = None
) -> Logistic:
    """Fit a logistic regression in which each sign can only speak for the outcome.

    With a ``ceiling`` (rows,) the outcome is as likely as the model says times it.
    Freely fitted, the signs' contrasts explain the few errors at hand, and mislead on messages unlike all of them.
    """
    centre, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    rows, count = (signs - centre) / spread, signs.shape[1]
    weight = np.ones(len(rows)) if weights is None else weights
    top = np.ones(len(rows)) if ceiling is None else ceiling

    def loss(slopes: Floats) -> tuple[float, Floats]:
        sure = expit(rows @ slopes[:-1] + slopes[-1])
        rest = np.maximum(1 - top * sure, 1e-12)
        pull = weight * np.where(outcome, sure - 1, top * sure * (1 - sure) / rest)
        held = np.append(slopes[:-1], 0.0) / _FREEDOM
        losses = -np.log(np.where(outcome, np.maximum(sure, 1e-12), rest))
        return float(weight @ losses + held @ slopes / 2), np.append(rows.T @ pull, pull.sum()) + held

    bounds = [(0.0, None)] * count + [(None, None)]
    found = minimize(loss, np.zeros(count + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    slopes = found[:-1] / spread
    return Logistic(slopes, float(found[-1] - slopes @ centre))


def learn_novelty(
    signs: Floats, scores: Floats, outside: Labelled, share: float, parts: Sequence[Part], model: TopicModel
) -> Logistic:
    """Learn what a message of no topic looks like: from examples, else by hiding each message's own topic.

    Without examples the signs weigh the same, each by its spread among messages inside topics (Dawes, "The robust
    beauty of improper linear models", 1979): a message whose topic is hidden is stranger in some signs than one that
    truly has none, so weights learnt from it mislead. Only how strange is too strange is learnt.

    Args:
        signs: of the messages inside topics, (judged, 4), by models that had not seen them.
        scores: of the same, (judged, labels).
        outside: the examples of no topic.
        share: of all messages that they are.
        parts: the splits by which the others were judged.
        model: what was learnt from all messages, but for this.
    """
    enough = tells_outside(outside)
    found = _signs_by(model, outside) if enough else _hidden_signs(scores, parts, model)
    prior = share if enough else NOVEL_PRIOR
    outcome = np.concatenate([np.zeros(len(signs), bool), np.ones(len(found), bool)])
    weights = np.where(outcome, prior / len(found), (1 - prior) / len(signs)) * len(outcome)
    # Each column is a kind of strangeness; without examples there is one, of all signs alike.
    turn = -np.diag(1 / (signs.std(axis=0) + 1e-9))
    turn = turn if enough else turn.mean(axis=1, keepdims=True)
    learnt = _logistic(np.vstack([signs, found]) @ turn, outcome, weights)
    return Logistic(turn @ learnt.weights, learnt.intercept)


def _signs_by(model: TopicModel, some: Labelled) -> Floats:
    if model.neighbourhood is None:
        raise ValueError("the model knows no neighbourhood")
    scores = model.scores(some.texts, some.vectors)
    return signs_of(scores, softmax(scores * model.sharpness), model.neighbourhood, some.vectors)


def _hidden_signs(scores: Floats, parts: Sequence[Part], model: TopicModel) -> Floats:
    """Give the signs each message would show if its own topic were not known: its label and kin taken away."""
    return np.vstack([_hidden_in(scores[part.places], scores.min(), part, model) for part in parts])


def _hidden_in(scores: Floats, least: float, part: Part, model: TopicModel) -> Floats:
    rows = np.arange(min(len(scores), KNOWN_ROWS))
    own = part.judged.labels[rows]
    hidden = scores[rows].copy()
    hidden[rows, own] = least - 10.0
    shares = softmax(hidden * model.sharpness)
    chosen = shares.argmax(axis=1)
    known = neighbourhood_of(part.seen, scores.shape[1])
    kin = part.seen.labels[known_rows(part.seen)]
    near = np.zeros((len(rows), 2))
    for label in np.unique(own):
        others = Neighbourhood(known.known[kin != label], known.means)
        mine = own == label
        near[mine] = others.describe(part.judged.vectors[rows][mine], chosen[mine])
    return np.column_stack([strength(hidden, shares), near])
