"""Learns a topic model: chooses between heads on the team's own data, calibrates, states error rates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from training.errors import NothingToLearn
from training.labels.certainty import learn_confidence, learn_novelty, sharpness_of, strength, tells_outside
from training.labels.crossing import KINDS, Elsewhere, cross, fit_head, joined, neighbourhood_of
from training.labels.labelled import JUDGED_FOLDS, Labelled, splits_of
from triage.descriptions import Described
from triage.features.confidence import softmax
from triage.features.heads import Floats
from triage.features.topic import TopicModel

Places = NDArray[np.int64]
Tell = Callable[[str], None]
NONE_LABELS = ("oos", "out_of_scope", "out of scope", "none of these", "none")


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
    labels: Sequence[str],
    data: Labelled,
    described: Described,
    tell: Tell,
    *,
    judge_all: bool = False,
    elsewhere: Elsewhere | None = None,
) -> FittedTopics:
    """Fit on labelled messages; rows of label -1 belong to no topic and teach what that looks like.

    Where the vectors themselves were learnt from the messages, ``elsewhere`` learns them anew for each part, so that
    none is judged by vectors that knew its label.

    Raises:
        NothingToLearn: there are fewer than four messages inside topics, or too few of a second label.
    """
    inside, outside = data.rows(data.labels >= 0), data.rows(data.labels < 0)
    count = len(labels)
    if len(inside.texts) < 4 or len(set(inside.labels.tolist())) < 2:
        raise NothingToLearn(
            "at least two labels need examples: label more tickets, or start from descriptions"
        )
    splits = splits_of(inside, judge_all)
    if elsewhere is not None:
        splits = splits[-JUDGED_FOLDS:]  # learning vectors costs minutes a part
    crossing = cross(inside, described, count, splits, tell, elsewhere)
    unseen = inside.rows(crossing.judged)
    kind, choice = _choose(crossing.scores, unseen.labels)
    together = joined(crossing.scores, kind)
    sharpness = sharpness_of(together, unseen.labels)
    tell(f"fitting {kind} on all messages")
    untaught = TopicModel(
        labels=tuple(labels),
        heads=tuple(fit_head(name, inside, described, count) for name in KINDS[kind]),
        scales=tuple(float(crossing.scores[name].std()) or 1.0 for name in KINDS[kind]),
        sharpness=sharpness,
        neighbourhood=neighbourhood_of(inside, count),
    )
    shares = softmax(together * sharpness)
    signs = np.column_stack([strength(together, shares), crossing.near])
    right = shares.argmax(axis=1) == unseen.labels
    share_outside = len(outside.texts) / len(data.texts)
    novelty = learn_novelty(signs, together, outside, share_outside, crossing.parts, untaught)
    fitting = 1 - novelty.probabilities(signs)
    # Without examples of no topic the share of such messages is a guess, which must not move what is known.
    ceiling = np.ones(len(fitting)) if tells_outside(outside) else fitting
    sure, crossed = learn_confidence(signs, right, ceiling, unseen.messages)
    model = replace(untaught, right=sure, novelty=novelty)
    probability = crossed * fitting
    return FittedTopics(
        model, kind, choice, Crossed(shares.argmax(axis=1), probability, right), shares, crossing.judged
    )


def _choose(scores: dict[str, Floats], labels: Places) -> tuple[str, dict[str, float]]:
    """Choose the heads by cross-validated accuracy on the team's data; of near equals the simpler, first one."""
    kinds = [kind for kind, names in KINDS.items() if set(names) <= set(scores)]
    found = {kind: round(float((joined(scores, kind).argmax(axis=1) == labels).mean()), 4) for kind in kinds}
    top = max(found.values())
    error = float(np.sqrt(top * (1 - top) / len(labels)))
    return next(kind for kind in kinds if found[kind] >= top - 0.1 * error), found
