from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kb.embedder.hashing import HashingEmbedder
from kb.types import Span
from triage.descriptions import describe, described_model
from triage.features.confidence import Logistic, Neighbourhood
from triage.features.graded import GradedModel
from triage.features.heads import EmbeddingHead, LinearHead
from triage.features.topic import TopicModel
from triage.features.words import word_features
from triage.predictor import UNKNOWN, Predictor, _raised
from triage.types import Choice, CleanText, Topic

EMBEDDER = HashingEmbedder(256)
TOPICS = [
    Topic("billing", "invoices refunds charges"),
    Topic("login", "password account locked"),
    Topic("export", "spreadsheet download file"),
    Topic("calendar", "appointment booking week"),
    Topic("phone", "call number ring"),
]
LABELS = [topic.name for topic in TOPICS]
TOPIC = described_model(LABELS, describe(TOPICS, LABELS, EMBEDDER))
LEAVING = "We shall cancel the contract in May."


class Counting:
    """An embedder that remembers what it was asked."""

    fingerprint, dimension, max_tokens = EMBEDDER.fingerprint, EMBEDDER.dimension, EMBEDDER.max_tokens

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked.append(list(texts))
        return EMBEDDER.encode(texts)


def message(text, *requests):
    return CleanText(
        text, statements=tuple(Span(text.index(one), text.index(one) + len(one)) for one in requests)
    )


def grades(labels, word):
    """A model that gives the last label to messages of which a sentence holds a word, and the first to others."""
    words = word_features().fit([word])
    names = list(words.get_feature_names_out())
    weights = np.zeros((EMBEDDER.dimension + len(names), len(labels)), np.float32)
    weights[EMBEDDER.dimension + names.index(f"words__{word}"), -1] = 1.0
    head = LinearHead(words, weights, np.zeros(len(labels)), vector_scale=0.0, word_scale=1.0)
    joining = np.zeros((2 * len(labels), len(labels)))
    joining[-2, -1] = 8.0
    intercept = np.zeros(len(labels))
    intercept[0] = 4.0
    return GradedModel(tuple(labels), head, head, joining, intercept)


CHURN = grades(("none", "hint", "notice"), "cancel")
URGENCY = grades(("low", "normal", "urgent"), "down")


def test_a_task_without_a_model_predicts_nothing():
    (found,) = Predictor(EMBEDDER).predict([CleanText("the invoice")])
    assert (found.topic, found.urgency, found.churn) == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert (found.topics, found.churn_quote) == ((), "")
    assert found.vector.tolist() == EMBEDDER.encode(["the invoice"])[0].tolist()


def test_no_messages_are_not_embedded():
    counting = Counting()
    assert Predictor(counting, TOPIC).predict([]) == []
    assert counting.asked == []


def test_each_distinct_text_is_embedded_once_shortest_first():
    counting = Counting()
    first = message(
        "refunds of charges\n\npassword fails again", "refunds of charges", "password fails again"
    )
    Predictor(counting, TOPIC, URGENCY, CHURN).predict([first, first, CleanText("password fails again")])
    assert counting.asked == [["refunds of charges", "password fails again", first.text]]


def test_a_message_is_given_its_topic_with_the_next_best_ones():
    (found,) = Predictor(EMBEDDER, TOPIC).predict([CleanText("charges and refunds for an account")])
    shares = TOPIC.predict(["_"], found.vector[None]).shares[0]
    assert found.topic.label == "billing"
    assert found.topic.probability == round(float(shares[0]), 4)
    assert found.topic.alternatives[0] == Choice("login", round(float(shares[1]), 4))
    assert len(found.topic.alternatives) == 3
    assert found.topics == (Choice("billing", found.topic.probability),)


def test_what_fits_no_topic_leaves_less_for_the_others():
    vectors = np.eye(2, EMBEDDER.dimension, dtype=np.float32)
    near = Neighbourhood(vectors, vectors)
    head = EmbeddingHead(np.zeros((EMBEDDER.dimension, 2), np.float32), np.array([0.0, 1.0]))
    right, novelty = Logistic(np.zeros(4), float(np.log(3))), Logistic(np.zeros(4), 0.0)
    model = TopicModel(("billing", "login"), (head,), (1.0,), 1.0, near, right, novelty)
    (found,) = Predictor(EMBEDDER, model).predict([CleanText("giraffe")])
    assert (found.topic.label, found.topic.probability, found.topic.none_of_these) == ("login", 0.375, 0.5)
    assert found.topic.alternatives == (Choice("billing", round(1 - 0.375 - 0.5, 4)),)


