from __future__ import annotations

import numpy as np
import pytest

from triage.features.heads import DescriptionHead, EmbeddingHead, LinearHead, PrototypeHead
from triage.features.words import LONGEST, word_features

TEXTS = ["refund my invoice", "cannot log in"]
VECTORS = np.array([[1, 0], [0.6, 0.8]], np.float32)


def test_a_label_scores_the_mean_of_its_nearest_description_and_of_all_of_them():
    head = DescriptionHead(np.array([[1, 0], [0, 1], [0, 1]], np.float32), np.array([0, 0, 1]))
    expected = [[(1 + 0.5) / 2, 0.0], [(0.8 + 0.7) / 2, 0.8]]
    np.testing.assert_allclose(head.scores(TEXTS, VECTORS), expected, rtol=1e-6)


def test_prototypes_are_compared_by_cosine_in_the_evened_space():
    head = PrototypeHead(np.diag([1.0, 3.0]).astype(np.float32), np.array([[1, 0], [0, 1]], np.float32))
    length = np.hypot(0.6, 2.4)
    np.testing.assert_allclose(head.scores(TEXTS, VECTORS), [[1, 0], [0.6 / length, 2.4 / length]], rtol=1e-6)


def test_an_embedding_head_is_linear():
    head = EmbeddingHead(np.array([[2, 0, 1], [0, 1, 1]], np.float32), np.array([0.0, 0.5, -1.0]))
    np.testing.assert_allclose(head.scores(TEXTS, VECTORS), [[2, 0.5, 0], [1.2, 1.3, 0.4]], rtol=1e-6)


@pytest.fixture
def linear():
    """Two labels: the first wants the vectors' first dimension, the second any word of the second text."""
    words = word_features().fit(TEXTS)
    weights = np.zeros((2 + len(words.get_feature_names_out()), 2), np.float32)
    weights[0, 0] = 1.0
    weights[2:, 1] = words.transform([TEXTS[1]]).toarray()[0]
    return LinearHead(words, weights, np.array([0.25, 0.0]), vector_scale=2.0, word_scale=0.5)


def test_a_linear_head_adds_scaled_vectors_scaled_words_and_its_intercept(linear):
    scores = linear.scores(TEXTS, VECTORS)
    np.testing.assert_allclose(scores[:, 0], [2.25, 1.45], rtol=1e-6)
    # The two vectorisers give rows of length one each: a text is twice as like itself.
    np.testing.assert_allclose(scores[1, 1], 0.5 * 2, rtol=1e-6)
    assert scores[0, 1] < 0.5


def test_the_words_of_a_linear_head_add_up_to_its_score(linear):
    spoken = linear.features(TEXTS) @ linear.word_weights(1)
    np.testing.assert_allclose(spoken, linear.scores(TEXTS, VECTORS)[:, 1], rtol=1e-6)
    assert linear.word_weights(0).tolist() == [0.0] * len(linear.word_weights(1))


def test_what_is_very_long_is_read_in_part(linear):
    long = "padding " * LONGEST + TEXTS[1]
    assert (
        linear.scores([long], VECTORS[:1])[0].tolist()
        == linear.scores([long[:LONGEST]], VECTORS[:1])[0].tolist()
    )
