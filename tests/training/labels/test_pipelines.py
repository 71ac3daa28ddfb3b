from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tests.training.ticket_builders import rows
from training.labels.pipelines import (
    description_head,
    embedding_head,
    linear_head,
    prototype_head,
    support_vectors,
)

AXES = np.eye(4, dtype=np.float32)


@pytest.fixture
def data(embedder):
    some = rows(12)
    names = sorted({row["topic"] for row in some})
    texts = [row["body"] for row in some]
    return texts, embedder.encode(texts), np.array([names.index(row["topic"]) for row in some])


def test_every_head_learns_what_is_plain(data):
    texts, vectors, labels = data
    heads = [
        prototype_head(vectors, labels, 3),
        embedding_head(vectors, labels, 3),
        linear_head(texts, vectors, labels, 3),
    ]
    assert [(head.scores(texts, vectors).argmax(axis=1) == labels).mean() for head in heads] == [1, 1, 1]


@pytest.mark.parametrize("balanced", [False, True])
def test_a_label_without_an_example_is_never_the_best(data, balanced):
    texts, vectors, labels = data
    given = np.where(labels == 1, 3, labels)  # of five labels, 1 and 4 have no example
    for head in (
        embedding_head(vectors, given, 5, balanced=balanced),
        linear_head(texts, vectors, given, 5, balanced=balanced),
    ):
        scores = head.scores(texts, vectors)
        assert scores.shape == (36, 5)
        assert set(scores.argmax(axis=1).tolist()) == {0, 2, 3}


def test_of_two_labels_each_has_a_score_and_they_are_opposite(data):
    texts, vectors, labels = data
    two = (labels > 0).astype(np.int64)
    for head in (embedding_head(vectors, two, 2), linear_head(texts, vectors, two, 2)):
        scores = head.scores(texts, vectors)
        np.testing.assert_allclose(scores[:, 0], -scores[:, 1], atol=1e-5)
        assert scores.argmax(axis=1).tolist() == two.tolist()


def test_a_prototype_is_the_mean_in_the_evened_space():
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1], [-0.6, 0.8]], np.float32)
    head = prototype_head(vectors, np.array([0, 0, 1, 1]), 2)
    means = np.array([[0.9, 0.3], [-0.3, 0.9]]) @ head.transform
    expected = means / np.linalg.norm(means, axis=1, keepdims=True)
    np.testing.assert_allclose(head.prototypes, expected, rtol=1e-5)
    spread = np.array([[0.1, -0.3], [-0.1, 0.3], [0.3, 0.1], [-0.3, -0.1]])
    covariance = spread.T @ spread / 4
    shrunken = covariance + 0.5 * np.trace(covariance) / 2 * np.eye(2)
    np.testing.assert_allclose(head.transform.T @ shrunken @ head.transform, np.eye(2), atol=1e-5)


def test_weights_say_how_much_a_message_counts():
    features = sparse.csr_matrix(AXES[[0, 0, 0, 0]])
    labels = np.array([0, 0, 1, 1])
    for weights, best in (([5.0, 5.0, 1.0, 1.0], 0), ([1.0, 1.0, 5.0, 5.0], 1)):
        slopes, intercept = support_vectors(
            features, labels, 2, strength=1.0, balanced=False, weights=np.array(weights)
        )
        assert (features @ slopes + intercept).argmax(axis=1).tolist() == [best] * 4


def test_the_same_data_give_the_same_weights(data):
    texts, vectors, labels = data
    first, second = (linear_head(texts, vectors, labels, 3) for _ in range(2))
    assert first.weights.tobytes() == second.weights.tobytes()
    assert first.intercept.tobytes() == second.intercept.tobytes()


def test_a_description_head_keeps_what_was_written():
    head = description_head(AXES[:3], [0, 0, 1])
    assert (head.descriptions.tolist(), head.owner.tolist()) == (AXES[:3].tolist(), [0, 0, 1])
