from __future__ import annotations

import pytest

TICKETS = "/api/v1/tickets"
TOPICS = [
    {"name": "payments", "description": "card payment refund charged twice money back"},
    {"name": "login", "description": "cannot sign in password locked out"},
]
BODIES = {
    "T-1": "Please refund my card payment.",
    "T-2": "I cannot sign in.",
    "a/b": "Refund the payment, please.",
}


@pytest.fixture
def tickets(manager):
    manager.put("/api/v1/topics", json={"topics": TOPICS})
    for ticket_id, body in BODIES.items():
        manager.post("/api/v1/triage", json={"id": ticket_id, "body": body, "account_id": f"A-{ticket_id}"})


def problem(response):
    return response.get_json(force=True)


def test_tickets_come_in_pages_and_by_what_is_asked(manager, tickets):
    first = manager.get(f"{TICKETS}?limit=2").json
    rest = manager.get(f"{TICKETS}?limit=2&cursor={first['next']}").json
    assert sorted(item["id"] for item in first["items"] + rest["items"]) == ["T-1", "T-2", "a/b"]
    assert rest["next"] is None
    assert [one["id"] for one in manager.get(f"{TICKETS}?topic=login").json["items"]] == ["T-2"]
    assert [one["id"] for one in manager.get(f"{TICKETS}?account=A-T-1").json["items"]] == ["T-1"]
    assert manager.get(f"{TICKETS}?since=2026-05-05").json["items"] == []


def test_a_cursor_or_a_day_that_is_none_is_a_fault(manager, tickets):
    assert problem(manager.get(f"{TICKETS}?cursor=_w"))["errors"][0]["field"] == "cursor"
    assert problem(manager.get(f"{TICKETS}?cursor=YWJj"))["errors"][0]["field"] == "cursor"
    assert problem(manager.get(f"{TICKETS}?since=tomorrow"))["errors"][0]["field"] == "since"


def test_a_ticket_is_read_with_its_triage_whatever_its_id_looks_like(manager, tickets):
    read = manager.get(f"{TICKETS}/a/b").json
    assert (read["ticket"]["id"], read["triage"]["topic"]["label"]) == ("a/b", "payments")
    assert (read["body"], read["clean_text"]) == (BODIES["a/b"], BODIES["a/b"])
    assert [one["ticket_id"] for one in read["triage"]["similar_tickets"]] == ["T-1"]
    missing = manager.get(f"{TICKETS}/nowhere")
    assert (missing.status_code, problem(missing)["type"]) == (404, "/api/docs#ticket-not-found")


def test_a_correction_is_kept_once_and_counts(manager, agent, tickets):
    key = {"Idempotency-Key": "c-1"}
    for _ in range(2):
        assert (
            agent.post(f"{TICKETS}/a/b/corrections", json={"topic": "login"}, headers=key).status_code == 204
        )
    read = manager.get(f"{TICKETS}/a/b").json
    assert [(one["field"], one["label"], one["by"]) for one in read["corrections"]] == [
        ("topic", "login", "The agent")
    ]
    assert (read["ticket"]["topic"], read["ticket"]["labelled"], read["ticket"]["needs_person"]) == (
        "login",
        True,
        False,
    )
    assert 'pointsman_corrections_total{task="topic"} 1.0' in manager.get("/metrics").text


def test_all_faults_of_a_correction_are_told(manager, tickets):
    wrong = manager.post(f"{TICKETS}/T-1/corrections", json={"topic": "shipping", "urgency": "awful"})
    assert (wrong.status_code, problem(wrong)["type"]) == (422, "/api/docs#unknown-label")
    assert [fault["field"] for fault in problem(wrong)["errors"]] == ["topic", "urgency"]
    assert manager.post(f"{TICKETS}/T-1/corrections", json={}).status_code == 422
    assert manager.post(f"{TICKETS}/T-1/corrections", json={"topic": 7}).status_code == 422
    assert manager.post(f"{TICKETS}/nowhere/corrections", json={"topic": "login"}).status_code == 404


def test_a_claim_is_told_to_colleagues(manager, agent, tickets):
    assert manager.post(f"{TICKETS}/T-1/claim").json["yours"] is True
    assert agent.post(f"{TICKETS}/T-1/claim").json["by"] == "The manager"
    assert agent.get(f"{TICKETS}/T-1").json["claim"]["by"] == "The manager"
    assert manager.get(f"{TICKETS}/T-1").json["claim"] is None
    assert manager.delete(f"{TICKETS}/T-1/claim").status_code == 204
    assert agent.get(f"{TICKETS}/T-1").json["claim"] is None
    assert agent.post(f"{TICKETS}/nowhere/claim").status_code == 404
    assert agent.delete(f"{TICKETS}/nowhere/claim").status_code == 404


