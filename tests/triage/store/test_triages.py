from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.triage.store.builders import DAY, LATER, NOW, corrected, ticket, triage
from triage.errors import TicketNotFound
from triage.store import Labels
from triage.types import CleanText, Correction, SimilarTicket


@pytest.fixture
def desk(store):
    store.upsert([ticket("t1"), ticket("t2", subject="Lost", created_at=NOW + DAY)], NOW)
    return store


def test_every_triage_stays_and_the_latest_counts(desk):
    first, second = triage(), triage(topic="Refunds")
    desk.save_triages([first], NOW)
    desk.save_triages([second], LATER)
    assert [(one.triage, one.made_at) for one in desk.triages("t1")] == [(second, LATER), (first, NOW)]
    assert desk.triage("t1").triage == second
    assert desk.triage("t2") is None
    assert desk.get("t1").predicted_topic == "Refunds"
    with pytest.raises(TicketNotFound):
        desk.save_triages([triage("t2"), triage("t9")], NOW)
    assert desk.triage("t2") is None


def test_similar_tickets_are_shown_as_they_are_now(desk):
    similar = tuple(SimilarTicket(key, "Old subject", 0.9, "x", "new", "Ben") for key in ("t2", "gone"))
    desk.save_triages([triage(similar_tickets=similar)], NOW)
    desk.correct([corrected("t2", topic="Lost parcel")])
    assert desk.triage("t1").triage.similar_tickets == (
        SimilarTicket("t2", "Lost", 0.9, "Lost parcel", "open"),
    )


def test_a_person_is_needed_until_one_gave_the_topic(desk):
    desk.save_triages([triage(accepted=False), triage("t2", accepted=False, noise="spam")], NOW)
    assert [desk.get(key).needs_person for key in ("t1", "t2")] == [True, False]
    desk.correct([corrected(urgency="high")])
    assert desk.get("t1").needs_person
    desk.correct([corrected(topic="Refunds")])
    assert not desk.get("t1").needs_person
    desk.save_triages([triage("t2")], NOW, needs_person={"t2": True})
    assert desk.get("t2").needs_person


def test_predictions_stand_beside_what_people_said(desk):
    desk.save_triages([triage(audited=True), triage("t2")], LATER)
    desk.correct([corrected(topic="Refunds", churn_intent="explicit")])
    [judged] = desk.judged(audited=True)
    assert (judged.ticket_id, judged.topic, judged.topic_probability) == ("t1", "Delivery", 0.8)
    assert (judged.churn_intent, judged.churn_intent_accepted) == ("at_risk", False)
    assert judged.said == Labels("Refunds", "", "explicit", "")
    assert (judged.created_at, judged.made_at, judged.models) == (NOW, LATER, {"topic": "3"})
    assert [one.ticket_id for one in desk.judged(start=NOW + DAY)] == ["t2"]
    assert desk.topic_counts(end=NOW + DAY) == {"Delivery": 1}


def test_corrections_are_kept_field_by_field_and_survive_an_update(desk):
    desk.correct([Correction("t1", NOW, "Aino", topic="Refunds", urgency="high")])
    desk.correct([Correction("t1", LATER, "Ben", topic="Login", issue_id="i1")])
    said = [(one.field, one.label, one.corrected_by) for one in desk.corrections("t1")]
    assert said == [
        *(("topic", "Refunds", "Aino"), ("urgency", "high", "Aino")),
        *(("topic", "Login", "Ben"), ("issue_id", "i1", "Ben")),
    ]
    desk.upsert([ticket("t1", topic="Delivery", churn_intent="none")], LATER)
    assert desk.labels(["t1", "t9"]) == {"t1": Labels("Login", "high", "none", "i1")}
    assert (desk.count_corrections(), desk.count_corrections(since=LATER)) == (4, 2)
    with pytest.raises(TicketNotFound):
        desk.correct([corrected("t9", topic="x")])


def test_vectors_come_back_by_window_and_by_id(desk):
    matrix = np.array([[0.5, -0.25], [1, 0]], np.float32)
    desk.put_vectors("tiny", ["t2", "t1"], matrix)
    found, values = desk.vectors("tiny")
    assert (found, values.tolist(), values.dtype) == (["t1", "t2"], [[1, 0], [0.5, -0.25]], np.float16)
    assert desk.vectors("tiny", start=NOW + DAY)[0] == ["t2"]
    assert desk.vectors_of("tiny", ["t2", "t9", "t1"])[0] == ["t2", "t1"]
    assert desk.vectors("other")[1].shape == (0, 0)
    desk.put_vectors("tiny", ["t1", "unknown"], matrix)
    assert desk.vectors_of("tiny", ["t1"])[1].tolist() == [[0.5, -0.25]]


def test_vectors_are_made_anew_where_the_text_changed(desk):
    clean = CleanText("Where?")
    desk.save_clean({"t1": clean, "t2": clean})
    desk.put_vectors("tiny", ["t1", "t2"], np.eye(2))
    assert desk.without_vector("tiny", 5) == ()
    desk.upsert([replace(ticket("t1"), body="Lost")], LATER)
    desk.save_clean({"t1": clean})
    assert desk.without_vector("tiny", 5) == ("t1",)
    assert desk.drop_other_vectors("next") == 1
