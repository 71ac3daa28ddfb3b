from __future__ import annotations

import logging

import pytest
from flask import request


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.INFO, logger="pointsman.access")
    return caplog


def test_every_reply_carries_the_headers_that_protect_it(client):
    headers = client.get("/sign-in").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_pages_hold_no_script_or_style_of_their_own(client):
    page = client.get("/sign-in").text
    assert "<style" not in page and " style=" not in page and " onclick=" not in page


def test_a_request_keeps_an_id_that_is_one(client):
    assert (
        client.get("/health/live", headers={"X-Request-ID": "ticket-12345"}).headers["X-Request-ID"]
        == "ticket-12345"
    )
    forged = client.get("/health/live", headers={"X-Request-ID": "a b"}).headers["X-Request-ID"]
    assert forged != "a b" and len(forged) == 32


def test_the_log_has_no_words_of_a_customer(agent, log):
    agent.get("/api/v1/search?q=my+password+is+swordfish")
    agent.post("/api/v1/answers", json={"question": "my password is swordfish"})
    agent.get("/my-password-is-swordfish")
    lines = [record.getMessage() for record in log.records]
    assert [line.split(" ")[:3] for line in lines] == [
        ["GET", "/api/v1/search", "200"],
        ["POST", "/api/v1/answers", "200"],
        ["GET", "(unknown)", "404"],
    ]
    assert "swordfish" not in log.text


def test_an_unforeseen_error_is_logged_by_its_place_alone(app, agent, log):
    def fail():
        said = request.args["said"]
        raise KeyError(said)

    app.add_url_rule("/api/fails", "fails", fail)
    response = agent.get("/api/fails?said=swordfish")
    assert response.status_code == 500
    assert response.get_json(force=True)["detail"] == ""
    assert response.get_json(force=True)["request_id"] == response.headers["X-Request-ID"]
    assert "builtins.KeyError" in log.text and "test_traffic.py" in log.text
    assert "swordfish" not in log.text


def test_a_method_that_is_not_offered_is_told_which_are(client):
    response = client.delete("/api/v1/answers")
    assert response.status_code == 405
    assert response.mimetype == "application/problem+json"
    assert sorted(response.headers["Allow"].split(", ")) == ["OPTIONS", "POST"]


def test_an_address_that_is_none_is_a_problem_for_programs_and_a_page_for_people(client):
    assert client.get("/api/v1/nothing").mimetype == "application/problem+json"
    assert client.get("/nothing").mimetype == "text/html"
