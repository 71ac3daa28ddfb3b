from __future__ import annotations

import pytest

from api.routes.operation import request_digest
from tests.api.conftest import NOW
from tests.api.test_auth import sign_in_on_page

REFUNDS = """## How long a refund takes

A refund reaches the client's card within five working days. The fee is not returned.

## Limits

Refunds are possible for 180 days after the payment.
"""
QUESTION = "How long until a refund reaches the client's card within five working days?"


@pytest.fixture
def articles(manager):
    manager.put("/api/v1/articles/help:refunds.md", json={"title": "Refunds", "text": REFUNDS})
    manager.put(
        "/api/v1/articles/help:secret.md",
        json={
            "title": "Goodwill",
            "text": "Credits up to 50 EUR are given by agents.",
            "audience": "internal",
        },
    )


def ask(client, question=QUESTION, **more):
    return client.post("/api/v1/answers", json={"question": question, **more})


def test_an_answer_is_a_quote_with_its_place(agent, articles):
    answer = ask(agent).json
    assert (answer["answered"], answer["reason"]) == (True, None)
    quote = answer["answers"][0]
    text = agent.get(f"/api/v1/articles/{quote['article_id']}?version={quote['version']}").json["text"]
    assert quote["quote"] == text[quote["start"] : quote["end"]]
    assert "A refund reaches the client's card within five working days." in quote["quote"]
    assert (quote["title"], quote["article_id"]) == ("Refunds", "help:refunds.md")
    assert all(quote["start"] <= span["start"] < span["end"] <= quote["end"] for span in quote["highlights"])


def test_an_answer_can_be_read_again_as_it_was_given(agent, manager, articles):
    answer = ask(agent).json
    manager.delete("/api/v1/articles/help:refunds.md")
    assert agent.get(f"/api/v1/answers/{answer['id']}").json == answer


def test_what_nobody_gave_cannot_be_read(agent):
    response = agent.get("/api/v1/answers/none")
    assert response.status_code == 404
    assert response.get_json(force=True)["type"] == "/api/docs#answer-not-found"


def test_nothing_close_is_said_to_be_so(agent, articles):
    answer = ask(agent, "zebra quantum volcano").json
    assert (answer["answered"], answer["reason"], answer["answers"]) == (False, "nothing_close", [])


def test_a_help_desk_never_reads_what_was_answered_from_internal_articles(agent, sign_in, articles):
    answer = ask(agent, "Credits up to 50 EUR are given by agents").json
    assert answer["answers"][0]["article_id"] == "help:secret.md"
    helpdesk = sign_in("helpdesk", {"public"})
    assert helpdesk.get(f"/api/v1/answers/{answer['id']}").status_code == 404
    own = ask(helpdesk, "Credits up to 50 EUR are given by agents").json
    shown = own["answers"] + own["nearest"]
    assert "help:secret.md" not in [each["article_id"] for each in shown]
    assert own["reason"] != "not_permitted"


@pytest.mark.parametrize("question", ["", "   ", "x" * 50_001])
def test_a_question_that_is_none_is_refused(agent, question):
    assert ask(agent, question).status_code == 422


def test_feedback_is_kept(agent, articles):
    answer = ask(agent).json
    address = f"/api/v1/answers/{answer['id']}/feedback"
    assert agent.post(address, json={"helpful": True, "article_id": "help:refunds.md"}).status_code == 204
    assert agent.post(address, json={"helpful": False}).status_code == 204
    assert agent.post("/api/v1/answers/none/feedback", json={"helpful": True}).status_code == 404


def test_search_follows_each_letter_and_stores_nothing(agent, manager, articles):
    items = agent.get("/api/v1/search?q=refu").json["items"]
    assert items[0]["article_id"] == "help:refunds.md"
    assert agent.get("/api/v1/search?q=").json == {"items": []}
    assert manager.get("/api/v1/gaps").json["items"] == []