def test_the_review_queue_gets_shorter_with_labels_and_skips(manager, agent, tickets):
    queued = agent.get(f"{TICKETS}/reviews").json["items"]
    assert sorted(one["ticket"]["id"] for one in queued) == ["T-1", "T-2", "a/b"]
    assert {one["why"] for one in queued} == {"below_threshold"}
    assert agent.post(f"{TICKETS}/T-1/skip").status_code == 204
    agent.post(f"{TICKETS}/T-2/corrections", json={"topic": "login"})
    assert [one["ticket"]["id"] for one in agent.get(f"{TICKETS}/reviews").json["items"]] == ["a/b"]
    assert agent.post(f"{TICKETS}/nowhere/skip").status_code == 404


def test_topics_are_renamed_merged_split_and_deleted(manager, agent, tickets):
    agent.post(f"{TICKETS}/T-1/corrections", json={"topic": "payments"})
    renamed = manager.post("/api/v1/topics/rename", json={"name": "payments", "to": "money"})
    assert renamed.json == {"tickets": 1}
    moved = {"name": "money", "into": [{"name": "refunds"}], "where": {"T-1": "refunds"}}
    assert manager.post("/api/v1/topics/split", json=moved).status_code == 204
    assert manager.get(f"{TICKETS}/T-1").json["ticket"]["topic"] == "refunds"
    assert manager.delete("/api/v1/topics/refunds").status_code == 422
    merged = manager.post("/api/v1/topics/merge", json={"names": ["refunds"], "into": "money"})
    assert merged.json == {"tickets": 1}
    manager.put("/api/v1/topics", json={"topics": [{"name": "unused", "parent": "money"}]})
    assert manager.delete("/api/v1/topics/unused").status_code == 204
    assert [one["name"] for one in agent.get("/api/v1/topics").json["items"]] == ["login", "money"]


def test_a_change_of_topics_that_cannot_be_is_told_with_all_faults(manager, agent, tickets):
    wrong = {"topics": [{"name": "x", "parent": "nowhere"}, {"name": " y "}]}
    response = manager.put("/api/v1/topics", json=wrong)
    assert (response.status_code, len(problem(response)["errors"])) == (422, 2)
    assert manager.post("/api/v1/topics/rename", json={"name": "nowhere", "to": "x"}).status_code == 422
    assert manager.post("/api/v1/topics/merge", json={"names": ["login"], "into": "login"}).status_code == 422
    assert agent.put("/api/v1/topics", json={"topics": TOPICS}).status_code == 403


def test_settings_name_their_version_and_do_not_overwrite_another_change(manager):
    for name, document in {
        "teams": {"teams": [{"name": "Money", "topics": [], "members": [], "channels": [], "zone": "UTC"}]},
        "policy": {"tasks": {"topic": {"stated": 0.1, "labels": {}}}},
        "sla": {"policies": []},
    }.items():
        address = f"/api/v1/settings/{name}"
        assert manager.get(address).json["version"] == 0
        set_first = manager.put(address, json={"version": 0, "document": document})
        assert (set_first.status_code, set_first.json["version"]) == (200, 1)
        stale = manager.put(address, json={"version": 0, "document": document})
        assert (stale.status_code, problem(stale)["type"]) == (409, "/api/docs#stale-settings")
        read = manager.get(address).json
        assert (read["version"], read["changed_by"]) == (1, "The manager")
    assert manager.get("/api/v1/settings/policy").json["document"]["tasks"]["topic"]["stated"] == 0.1


def test_faults_of_settings_are_all_told(manager):
    wrong = {"teams": [{"name": "", "topics": ["nowhere"], "members": [{"name": "A", "capacity": -1}]}]}
    response = manager.put("/api/v1/settings/teams", json={"version": 0, "document": wrong})
    assert (response.status_code, len(problem(response)["errors"])) == (422, 3)
    assert manager.get("/api/v1/settings/weather").status_code == 422
    assert manager.put("/api/v1/settings/weather", json={"version": 0, "document": {}}).status_code == 422
