from __future__ import annotations

import time

import numpy as np

from kb.embedder.hashing import HashingEmbedder
from kb.types import Span
from triage.evidence import MOST, explain, graded_weights, topic_weights
from triage.features.graded import GradedModel
from triage.features.heads import LinearHead
from triage.features.sentences import sentences
from triage.features.topic import TopicModel
from triage.features.words import word_features
from triage.predictor import Predictor
from triage.text import clean
from triage.types import Choice, Prediction, Ticket
from triage.word_weights import word_weights

TEXTS = [
    "My card was charged twice, please refund the payment!",
    "I cannot sign in. My password is wrong and wrong again.",
    "The tablet crashes; the kiosk is dead.",
]
EMBEDDER = HashingEmbedder(8)


def linear_head(labels=3, seed=1):
    words = word_features().fit(TEXTS)
    features = sum(len(part.vocabulary_) for _, part in words.transformer_list)
    random = np.random.default_rng(seed)
    weights = random.normal(size=(8 + features, labels)).astype(np.float32)
    return LinearHead(words, weights, np.zeros(labels), 1.0, 2.0)


def test_the_weights_of_words_add_up_to_what_the_word_features_add():
    head = linear_head()
    towards = np.array([1.0, -1.0, 0.0])
    for text in (*TEXTS, "wrong wrong WRONG password, never seen; a I"):
        added = word_weights(head, text, towards)
        whole = head.scores([text], np.zeros((1, 8), np.float32))[0] @ towards
        assert np.isclose(sum(added.values()), whole, atol=1e-4)


def test_words_stand_without_the_marks_around_them():
    assert list(word_weights(linear_head(), "refund, (payment)!", np.array([1.0, 0, 0]))) == [
        Span(0, 6),
        Span(9, 16),
    ]


def test_the_topics_weights_add_up_to_the_words_part_of_its_log_odds():
    model = TopicModel(("a", "b", "c"), (linear_head(), linear_head(seed=2)), (2.0, 0.5), 3.0)
    text = TEXTS[0]
    silent = np.zeros((1, 8), np.float32)
    scores = model.scores([text], silent)[0] * model.sharpness
    best, second = (int(place) for place in np.argsort(-scores)[:2])
    said = Prediction(model.labels[best], 0.9, True, (Choice(model.labels[second], 0.05),))
    weights = topic_weights(Predictor(EMBEDDER, model), model, text, said)
    assert np.isclose(sum(weights.values()), scores[best] - scores[second], atol=1e-3)


def test_the_grades_weights_add_up_to_what_words_add_to_its_log_odds():
    labels = ("low", "normal", "high")
    random = np.random.default_rng(3)
    model = GradedModel(labels, linear_head(), linear_head(seed=2), random.normal(size=(6, 3)), np.zeros(3))
    predictor = Predictor(EMBEDDER, urgency=model)
    text = TEXTS[1]
    spans = sentences(text)
    pieces = [text[span.start : span.end] for span in spans]
    weights = graded_weights(predictor, model, text, Prediction("high", 0.5, False, (Choice("low", 0.3),)))
    slope = model.weights[:, 2] - model.weights[:, 0]
    whole = model.message.scores([text], np.zeros((1, 8), np.float32))[0]
    heard = model.sentence.scores(pieces, EMBEDDER.encode(pieces))
    words_only = model.sentence.scores(pieces, np.zeros((len(pieces), 8), np.float32))
    strongest = (heard[:, 1:] - heard[:, :1]).argmax(axis=0)
    parts = [words_only[row, grade] - words_only[row, 0] for grade, row in enumerate(strongest, start=1)]
    expected = (whole - whole.mean()) @ slope[:3] + np.array(parts) @ slope[3:5]
    assert np.isclose(sum(weights.values()), expected, atol=1e-3)


def test_the_evidence_lies_in_the_ticket_as_it_came_and_is_quick():
    model = TopicModel(("a", "b", "c"), (linear_head(),), (1.0,), 3.0)
    predictor = Predictor(EMBEDDER, model)
    ticket = Ticket("t1", "Re: card", f"Hello,\n\n{' '.join(TEXTS)}\n\nBest\nAnn")
    text = clean(ticket.subject, ticket.body)
    (predicted,) = predictor.predict([text])
    found = explain(predictor, ticket, text, predicted)
    assert 0 < len(found) <= MOST
    assert all(one.speaks_for == predicted.topic.label and one.task == "topic" for one in found)
    words = {getattr(ticket, one.field)[one.start : one.end] for one in found}
    assert all(word and " " not in word for word in words)
    assert "Ann" not in words
    started = time.perf_counter()
    for _ in range(20):
        explain(predictor, ticket, text, predicted)
    assert (time.perf_counter() - started) / 20 < 0.05


def test_a_model_of_vectors_alone_weighs_sentences():
    from triage.descriptions import describe, described_model
    from triage.types import Topic

    embedder = HashingEmbedder(64)
    topics = [Topic("payments", "card refund payment"), Topic("login", "sign in password")]
    labels = [topic.name for topic in topics]
    model = described_model(labels, describe(topics, labels, embedder))
    said = Prediction("payments", 0.9, False, (Choice("login", 0.1),))
    weights = topic_weights(
        Predictor(embedder, model), model, "I want a card refund. My sign in password works.", said
    )
    assert [round(weight) > 0 for weight in weights.values()] == [True, False]


def test_a_fitted_vectoriser_is_read_as_scikit_learn_reads_it():
    head = linear_head()
    every = np.ones((head.weights.shape[0], 3), np.float32)
    counted = LinearHead(head.words, every, np.zeros(3), 0.0, 1.0)
    text = "kiosk a kiosk; THE tablet's dead-end crashes"
    total = float(head.words.transform([text]).sum())
    assert np.isclose(sum(word_weights(counted, text, np.array([1.0, 0, 0])).values()), total, atol=1e-4)
