from __future__ import annotations

import numpy as np

from triage.features.confidence import Logistic, Neighbourhood, logit, softmax
from triage.features.heads import EmbeddingHead
from triage.features.topic import TopicModel, signs_of

LABELS = ("billing", "login", "export")
AXES = np.eye(3, dtype=np.float32)
TEXTS = ["an invoice", "a password"]
VECTORS = np.array([[1, 0, 0], [0, 0.8, 0.6]], np.float32)
NEAR = Neighbourhood(AXES, AXES)
HEAD = EmbeddingHead(AXES, np.zeros(3))
LEVEL = Logistic(np.zeros(4), float(np.log(3)))  # a probability of 0.75, whatever the message


def centred(rows):
    return rows - rows.mean(axis=1, keepdims=True)


def test_heads_are_centred_scaled_and_added():
    other = EmbeddingHead(AXES[::-1] * 4, np.full(3, 7.0))
    model = TopicModel(LABELS, (HEAD, other), (1.0, 4.0), sharpness=1.0)
    np.testing.assert_allclose(
        model.scores(TEXTS, VECTORS), (centred(VECTORS) + centred(VECTORS[:, ::-1])) / 2, atol=1e-6
    )


def test_without_examples_the_shares_speak_alone():
    scored = TopicModel(LABELS, (HEAD,), (1.0,), sharpness=5.0).predict(TEXTS, VECTORS)
    np.testing.assert_allclose(scored.shares, softmax(5.0 * VECTORS.astype(float)), rtol=1e-6)
    assert scored.confidence.tolist() == scored.shares.max(axis=1).tolist()
    assert scored.none_of_these.tolist() == [0.0, 0.0]
    assert scored.best.tolist() == [0, 1]


def test_a_sharper_model_is_surer_of_the_same_labels():
    blunt, sharp = (
        TopicModel(LABELS, (HEAD,), (1.0,), sharpness).predict(TEXTS, VECTORS) for sharpness in (1.0, 10.0)
    )
    assert blunt.best.tolist() == sharp.best.tolist()
    assert (sharp.confidence > blunt.confidence).all()


def test_the_probability_is_what_was_learnt_of_how_sure_a_choice_looks():
    scored = TopicModel(LABELS, (HEAD,), (1.0,), 5.0, NEAR, LEVEL).predict(TEXTS, VECTORS)
    np.testing.assert_allclose(scored.confidence, [0.75, 0.75])
    assert scored.none_of_these.tolist() == [0.0, 0.0]


def test_a_message_of_no_topic_lowers_the_probability_of_any():
    unlike = Logistic(np.array([0.0, 0.0, 0.0, -10.0]), 9.0)  # the less like the label, the newer
    scored = TopicModel(LABELS, (HEAD,), (1.0,), 5.0, NEAR, LEVEL, unlike).predict(TEXTS, VECTORS)
    none = 1 / (1 + np.exp([1.0, -1.0]))
    np.testing.assert_allclose(scored.none_of_these, none, rtol=1e-5)
    np.testing.assert_allclose(scored.confidence, 0.75 * (1 - none), rtol=1e-5)


def test_the_signs_are_log_odds_best_score_and_nearness():
    scores = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]])
    shares = softmax(scores)
    signs = signs_of(scores, shares, NEAR, VECTORS)
    np.testing.assert_allclose(signs[:, 0], logit(shares.max(axis=1)))
    np.testing.assert_allclose(signs[:, 1:], [[2.0, 1 / 3, 1.0], [3.0, 1.4 / 3, 0.8]], rtol=1e-6)
