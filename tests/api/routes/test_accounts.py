from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest

from api.account_tables import AT_RISK_COLUMNS, FAIRNESS_COLUMNS, FLAG_COLUMNS
from tests.api.conftest import NOW
from triage.types import ChurnRisk, Prediction, Reason, Ticket, Triage

ACME = {"account_id": "acme", "name": "=Acme", "mrr": 100, "currency": "EUR", "renews_on": "2026-09-01"}
FORM = "/api/v1/accounts/acme/flags"


@pytest.fixture
def admin(sign_in):
    return sign_in("admin")


@pytest.fixture
def flagged(parts, manager):
    """An account that said that it leaves; gives its flag's id."""
    manager.post("/api/v1/accounts", json={"accounts": [ACME]})
    return says(parts, "t1", "acme")


def says(parts, key, account_id, quote="we are leaving"):
    sent = Ticket(key, body=quote, account_id=account_id, created_at=NOW - timedelta(days=2))
    words = Prediction("explicit", 0.9, True)
    made = Triage(
        key,
        topic=Prediction("x", 1.0),
        urgency=Prediction("normal", 1.0),
        churn=ChurnRisk(words, "explicit", reasons=(Reason("leaves", 2.0, key, quote),)),
    )
    parts.tickets.upsert([sent], NOW)
    parts.tickets.save_triages([made], NOW)
    parts.accounts.after_triaged([made], now=NOW)
    return f"2026-W19.words.explicit.{account_id}"


def test_the_list_shows_words_and_history_apart_with_quotes(agent, flagged):
    found = agent.get("/api/v1/accounts/at-risk").get_json()
    assert (found["goes_by"], found["total"], found["next"]) == ("words", 1, None)
    assert "No account model" in found["note"]
    (entry,) = found["items"]
    assert (entry["words"]["band"], entry["history"], entry["account"]["mrr"]) == ("explicit", None, 100.0)
    (reason,) = entry["words"]["reasons"]
    assert (reason["ticket_id"], reason["quote"]) == ("t1", "we are leaving")
    assert [flag["id"] for flag in entry["flags"]] == [flagged]


def test_the_list_is_paged_by_a_cursor(agent, parts):
    for number in range(5):
        says(parts, f"t{number}", f"a{number}")
    first = agent.get("/api/v1/accounts/at-risk?limit=3").get_json()
    rest = agent.get(f"/api/v1/accounts/at-risk?limit=3&cursor={first['next']}").get_json()
    assert [one["account_id"] for one in first["items"] + rest["items"]] == [
        f"a{number}" for number in range(5)
    ]
    assert rest["next"] is None
    assert agent.get("/api/v1/accounts/at-risk?cursor=x-y").status_code == 422
    assert agent.get("/api/v1/accounts/at-risk?by=luck").status_code == 422


def test_an_account_is_shown_with_flags_and_moves(agent, flagged):
    found = agent.get("/api/v1/accounts/acme").get_json()
    assert found["account"]["renews_on"] == "2026-09-01"
    assert [(one["before"], one["after"]) for one in found["moves"]] == [("none", "explicit")]
    assert found["flags"][0]["reasons"][0]["quote"] == "we are leaving"
    assert agent.get("/api/v1/accounts/nobody").status_code == 404


def test_accounts_are_imported_one_by_one(manager, agent):
    body = {"accounts": [ACME, {"name": "Nameless"}, {"account_id": "bolt", "mrr": "lots"}, ACME]}
    found = manager.post("/api/v1/accounts", json=body).get_json()
    assert (found["added"], found["updated"], found["unchanged"]) == (["acme"], [], [])
    assert [(one["line"], one["column"]) for one in found["faults"]] == [
        (2, "account_id"),
        (3, "mrr"),
        (4, "account_id"),
    ]
    again = manager.post("/api/v1/accounts", json={"accounts": [ACME]}).get_json()
    assert (again["added"], again["unchanged"]) == ([], ["acme"])
    assert agent.post("/api/v1/accounts", json=body).status_code == 403


def test_accounts_are_imported_from_csv(manager):
    table = "account_id,name,mrr,tier\nacme,Acme,120.5,gold\nbolt,Bolt,-3,\n"
    found = manager.post("/api/v1/accounts", data=table, content_type="text/csv").get_json()
    assert found["added"] == ["acme"]
    assert [(one["line"], one["column"]) for one in found["faults"]] == [(3, "mrr")]
    account = manager.get("/api/v1/accounts/acme").get_json()["account"]
    assert (account["mrr"], account["attributes"]) == (120.5, {"tier": "gold"})
    nothing = manager.post("/api/v1/accounts", data="name\nAcme\n", content_type="text/csv")
    assert nothing.status_code == 422
    assert manager.post("/api/v1/accounts", data="x", content_type="text/plain").status_code == 415


