"""Labelled messages as vectors, and how they are parted so that none is judged by a model that saw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.dataset import Message
from training.errors import NothingToLearn
from training.splits import LARGE, fold_pairs, folds, forward
from triage.features.heads import Vectors

Places = NDArray[np.int64]
Splits = list[tuple[Places, Places]]
JUDGED_FOLDS = 3  # of ten, where there are many messages


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


def splits_of(data: Labelled, judge_all: bool = False) -> Splits:
    """Give pairs of places (seen, judged): later weeks by earlier ones where dates are known, else folds.

    A part that has seen one label only can judge nothing and is left out.

    Raises:
        NothingToLearn: no part has seen two labels.
    """
    dated = None if judge_all else forward(data.messages)
    found = _of_two_labels(dated or [], data.labels) or _of_two_labels(_folds(data, judge_all), data.labels)
    if not found:
        raise NothingToLearn(
            "whichever part is left out to judge by, the rest is of one label: label more messages of the others"
        )
    return found


def _folds(data: Labelled, judge_all: bool) -> Splits:
    large = len(data.texts) > LARGE
    dealt = folds(data.messages, data.labels, 10 if large else 5)
    used = JUDGED_FOLDS if large and not judge_all else int(dealt.max()) + 1
    return fold_pairs(dealt, used)


def _of_two_labels(splits: Splits, labels: Places) -> Splits:
    return [(seen, judged) for seen, judged in splits if len(np.unique(labels[seen])) > 1]