def test_the_topics_of_separate_requests_follow_that_of_the_message():
    text = "Refunds of charges and invoices.\nMy password is locked.\nCharges again."
    given = message(text, "Refunds of charges and invoices.", "My password is locked.", "Charges again.")
    (found,) = Predictor(EMBEDDER, TOPIC).predict([given])
    sure = TOPIC.predict(["_"], EMBEDDER.encode(["My password is locked."])).confidence[0]
    assert found.topics == (
        Choice("billing", found.topic.probability),
        Choice("login", round(float(sure), 4)),
    )


def test_a_single_request_is_the_message_itself():
    given = message("Refunds of charges.\nMy password", "My password")
    (found,) = Predictor(EMBEDDER, TOPIC).predict([given])
    assert found.topics == (Choice(found.topic.label, found.topic.probability),)


def test_urgency_is_read_from_the_sentence_that_says_it():
    calm, urgent = Predictor(EMBEDDER, urgency=URGENCY).predict(
        [
            CleanText("The report has a typo."),
            CleanText("Good morning to all of you. Everything is down today."),
        ]
    )
    assert (calm.urgency.label, urgent.urgency.label) == ("low", "urgent")
    assert urgent.urgency.probability > 0.8
    assert {choice.label for choice in urgent.urgency.alternatives} == {"low", "normal"}
    total = urgent.urgency.probability + sum(choice.probability for choice in urgent.urgency.alternatives)
    assert total == pytest.approx(1.0, abs=2e-4)


def test_the_sentence_that_speaks_for_leaving_is_quoted():
    stays, leaves = Predictor(EMBEDDER, churn=CHURN).predict(
        [
            CleanText("The export is fine. Thank you for it."),
            CleanText(f"The export is empty. {LEAVING} Kind regards to you."),
        ]
    )
    assert (stays.churn.label, stays.churn_quote) == ("none", "")
    assert (leaves.churn.label, leaves.churn_quote) == ("notice", LEAVING)


def test_a_message_without_words_is_predicted_too():
    (found,) = Predictor(EMBEDDER, TOPIC, URGENCY, CHURN).predict([CleanText("")])
    assert (found.urgency.label, found.churn.label, found.churn_quote) == ("low", "none", "")


def test_nothing_is_accepted_unless_a_rule_is_given():
    (found,) = Predictor(EMBEDDER, TOPIC, URGENCY).predict([CleanText("invoices")])
    assert (found.topic.accepted, found.urgency.accepted) == (False, False)


def test_a_rule_is_asked_with_the_probability_as_it_is():
    asked = []

    def accepts(task, label, probability):
        asked.append((task, label, probability))
        return task == "topic"

    (found,) = Predictor(EMBEDDER, TOPIC, URGENCY, CHURN, accepts).predict([CleanText("invoices refunds")])
    assert [(task, label) for task, label, _ in asked] == [
        ("topic", "billing"),
        ("urgency", "low"),
        ("churn_intent", "none"),
    ]
    assert asked[0][2] == TOPIC.predict(["_"], found.vector[None]).confidence[0]
    assert (found.topic.accepted, found.urgency.accepted, found.churn.accepted) == (True, False, False)


def test_each_request_is_labelled_by_itself_and_the_message_keeps_the_most_urgent():
    first, second = "The invoice of May is missing.", "Also, the phone is down."
    (found,) = Predictor(EMBEDDER, TOPIC, URGENCY).predict([message(f"{first} {second}", first, second)])
    assert [topic.label for topic, _ in found.requests] == ["billing", "phone"]
    assert [urgency.label for _, urgency in found.requests] == ["low", "urgent"]
    assert found.urgency.label == "urgent"


def test_a_request_that_is_surely_more_urgent_than_the_message_raises_it():
    model = grades(("low", "normal", "urgent"), "down")
    shy = replace(model, cuts=np.array([5.0, 6.0]))  # of a whole message it always says the least
    sure = Choice("urgent", 0.9)
    calm, doubtful = Choice("low", 0.99), Choice("urgent", 0.6)
    (own,) = (one.urgency for one in Predictor(EMBEDDER, None, shy).predict([CleanText("all is down")]))
    nothing = Choice("", 0.0)
    raised = _raised(own, ((nothing, calm), (nothing, sure)))
    assert (raised.label, raised.probability, raised.alternatives[0].label) == ("urgent", 0.9, "low")
    assert _raised(own, ((nothing, calm), (nothing, doubtful))) == own
    assert _raised(own, ()) == own


def test_a_message_with_one_request_has_none_apart():
    (found,) = Predictor(EMBEDDER, TOPIC, URGENCY).predict(
        [message("the phone is down", "the phone is down")]
    )
    assert found.requests == ()