def test_a_flag_is_answered_in_four_ways(agent, flagged):
    for word, body in (
        ("acknowledge", {}),
        ("act", {"note": "called them"}),
        ("disagree", {"note": "a joke"}),
        ("snooze", {"days": 7}),
    ):
        assert agent.post(f"{FORM}/{flagged}/{word}", json=body).status_code == 200
    said = agent.get("/api/v1/accounts/acme").get_json()["flags"][0]["responses"]
    assert [one["kind"] for one in said] == ["acknowledged", "acted", "disagreed", "snoozed"]
    assert said[-1]["until"].startswith("2026-05-11")
    assert agent.get("/api/v1/accounts/at-risk").get_json()["set_aside"] == 1


def test_what_words_meant_becomes_a_correction(agent, parts, flagged):
    agent.post(f"{FORM}/{flagged}/disagree", json={"words_meant": "none"})
    assert parts.tickets.get("t1").labels.churn_intent == "none"
    assert agent.get("/api/v1/accounts/at-risk").get_json()["total"] == 0


def test_faulty_answers_are_refused(agent, flagged):
    past = (NOW - timedelta(days=1)).isoformat()
    for word, body in (
        ("snooze", {}),
        ("snooze", {"days": 3, "until": "2027-01-01T00:00:00Z"}),
        ("snooze", {"until": past}),
        ("act", {}),
        ("disagree", {"words_meant": "maybe"}),
    ):
        assert agent.post(f"{FORM}/{flagged}/{word}", json=body).status_code == 422
    missing = agent.post(f"{FORM}/2026-W01.words.watch.acme/acknowledge", json={})
    assert (missing.status_code, missing.get_json()["type"]) == (404, "/api/docs#flag-not-found")


def test_the_tables_have_their_documented_columns(manager, agent, flagged):
    manager.post(f"{FORM}/{flagged}/act", json={"note": "called"})
    listed = rows(manager.get("/api/v1/accounts/at-risk.csv"))
    assert tuple(listed[0]) == AT_RISK_COLUMNS
    assert (listed[0]["name"], listed[0]["words_quote"], listed[0]["history_risk"]) == (
        "'=Acme",
        "we are leaving",
        "",
    )
    flags = rows(manager.get("/api/v1/accounts/flags.csv"))
    assert tuple(flags[0]) == FLAG_COLUMNS
    assert (flags[0]["flag_id"], flags[0]["action"], flags[0]["acted_at"], flags[0]["left_30"]) == (
        flagged,
        "called",
        "2026-05-04T12:00:00+00:00",
        "",
    )
    assert agent.get("/api/v1/accounts/flags.csv").status_code == 403
    documented = (Path(__file__).parents[3] / "docs" / "accounts.md").read_text("utf-8")
    for heading, columns in (
        ("at-risk.csv", AT_RISK_COLUMNS),
        ("flags.csv", FLAG_COLUMNS),
        ("fairness.csv", FAIRNESS_COLUMNS),
    ):
        section = documented.split(f"`{heading}`\n", 1)[1].split("\n## ")[0]
        assert tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == columns


def rows(response):
    assert response.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(response.text)))


def test_ledger_and_week_are_for_leaders(manager, agent, flagged):
    ledger = manager.get("/api/v1/accounts/ledger").get_json()
    assert ledger["records"] == [{"source": "words", "band": "explicit", "flags": 1, "known": 0, "left": 0}]
    week = manager.get("/api/v1/accounts/weeks/2026-W19").get_json()
    assert week["new"] == {"accounts": 1, "revenue": 100.0}
    assert manager.get("/api/v1/accounts/weeks/2026-19").status_code == 422
    assert agent.get("/api/v1/accounts/ledger").status_code == 403


def test_only_an_admin_decides_who_is_told(admin, manager, parts):
    before = admin.get("/api/v1/accounts/settings").get_json()
    assert (before["version"], before["document"]["destinations"]) == (0, [])
    document = before["document"] | {
        "destinations": [{"name": "CRM", "kind": "webhook", "webhook": "https://crm.example/in?key=hush"}]
    }
    body = {"version": 0, "document": document}
    kept = admin.put("/api/v1/accounts/settings", json=body).get_json()
    assert (kept["version"], kept["document"]["destinations"][0]["webhook"]) == (1, "https://crm.example/…")
    assert admin.put("/api/v1/accounts/settings", json=body).status_code == 409
    wrong = {"version": 1, "document": {"hours_a_week": 0, "colour": "red"}}
    refused = admin.put("/api/v1/accounts/settings", json=wrong)
    assert (refused.status_code, len(refused.get_json()["errors"])) == (422, 2)
    assert manager.get("/api/v1/accounts/settings").status_code == 403
    says(parts, "t1", "acme")
    assert sorted(one.name for one in parts.queue.waiting(9)) == ["deliver_event", "score_accounts"]