def test_questions_without_an_answer_are_gaps(agent, manager, articles):
    ask(agent, "zebra quantum volcano")
    gaps = manager.get("/api/v1/gaps").json["items"]
    assert [(gap["title"], gap["count"]) for gap in gaps] == [("zebra quantum volcano", 1)]


def test_gaps_say_why_nothing_was_found(agent, manager, articles):
    ask(agent, "zebra quantum volcano")
    answer_id = ask(agent).json["id"]
    agent.post(f"/api/v1/answers/{answer_id}/feedback", json={"helpful": False})
    gaps = manager.get("/api/v1/gaps").json["items"]
    assert {gap["title"]: gap["reasons"] for gap in gaps} == {
        "zebra quantum volcano": ["nothing_close"],
        QUESTION: ["not_helpful"],
    }
    assert manager.get("/api/v1/gaps.csv").text.splitlines()[0] == (
        "title,count,last_asked_at,reasons,nearest_article_id,nearest_title,nearest_probability,questions"
    )


@pytest.mark.parametrize("path", ["/api/v1/gaps", "/api/v1/gaps.csv", "/gaps"])
def test_a_managers_key_for_some_audiences_sees_no_other_nearest_article(sign_in, articles, path):
    limited, unlimited = sign_in("manager", {"public"}), sign_in("manager")
    answer_id = ask(unlimited, "How large are the credits given by agents?").json["id"]
    unlimited.post(f"/api/v1/answers/{answer_id}/feedback", json={"helpful": False})
    for client, seen in ((unlimited, True), (limited, False)):
        if path == "/gaps":
            secret = client.environ_base.pop("HTTP_AUTHORIZATION").removeprefix("Bearer ")
            sign_in_on_page(client, secret)
        said = client.get(path).text
        assert "credits given by agents" in said
        assert ("Goodwill" in said) == seen


def test_gaps_as_a_table_run_no_formula(agent, manager, articles):
    ask(agent, "=zebra() quantum volcano")
    table = manager.get("/api/v1/gaps.csv")
    assert table.mimetype == "text/csv"
    header, row = table.text.splitlines()
    assert header.startswith("title,count,last_asked_at")
    assert row.startswith("'=zebra() quantum volcano,1,")


def test_asking_again_with_the_same_key_is_answered_as_before(agent, articles):
    headers = {"Idempotency-Key": "one"}
    first = agent.post("/api/v1/answers", json={"question": QUESTION}, headers=headers)
    again = agent.post("/api/v1/answers", json={"question": QUESTION}, headers=headers)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    other = agent.post("/api/v1/answers", json={"question": "Another?"}, headers=headers)
    assert other.status_code == 422
    assert other.get_json(force=True)["type"] == "/api/docs#idempotency-key-reused"


def test_a_request_still_at_work_is_not_begun_again(app, agent, parts, articles):
    sent = {"json": {"question": QUESTION}, "headers": {"Idempotency-Key": "two"}}
    with app.test_request_context("/api/v1/answers", method="POST", **sent) as context:
        digest = request_digest(context.request)
    key = next(key for key in parts.keys.list_keys() if key.role == "agent")
    parts.repeatable_requests.claim(key.id, "two", digest, NOW)
    assert agent.post("/api/v1/answers", **sent).status_code == 409


def test_a_request_that_failed_may_be_sent_again(manager):
    headers = {"Idempotency-Key": "three"}
    assert manager.post("/api/v1/articles/help:late/verify", headers=headers).status_code == 404
    manager.put("/api/v1/articles/help:late", json={"title": "Late", "text": "Here now."})
    assert manager.post("/api/v1/articles/help:late/verify", headers=headers).status_code == 200


def test_an_idempotency_key_with_spaces_is_a_fault(agent):
    response = agent.post("/api/v1/answers", json={"question": QUESTION}, headers={"Idempotency-Key": "a b"})
    assert response.get_json(force=True)["errors"][0]["field"] == "Idempotency-Key"
