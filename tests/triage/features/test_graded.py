from __future__ import annotations

import numpy as np
import pytest

from triage.features.confidence import softmax
from triage.features.graded import GradedModel, Parted, expected, joined_scores
from triage.features.heads import LinearHead
from triage.features.words import word_features

LABELS = ("low", "normal", "urgent")


def test_the_expected_grade_weighs_the_grades_by_their_shares():
    np.testing.assert_allclose(expected(np.array([[1.0, 0, 0], [0.2, 0.5, 0.3]])), [0.0, 1.1])


def test_of_the_sentences_the_strongest_counts_for_each_grade():
    whole = np.array([[3.0, 0.0, 0.0], [0.0, 0.0, 6.0]])
    parts = np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 4.0], [2.0, 1.0, 0.5]])
    found = joined_scores(whole, parts, np.array([0, 0, 1]))
    np.testing.assert_allclose(
        found, [[2, -1, -1, 1, 4, np.log(3)], [-2, -2, 4, -1, -1.5, np.log(2)]], rtol=1e-6
    )


def test_a_message_without_a_sentence_has_no_strength():
    found = joined_scores(np.zeros((2, 3)), np.array([[0.0, 1.0, 2.0]]), np.array([1]))
    np.testing.assert_allclose(found, [[0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 2, np.log(2)]])


def model(cuts=None):
    """Heads that read the second dimension as normal and the third as urgent; the words count for nothing."""
    words = word_features().fit(["any words"])
    weights = np.zeros((3 + len(words.get_feature_names_out()), 3), np.float32)
    weights[:3, :3] = np.eye(3)
    head = LinearHead(words, weights, np.zeros(3), vector_scale=1.0, word_scale=1.0)
    joining = np.zeros((6, 3))
    joining[4, 2] = 4.0  # the strongest sentence for urgent
    return GradedModel(LABELS, head, head, joining, np.array([0.0, 1.0, -1.0]), cuts)


@pytest.fixture
def given():
    """A calm message, and one of which the second sentence is urgent."""
    vectors = np.eye(3, dtype=np.float32)
    return Parted(
        ["thank you", "hello. all is down"],
        vectors[[0, 1]],
        ["thank you", "hello.", "all is down"],
        vectors[[0, 0, 2]],
        np.array([0, 1, 1]),
    )


def test_one_sentence_may_decide(given):
    shares = model().shares(given)
    np.testing.assert_allclose(shares, softmax(np.array([[0.0, 1.0, -5.0], [0.0, 1.0, 3.0]])), rtol=1e-6)
    assert model().choose(shares).tolist() == [1, 2]


def test_the_features_are_the_joined_scores_of_both_heads(given):
    found = model().features(given)
    np.testing.assert_allclose(found[1], [-1 / 3, 2 / 3, -1 / 3, 0, 1, np.log(3)], atol=1e-6)


def test_with_cuts_the_expected_grade_decides():
    shares = np.array([[0.5, 0.1, 0.4], [0.5, 0.4, 0.1], [0.1, 0.3, 0.6]])
    assert model().choose(shares).tolist() == [0, 0, 2]
    assert model(np.array([0.7, 1.4])).choose(shares).tolist() == [1, 0, 2]


def test_a_grade_begins_at_its_cut():
    at_the_cut = np.array([[0.5, 0.5, 0.0]])
    assert model(np.array([0.5, 1.5])).choose(at_the_cut).tolist() == [1]


def test_sentences_are_ranked_by_how_much_more_than_the_least_grade_they_say(given):
    assert model().sentence_strength(given).tolist() == [-1.0, -1.0, 1.0]
