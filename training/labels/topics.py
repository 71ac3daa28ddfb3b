"""Learns a topic model: chooses between heads on the team's own data, calibrates, states error rates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from training.dataset import Message
from training.errors import NothingToLearn
from training.labels import pipelines
from training.splits import LARGE, fold_pairs, folds, forward
from triage.descriptions import Described
from triage.features.confidence import Logistic, Neighbourhood, logit, softmax
from triage.features.heads import Floats, Head, Vectors
from triage.features.topic import TopicModel, signs_of

Places = NDArray[np.int64]
Tell = Callable[[str], None]
NONE_LABELS = ("oos", "out_of_scope", "out of scope", "none of these", "none")
KNOWN_ROWS = 4000
JUDGED_FOLDS = 3
FEWEST_OUTSIDE = 20
NOVEL_PRIOR = 0.03  # of the messages, where no example says how many belong to no topic
SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Messages embedded: texts, (messages, dimension) unit vectors, labels by place, and the messages themselves."""

    texts: Sequence[str]
    vectors: Vectors
    labels: Places
    messages: Sequence[Message]

    def rows(self, chosen: NDArray[np.bool_] | Places) -> Labelled:
        """Take some of them."""
        places = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        return Labelled(
            [self.texts[place] for place in places],
            self.vectors[places],
            self.labels[places],
            [self.messages[place] for place in places],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Crossed:
    """What models that had not seen a message said of it."""

    predicted: Places
    probability: Floats
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class FittedTopics:
    """The model, how it was chosen, and predictions for messages by models that had not seen them.

    ``judged`` are the places of those messages among the ones inside a topic; of large data they are a part.
    """

    model: TopicModel
    kind: str
    choice: dict[str, float]
    crossed: Crossed
    shares: Floats
    judged: Places


def fit_topics(
    labels: Sequence[str], data: Labelled, described: Described, tell: Tell, *, judge_all: bool = False
) -> FittedTopics:
    """Fit on labelled messages; rows of label -1 belong to no topic and teach what that looks like.

    Raises:
        NothingToLearn: there are fewer than four messages inside topics, or they are all of one label.
    """
    inside = data.rows(data.labels >= 0)
    count = len(labels)
    if len(inside.texts) < 4 or len(set(inside.labels.tolist())) < 2:
        raise NothingToLearn(
            "at least two labels need examples: label more tickets, or start from descriptions"
        )
    judged, scores, near = _cross_scores(inside, described, count, tell, judge_all)
    unseen = inside.rows(judged)
    kind, choice = _choose(scores, unseen.labels)
    scales = tuple(float(scores[name].std()) or 1.0 for name in KINDS[kind])
    joined = _joined(scores, kind)
    sharpness = _sharpness(joined, unseen.labels)
    tell(f"fitting {kind} on all messages")
    heads = tuple(_fit_head(name, inside, described, count) for name in KINDS[kind])
    neighbourhood = _neighbourhood(inside, count)
    shares = softmax(joined * sharpness)
    signs = np.column_stack([_signs(joined, shares), near])
    right = shares.argmax(axis=1) == unseen.labels
    sure, crossed = _confidence(signs, right, unseen.messages)
    untaught = TopicModel(tuple(labels), heads, scales, sharpness, neighbourhood)
    novelty = _novelty(data, inside, unseen, untaught, neighbourhood, joined, signs)
    model = TopicModel(tuple(labels), heads, scales, sharpness, neighbourhood, sure, novelty)
    probability = crossed * (1 - novelty.probabilities(signs))
    return FittedTopics(
        model, kind, choice, Crossed(shares.argmax(axis=1), probability, right), shares, judged
    )


KINDS = {
    "prototypes": ("prototype",),
    "few": ("embedding", "prototype"),
    "few, described": ("embedding", "prototype", "description"),
    "many": ("linear",),
    "many and few": ("linear", "embedding"),
    "many, few, described": ("linear", "embedding", "prototype", "description"),
}


def splits_of(data: Labelled, judge_all: bool = False) -> list[tuple[Places, Places]]:
    """Give pairs of places (seen, judged): later weeks by earlier ones where dates are known, else folds."""
    dated = None if judge_all else forward(data.messages)
    if dated is not None:
        return dated
    large = len(data.texts) > LARGE
    dealt = folds(data.messages, data.labels, 10 if large else 5)
    used = JUDGED_FOLDS if large and not judge_all else int(dealt.max()) + 1
    return fold_pairs(dealt, used)


def _cross_scores(
    data: Labelled, described: Described, count: int, tell: Tell, judge_all: bool
) -> tuple[Places, dict[str, Floats], Floats]:
    """Score messages by heads that had not seen them.

    Returns:
        The places of the judged messages, (judged, labels) scores a head, and nearness (judged, 2).
    """
    splits = splits_of(data, judge_all)
    names = [
        "prototype",
        "embedding",
        "linear",
        *(["description"] if _all_described(described, count) else []),
    ]
    scores = {name: np.zeros((len(data.texts), count)) for name in names}
    near = np.zeros((len(data.texts), 2))
    for number, (before, held) in enumerate(splits, start=1):
        seen, unseen = data.rows(before), data.rows(held)
        tell(f"part {number} of {len(splits)}: {', '.join(names)}")
        for name in names:
            raw = _fit_head(name, seen, described, count).scores(unseen.texts, unseen.vectors)
            scores[name][held] = raw - raw.mean(axis=1, keepdims=True)
        chosen = scores["embedding"][held].argmax(axis=1)
        near[held] = _neighbourhood(seen, count).describe(unseen.vectors, chosen)
    judged = np.sort(np.concatenate([held for _, held in splits]))
    return judged, {name: found[judged] for name, found in scores.items()}, near[judged]


def _choose(scores: dict[str, Floats], labels: Places) -> tuple[str, dict[str, float]]:
    """Choose the heads by cross-validated accuracy on the team's data; of near equals the simpler, first one."""
    kinds = [kind for kind, names in KINDS.items() if set(names) <= set(scores)]
    found = {kind: round(float((_joined(scores, kind).argmax(axis=1) == labels).mean()), 4) for kind in kinds}
    top = max(found.values())
    error = float(np.sqrt(top * (1 - top) / len(labels)))
    return next(kind for kind in kinds if found[kind] >= top - 0.1 * error), found


def _joined(scores: dict[str, Floats], kind: str) -> Floats:
    parts = [scores[name] / (scores[name].std() or 1.0) for name in KINDS[kind]]
    return np.asarray(sum(parts) / len(parts))


def _all_described(described: Described, count: int) -> bool:
    return len(set(described.owner.tolist())) == count


def _fit_head(name: str, data: Labelled, described: Described, count: int) -> Head:
    if name == "linear":
        return pipelines.linear_head(data.texts, data.vectors, data.labels, count)
    if name == "description":
        return pipelines.description_head(described.vectors, described.owner.tolist())
    # What is written about a label counts as further examples of it.
    vectors = np.vstack([data.vectors, described.vectors])
    labels = np.concatenate([data.labels, described.owner])
    fit = pipelines.embedding_head if name == "embedding" else pipelines.prototype_head
    return fit(vectors, labels, count)


def _neighbourhood(data: Labelled, count: int) -> Neighbourhood:
    sums = np.zeros((count, data.vectors.shape[1]), np.float32)
    np.add.at(sums, data.labels, data.vectors)
    means = sums / (np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9)
    return Neighbourhood(np.ascontiguousarray(data.vectors[_known_rows(data)], np.float32), means)


def _known_rows(data: Labelled) -> Places:
    return np.sort(np.random.default_rng(SEED).permutation(len(data.texts))[:KNOWN_ROWS])


def _sharpness(scores: Floats, labels: Places) -> float:
    """Find the temperature at which shares hold best: least negative log-likelihood (Guo et al., 2017)."""

    def loss(log_sharpness: float) -> float:
        shares = softmax(scores * np.exp(log_sharpness))
        return -float(np.log(shares[np.arange(len(labels)), labels] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 5), method="bounded").x))


