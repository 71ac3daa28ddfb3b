"""Splits without leakage: no account on both sides, later weeks held out, the same split for the same data."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from training.dataset import Message
from training.errors import NothingToLearn

Places = NDArray[np.int64]
LARGE = 5000  # messages, of more a part of the splits is judged: enough to calibrate on
BLOCKS = 6
FEWEST_DATED = 100


def folds(messages: Sequence[Message], labels: Places, count: int, seed: int = 0) -> Places:
    """Deal messages to folds, labels evenly; what shares a group, an account or a text stays together.

    Few messages make fewer folds: at most as many as there are groups, and messages of the commonest label.

    Returns:
        The fold of each message: (messages,).

    Raises:
        NothingToLearn: all messages belong together, or no label has two messages.
    """
    groups = np.array([_group(message) for message in messages])
    count = min(count, _most_folds(groups, labels))
    dealt = np.zeros(len(messages), np.int64)
    together = len(set(groups.tolist())) < len(groups)
    splitter = (
        StratifiedGroupKFold(count, shuffle=True, random_state=seed)
        if together
        else StratifiedKFold(count, shuffle=True, random_state=seed)
    )
    with warnings.catch_warnings():
        # A label of few messages lies in some folds only, which is as it should be.
        warnings.filterwarnings("ignore", message="The least populated class")
        parts = list(splitter.split(np.zeros(len(messages)), labels, groups if together else None))
    for number, (_, held) in enumerate(parts):
        dealt[held] = number
    return dealt


def fold_pairs(dealt: Places, count: int) -> list[tuple[Places, Places]]:
    """Give the places (seen, judged) of the first ``count`` folds."""
    return [(np.flatnonzero(dealt != fold), np.flatnonzero(dealt == fold)) for fold in range(count)]


def unseen_writers(messages: Sequence[Message], labels: Places, count: int) -> list[tuple[Places, Places]]:
    """Split so that who judges has seen neither a message's hand nor its group: what a new customer's will be like.

    Messages of no hand, such as a team's own, are judged by what others of them taught, and by all that was written.

    Returns:
        Pairs of places (seen, judged); together they judge each message once.
    """
    hands = np.array([message.hand for message in messages])
    dealt = folds(messages, labels, count)
    pairs = [(hand, fold) for hand in np.unique(hands) for fold in np.unique(dealt)]
    found = [
        (
            np.flatnonzero((dealt != fold) & ((hands != hand) | (hands == ""))),
            (hands == hand) & (dealt == fold),
        )
        for hand, fold in pairs
    ]
    return [(seen, np.flatnonzero(judged)) for seen, judged in found if judged.any()]


def forward(messages: Sequence[Message]) -> list[tuple[Places, Places]] | None:
    """Split dated messages as they will be met: each later block is judged by what came before it.

    Repeat issues make neighbours in time alike, so that a random split flatters. The first third is never judged.

    Returns:
        Pairs of places (seen, judged), or None where a message has no date or there are too few.
    """
    moments = [message.created_at for message in messages]
    if len(messages) < FEWEST_DATED or any(moment is None for moment in moments):
        return None
    stamps = np.array([moment.timestamp() for moment in moments if moment is not None])
    if stamps.min() == stamps.max():
        return None
    blocks = np.array_split(np.argsort(stamps, kind="stable"), BLOCKS)
    return [
        (np.sort(np.concatenate(blocks[:number])), np.sort(blocks[number]))
        for number in range(BLOCKS // 3, BLOCKS)
    ]


def _most_folds(groups: NDArray[np.str_], labels: Places) -> int:
    apart, commonest = len(np.unique(groups)), int(np.unique(labels, return_counts=True)[1].max())
    if apart < 2:
        raise NothingToLearn(
            "all messages are of one account or one group, so none can judge what the others taught: "
            "leave that column (account_id) out"
        )
    if commonest < 2:
        raise NothingToLearn("no label has two messages: label more of them")
    return min(apart, commonest)


def _group(message: Message) -> str:
    own = hashlib.sha256(message.text.lower().encode("utf-8", "surrogatepass")).hexdigest()
    return message.group or message.account or own
