from __future__ import annotations

import numpy as np

from kb.embedder.hashing import HashingEmbedder
from triage.features.graded import GradedModel
from triage.features.heads import LinearHead
from triage.features.words import word_features
from triage.recalling import Latest, RecallingEmbedder, RecallingHead, recalling_grades

TEXTS = ["My card was charged twice", "I cannot sign in", "", "charged twice again"]


def test_what_is_known_is_not_made_again_and_the_oldest_is_forgotten():
    made = []
    latest = Latest(lambda texts: [made.append(text) or text.upper() for text in texts], size=2)
    assert latest.of(["a", "b", "a"]) == ["A", "B", "A"]
    assert latest.of(["c", "b"]) == ["C", "B"]
    assert latest.of(["a"]) == ["A"]
    assert made == ["a", "b", "c", "a"]


def test_a_recalling_embedder_gives_the_vectors_of_the_one_below():
    plain = HashingEmbedder()
    recalling = RecallingEmbedder(HashingEmbedder())
    recalling.encode(TEXTS[:2])
    assert np.array_equal(recalling.encode(TEXTS), plain.encode(TEXTS))
    assert recalling.encode([]).shape == (0, plain.dimension)


def test_a_recalling_head_scores_as_the_head_below():
    words = word_features().fit(TEXTS)
    count = sum(len(part.vocabulary_) for _, part in words.transformer_list)
    chance = np.random.default_rng(1)
    weights = chance.normal(size=(8 + count, 3)).astype(np.float32)
    head = LinearHead(words, weights, np.zeros(3), 1.0, 0.5)
    recalling = RecallingHead.over(head)
    vectors = chance.normal(size=(4, 8)).astype(np.float32)
    recalling.scores(TEXTS[1:3], vectors[1:3])
    assert np.array_equal(recalling.features(TEXTS).toarray(), head.features(TEXTS).toarray())
    assert np.allclose(recalling.scores(TEXTS, vectors), head.scores(TEXTS, vectors))


def test_a_model_that_was_saved_before_a_part_was_added_takes_its_default():
    head = LinearHead(word_features().fit(TEXTS), np.zeros((200, 2), np.float32), np.zeros(2), 1.0, 1.0)
    model = GradedModel(("low", "high"), head, head, np.zeros((4, 2)), np.zeros(2), np.array([0.5]))
    old = object.__new__(GradedModel)
    for name in ("labels", "message", "sentence", "weights", "intercept", "cuts"):
        object.__setattr__(old, name, getattr(model, name))
    made = recalling_grades(old)
    assert (made.labels, made.cuts is model.cuts) == (("low", "high"), True)
    assert isinstance(made.message, RecallingHead)
    assert made.choose(np.array([[0.3, 0.7]])).tolist() == [1]