def _signs(scores: Floats, shares: Floats) -> Floats:
    return np.column_stack([logit(shares.max(axis=1)), scores.max(axis=1)])


def _confidence(
    signs: Floats, right: NDArray[np.bool_], messages: Sequence[Message]
) -> tuple[Logistic, Floats]:
    """Learn how likely the best label is right; gives the model, and probabilities by models of other folds."""
    if min(right.sum(), (~right).sum()) < 5:
        share = float((right.sum() + 1) / (len(right) + 2))
        constant = Logistic(np.zeros(signs.shape[1]), float(np.log(share / (1 - share))))
        return constant, constant.probabilities(signs)
    dealt = folds(messages, right.astype(np.int64), 5)
    crossed = np.zeros(len(right))
    for fold in range(5):
        model = _logistic(signs[dealt != fold], right[dealt != fold])
        crossed[dealt == fold] = model.probabilities(signs[dealt == fold])
    return _logistic(signs, right), crossed


def _logistic(signs: Floats, outcome: NDArray[np.bool_], weights: Floats | None = None) -> Logistic:
    centre, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    model = LogisticRegression(C=10.0, max_iter=1000).fit((signs - centre) / spread, outcome, weights)
    slopes = model.coef_[0] / spread
    return Logistic(slopes, float(model.intercept_[0] - slopes @ centre))


def _novelty(
    data: Labelled,
    inside: Labelled,
    unseen: Labelled,
    model: TopicModel,
    known: Neighbourhood,
    scores: Floats,
    signs: Floats,
) -> Logistic:
    """Learn what a message of no topic looks like: from examples, else by hiding each message's own topic."""
    outside = data.rows(data.labels < 0)
    enough = len(outside.texts) >= FEWEST_OUTSIDE
    found = (
        _signs_by(model, known, outside) if enough else _hidden_signs(inside, unseen, model, known, scores)
    )
    prior = len(outside.texts) / len(data.texts) if enough else NOVEL_PRIOR
    outcome = np.concatenate([np.zeros(len(signs), bool), np.ones(len(found), bool)])
    weights = np.where(outcome, prior / len(found), (1 - prior) / len(signs)) * len(outcome)
    return _logistic(np.vstack([signs, found]), outcome, weights)


def _signs_by(model: TopicModel, known: Neighbourhood, some: Labelled) -> Floats:
    scores = model.scores(some.texts, some.vectors)
    return signs_of(scores, softmax(scores * model.sharpness), known, some.vectors)


def _hidden_signs(
    inside: Labelled, unseen: Labelled, model: TopicModel, known: Neighbourhood, scores: Floats
) -> Floats:
    """Give the signs each message would show if its own topic were not known: its label and kin taken away."""
    kin = inside.labels[_known_rows(inside)]
    rows = np.arange(len(unseen.texts))[:KNOWN_ROWS]
    own = unseen.labels[rows]
    hidden = scores[rows].copy()
    hidden[rows, own] = hidden.min() - 10.0
    shares = softmax(hidden * model.sharpness)
    chosen = shares.argmax(axis=1)
    near = np.zeros((len(rows), 2))
    for label in np.unique(own):
        others = Neighbourhood(known.known[kin != label], known.means)
        near[own == label] = others.describe(unseen.vectors[rows][own == label], chosen[own == label])
    return np.column_stack([_signs(hidden, shares), near])
