from __future__ import annotations

import pytest

from kb.embedder.hashing import HashingEmbedder
from kb.types import Span
from tests.triage.desk_builders import NOW, desk_over, ticket
from tests.triage.test_predictor import CHURN, TOPIC
from triage.evidence import explain
from triage.left_out import MOST, _phrases, in_words
from triage.predictor import Predictor
from triage.text import clean
from triage.types import Evidence, Ticket

BODY = "My good friends, some invoices of the spring show strange refunds. Best wishes from the whole crew."


@pytest.fixture
def told():
    predictor = Predictor(HashingEmbedder(256), TOPIC, None, CHURN)
    one, text = Ticket("t1", "", BODY), clean("", BODY)
    (predicted,) = predictor.predict([text])
    return predictor, text, predicted.topic, explain(predictor, one, text, predicted)


def test_the_sentence_that_carried_a_topic_gives_way_to_its_words(told):
    predictor, text, topic, evidence = told
    found = in_words(predictor, "", text, topic, evidence)
    words = [BODY[one.start : one.end] for one in found if one.end - one.start < 20]
    assert topic.label == "billing"
    assert {"invoices", "refunds."} <= set(words)
    assert all(one.weight > 0 and one.speaks_for == "billing" for one in found[:2])
    assert not any(BODY[one.start : one.end].startswith("My good friends") for one in found)


def test_what_is_not_a_sentence_of_the_text_is_left_as_it_is(told):
    predictor, text, topic, _ = told
    elsewhere = (
        Evidence("body", 3, 9, "billing", 1.0, "topic"),
        Evidence("body", 0, 9, "urgent", 2.0, "urgency"),
    )
    assert in_words(predictor, "", text, topic, elsewhere) == elsewhere


def test_a_long_sentence_is_taken_apart_into_few_runs():
    text = "word " * 100
    runs = _phrases(text, Span(0, len(text)))
    assert len(runs) <= MOST
    assert (runs[0].start, runs[-1].end) == (0, 499)
    assert _phrases("  ", Span(0, 2)) == []


def test_a_ticket_seen_shows_words_and_the_triage_keeps_its_sentences(engine):
    desk = desk_over(engine)
    made = desk.triage(ticket(body=f"{BODY} A card payment was charged twice."), now=NOW)
    seen = desk.view("t1", now=NOW).evidence
    longest = max((one for one in made.evidence), key=lambda one: one.weight)
    assert longest in made.evidence
    assert longest not in seen
    assert {one.task for one in seen} == {"topic"}
