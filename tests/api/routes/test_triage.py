from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.conftest import NOW

TRIAGE, BATCH = "/api/v1/triage", "/api/v1/triage/batch"
TOPICS = [
    {"name": "payments", "description": "card payment refund charged twice money back"},
    {"name": "login", "description": "cannot sign in password locked out"},
]
TICKET = {"id": "T-1", "subject": "Refund", "body": "My card was charged twice, please refund the payment."}
REFUNDS = {
    "title": "Refunds of a card payment",
    "text": "A refund of a card payment takes five working days.",
}


@pytest.fixture
def desk(parts, manager):
    manager.put("/api/v1/topics", json={"topics": TOPICS})
    return parts.desk


def problem(response):
    return response.get_json(force=True)


def test_a_ticket_is_told_everything_about_and_stored(manager, desk):
    response = manager.post(TRIAGE, json=TICKET | {"customer_plan": "Gold"})
    assert response.status_code == 200
    told = response.json
    assert (told["ticket_id"], told["topic"]["label"], told["needs_person"]) == ("T-1", "payments", True)
    assert told["topic"]["alternatives"][0]["label"] == "login"
    assert [one["for"] for one in told["evidence"]] == ["payments"] * len(told["evidence"])
    assert (told["churn"]["risk"], told["churn"]["band"], told["churn"]["horizon_days"]) == (None, "none", 90)
    assert told["models"] == {"topic": "descriptions"}
    kept = desk.store.get("T-1").ticket
    assert (kept.body, kept.attributes) == (TICKET["body"], {"customer_plan": "Gold"})


def test_articles_of_the_knowledge_base_are_suggested_to_those_who_may_see_them(manager, sign_in, desk):
    manager.put("/api/v1/articles/help:refunds", json=REFUNDS | {"audience": "staff"})
    (article,) = manager.post(TRIAGE, json=TICKET).json["suggested_articles"]
    assert (article["article_id"], article["quote"]) == ("help:refunds", REFUNDS["text"])
    assert sign_in("helpdesk", {"public"}).post(TRIAGE, json=TICKET).json["suggested_articles"] == []


def test_a_broken_knowledge_base_costs_the_articles_and_not_the_triage(manager, desk, parts, monkeypatch):
    monkeypatch.setattr(type(parts), "knowledge", property(lambda self: 1 / 0))
    told = manager.post(TRIAGE, json=TICKET)
    assert (told.status_code, told.json["suggested_articles"]) == (200, [])


def test_a_dry_run_stores_nothing(manager, desk):
    told = manager.post(TRIAGE, json=TICKET | {"dry_run": True})
    assert (told.status_code, told.json["topic"]["label"]) == (200, "payments")
    assert desk.store.count() == 0


def test_every_fault_of_a_ticket_is_told_at_once_and_nothing_is_stored(manager, desk):
    wrong = {
        "body": {"text": "hello"},
        "created_at": "yesterday",
        "urgency": "terrible",
        "csat": 9,
        "reopened": "often",
        "tags": [1],
        "id": "x" * 300,
    }
    response = manager.post(TRIAGE, json=wrong)
    assert (response.status_code, problem(response)["type"]) == (422, "/api/docs#invalid-ticket")
    assert {fault["field"] for fault in problem(response)["errors"]} == set(wrong)
    assert desk.store.count() == 0


@pytest.mark.parametrize("empty", [{}, {"body": ""}, {"body": " \n\t ", "subject": "  "}])
def test_an_empty_ticket_is_a_fault(manager, desk, empty):
    response = manager.post(TRIAGE, json=empty)
    assert (response.status_code, problem(response)["errors"][0]["field"]) == (422, "body")


def test_a_ticket_from_the_future_is_a_fault(manager, desk):
    ahead = (NOW + timedelta(minutes=6)).isoformat()
    response = manager.post(TRIAGE, json=TICKET | {"created_at": ahead})
    assert [fault["field"] for fault in problem(response)["errors"]] == ["created_at"]
    near = (NOW + timedelta(minutes=4)).isoformat()
    assert manager.post(TRIAGE, json=TICKET | {"created_at": near}).status_code == 200


def test_a_label_that_is_no_topic_is_a_fault(manager, desk):
    response = manager.post(TRIAGE, json=TICKET | {"topic": "shipping"})
    assert (response.status_code, problem(response)["errors"][0]["field"]) == (422, "topic")
    assert desk.store.count() == 0


