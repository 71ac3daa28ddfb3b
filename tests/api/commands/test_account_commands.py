from __future__ import annotations

import json
from datetime import timedelta

import pytest

from api.account_delivery import signing_key
from api.app import create_app
from api.wiring import Parts
from tests.api.conftest import NOW
from triage.types import ChurnRisk, Prediction, Reason, Ticket, Triage

FILE = "account_id,name,monthly,renews_on\nacme,Acme,100,2026-09-01\nbolt,Bolt,lots,\n"


@pytest.fixture
def flask(settings):
    """Runs a command as a new process would: with parts of its own."""

    def run(*arguments: str):
        app = create_app(parts=Parts(settings, now=lambda: NOW))
        return app.test_cli_runner().invoke(args=list(arguments))

    return run


def test_a_file_is_imported_and_each_bad_row_told(flask, tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text(FILE, "utf-8")
    first = flask("accounts", "import", str(path), "--map", "monthly=mrr")
    assert (first.exit_code, first.stdout) == (1, "1 added, 0 updated, 0 unchanged, 1 left out\n")
    assert "Left out line 3, mrr: " in first.stderr
    again = flask("accounts", "import", str(path), "--map", "monthly=mrr")
    assert again.stdout.startswith("0 added, 0 updated, 1 unchanged")
    assert flask("accounts", "import", str(path), "--map", "monthly").exit_code == 2
    assert "There is no file" in flask("accounts", "import", str(tmp_path / "none.csv")).stderr


def test_scoring_and_the_list_at_a_terminal(flask, parts):
    sent = Ticket("t1", body="we leave", account_id="acme", created_at=NOW - timedelta(days=2))
    churn = ChurnRisk(
        Prediction("explicit", 0.9, True), "explicit", reasons=(Reason("leaves", 2.0, "t1", "we  leave"),)
    )
    parts.tickets.upsert([sent], NOW)
    parts.tickets.save_triages([Triage("t1", Prediction("x", 1.0), Prediction("normal", 1.0), churn)], NOW)
    scored = flask("accounts", "score")
    assert scored.stdout == (
        "0 accounts, 0 scored by their history; 1 flags raised, 1 moved between bands, 1 told; "
        "outcomes noted for 0 flags\n"
    )
    listed = flask("accounts", "at-risk")
    assert (
        listed.stdout == '   1  acme  words: explicit\n      On 2026-05-02 said that they leave "we leave"\n'
    )
    assert "No account model" in listed.stderr
    as_json = json.loads(flask("accounts", "at-risk", "--json").stdout)
    assert [one["account_id"] for one in as_json["items"]] == ["acme"]


def test_destinations_are_listed_with_their_keys(flask, parts, settings):
    mail = {
        "kind": "mail",
        "host": "m.example",
        "sender": "a@b.example",
        "recipients": ["c@b.example", "d@b.example"],
    }
    crm = {"kind": "webhook", "webhook": "https://crm.example/in?key=hush"}
    chosen = {"destinations": [{"name": "CRM", **crm}, {"name": "Leads", **mail}]}
    parts.accounts.put_settings(chosen, 0, who="Ada", now=NOW)
    rows = json.loads(flask("accounts", "destinations", "--json").stdout)
    assert rows == [
        {
            "name": "CRM",
            "kind": "webhook",
            "to": "https://crm.example/…",
            "key": signing_key(settings.secret_key, "CRM"),
        },
        {"name": "Leads", "kind": "mail", "to": "c@b.example, d@b.example", "key": ""},
    ]


def test_accounts_are_scored_every_night(parts):
    parts.jobs["score_accounts"].handler({})
    job = parts.jobs["score_accounts"]
    assert (str(job.every.at), parts.jobs["deliver_event"].retries) == ("02:10:00", 8)
