from __future__ import annotations

import numpy as np
import pytest

from kb.embedder.hashing import HashingEmbedder
from tests.training.ticket_builders import silent
from training.dataset import Message
from training.labels.graded import best_cuts, best_least_share, fit_grades, parted
from training.labels.graded_heads import GradedMessages
from training.splits import fold_pairs, folds

GRADES = ("low", "normal", "urgent")
DECIDES = ("whenever you like", "by the end of this week", "nobody here can work at all")
FILLING = (
    "We looked at the report.",
    "The list has many columns.",
    "Our office is in Leeds.",
    "Thank you for your help.",
    "The page was opened twice.",
)


def message(grade, number):
    first, second = FILLING[number % 5], FILLING[(number + 2) % 5]
    return Message(
        f"{grade}-{number}",
        f"{first} It is {DECIDES[grade]} today. {second} Case {number} of ours.",
        GRADES[grade],
    )


MESSAGES = [message(grade, number) for number in range(15) for grade in range(3)]
TRUE = np.array([GRADES.index(one.label) for one in MESSAGES])


def test_messages_are_parted_into_sentences_with_their_owner(embedder):
    found = parted(["It is down. We cannot work.", "Help"], embedder, silent)
    assert found.sentences == ["It is down. We cannot work.", "Help"]
    found = parted(["The page is down. We cannot work.", ""], embedder)
    assert (found.sentences, found.owner.tolist()) == (
        ["The page is down.", "We cannot work.", ""],
        [0, 0, 1],
    )
    assert found.sentence_vectors.tolist() == embedder.encode(found.sentences).tolist()
    assert found.vectors.tolist() == embedder.encode(found.texts).tolist()


def fitted(data, grades, by_distance):
    splits = fold_pairs(folds(MESSAGES, grades, 3), 3)
    return fit_grades(GRADES, GradedMessages(data, grades, 3), splits, silent, by_distance=by_distance)


@pytest.fixture(scope="module")
def runs():
    """Both kinds of models of the same messages: labels by likelihood, and by distance."""
    data = parted([one.text for one in MESSAGES], HashingEmbedder(64))
    return data, [fitted(data, TRUE, distance) for distance in (False, True)]


@pytest.mark.parametrize("kind", [0, 1], ids=["by likelihood", "by distance"])
def test_the_sentence_that_decides_is_learnt(runs, kind):
    data, found = runs[0], runs[1][kind]
    assert (found.model.choose(found.shares) == TRUE).mean() > 0.9
    strength = found.model.sentence_strength(data)
    for place in np.flatnonzero(TRUE == 2):
        own = np.flatnonzero(data.owner == place)
        assert DECIDES[2] in data.sentences[own[strength[own].argmax()]]


def test_shares_are_of_models_that_had_not_seen_the_message(embedder):
    # Labels that follow nothing cannot be told by a model that has not seen them.
    random = np.random.default_rng(4).permutation(TRUE)
    data = parted([one.text for one in MESSAGES], embedder)
    found = fitted(data, random, by_distance=False)
    assert (found.shares.argmax(axis=1) == random).mean() < 0.6
    np.testing.assert_allclose(found.shares.sum(axis=1), 1.0)


def test_cuts_are_there_for_scales_on_which_distance_counts(runs):
    plain, by_distance = (run.model for run in runs[1])
    assert plain.cuts is None and 0.4 <= plain.least_share <= 0.65
    assert by_distance.least_share is None
    assert 0 < by_distance.cuts[0] < by_distance.cuts[1] < 2


def test_cuts_go_half_way_to_where_the_grades_part():
    grades = np.concatenate([np.linspace(0.0, 0.2, 50), np.linspace(0.9, 1.2, 50), np.linspace(1.3, 2.0, 50)])
    first, second = best_cuts(grades, np.repeat(np.arange(3), 50), 3)
    assert first == 0.5  # already parts them
    assert 1.2 < 2 * second - 1.5 <= 1.31


def test_the_first_label_needs_the_share_that_is_best_for_all_half_way():
    # Messages of the other labels have up to .7 of the first one's share; its own have more.
    first = np.concatenate([np.linspace(0.75, 0.9, 60), np.linspace(0.2, 0.7, 40)])
    shares = np.column_stack([first, (1 - first) * 0.6, (1 - first) * 0.4])
    true = np.repeat([0, 1], [60, 40])
    least = best_least_share(shares, true)
    assert 0.70 < 2 * least - 0.5 <= 0.75