def test_an_id_that_is_taken_is_a_conflict_unless_the_content_is_the_same(manager, desk):
    first = manager.post(TRIAGE, json=TICKET)
    assert manager.post(TRIAGE, json=TICKET).json == first.json
    response = manager.post(TRIAGE, json=TICKET | {"body": "Something else."})
    assert (response.status_code, problem(response)["type"]) == (409, "/api/docs#ticket-conflict")
    assert desk.store.get("T-1").ticket.body == TICKET["body"]


def test_what_is_too_large_or_not_json_is_refused(manager, desk):
    large = b'{"body": "' + b"x" * 5_000_000 + b'"}'
    assert manager.post(TRIAGE, data=large, content_type="application/json").status_code == 413
    assert (
        manager.post(TRIAGE, data=b"\x00\xff\xfe\x89PNG", content_type="application/json").status_code == 400
    )
    assert manager.post(TRIAGE, data=b"\x89PNG", content_type="image/png").status_code == 415
    assert manager.post(TRIAGE, json=["a"]).status_code == 422
    assert desk.store.count() == 0


def test_a_body_of_odd_characters_is_kept(manager, desk):
    odd = "payment \x00 \ud800 \u202e refund 💳"
    assert manager.post(TRIAGE, json={"id": "odd", "body": odd}).status_code in {200, 400}
    assert manager.post(TRIAGE, json={"id": "long", "body": "refund my payment " * 20_000}).status_code == 200
    assert desk.store.get("long").triaged


def test_a_request_that_is_repeated_is_done_once(manager, desk):
    unnamed = {"body": TICKET["body"]}
    key = {"Idempotency-Key": "k-1"}
    first = manager.post(TRIAGE, json=unnamed, headers=key)
    again = manager.post(TRIAGE, json=unnamed, headers=key)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert desk.store.count() == 1
    other = manager.post(TRIAGE, json={"body": "another"}, headers=key)
    assert (other.status_code, problem(other)["type"]) == (422, "/api/docs#idempotency-key-reused")


def test_a_batch_gives_a_result_or_a_problem_for_each_in_order(manager, desk):
    manager.post(TRIAGE, json=TICKET)
    tickets = [
        {"id": "a", "body": "I cannot sign in, my password is refused."},
        {"id": "b", "body": ""},
        TICKET | {"body": "other"},
        {"id": "c", "body": "refund my card payment", "topic": "shipping"},
        TICKET,
        "no object",
    ]
    items = manager.post(BATCH, json={"tickets": tickets}).json["items"]
    statuses = [item["problem"] and item["problem"]["status"] for item in items]
    assert statuses == [None, 422, 409, 422, None, 422]
    assert items[5]["problem"]["errors"] == [
        {"field": "ticket", "detail": "is no object; write it as {...}"},
    ]
    assert [items[0]["result"]["topic"]["label"], items[4]["result"]["ticket_id"]] == ["login", "T-1"]
    assert desk.store.count() == 2


def test_a_batch_has_one_to_five_hundred_tickets(manager, desk):
    assert manager.post(BATCH, json={"tickets": []}).status_code == 422
    assert manager.post(BATCH, json={"tickets": [{"body": "x"}] * 501}).status_code == 422
    assert manager.post(BATCH, json={"tickets": [{"body": "hi"}], "dry_run": True}).status_code == 200
    assert desk.store.count() == 0


def test_who_has_no_key_is_told_so(client):
    assert client.post(TRIAGE, json=TICKET).status_code == 401


def test_quality_and_figures_show_what_is_promised(manager, desk):
    manager.post(TRIAGE, json=TICKET)
    quality = manager.get("/api/v1/triage/quality").json
    assert [(one["task"], one["promised_error"], one["verdict"]) for one in quality["tasks"]] == [
        ("topic", 0.05, "too few yet"),
        ("urgency", 0.05, "too few yet"),
        ("churn_intent", 0.05, "too few yet"),
    ]
    assert (quality["alarm"], quality["tickets"], quality["models"]) == (False, 1, {"topic": "descriptions"})
    figures = manager.get("/metrics").text
    assert 'pointsman_tickets_triaged_total{outcome="needs_person"} 1.0' in figures
    assert 'pointsman_triage_error_promised{task="topic"} 0.05' in figures
    assert "pointsman_tickets 1.0" in figures
