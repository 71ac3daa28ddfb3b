from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.conftest import NOW
from triage.store.flags import ChurnLedger, StoredRisk
from triage.types import ChurnRisk, Prediction, Reason, Ticket, Triage

ACME = {"account_id": "acme", "name": "Acme <Ltd>", "mrr": 1200, "currency": "EUR", "renews_on": "2026-09-01"}


def form_token(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def signed_in_as(client, parts, role):
    secret = parts.keys.add("Mia", role, None, "test", NOW).secret
    token = form_token(client.get("/sign-in").text)
    client.post("/sign-in", data={"key": secret, "csrf_token": token})
    return client


@pytest.fixture
def signed_in(client, parts):
    return signed_in_as(client, parts, "manager")


@pytest.fixture
def flagged(parts, manager):
    """An account that said that it leaves; gives its flag's id."""
    manager.post("/api/v1/accounts", json={"accounts": [ACME]})
    sent = Ticket("t1", body="we leave", account_id="acme", created_at=NOW - timedelta(days=2))
    churn = ChurnRisk(
        Prediction("explicit", 0.9, True), "explicit", reasons=(Reason("leaves", 2.0, "t1", "we <leave>"),)
    )
    made = Triage("t1", Prediction("x", 1.0), Prediction("normal", 1.0), churn)
    parts.tickets.upsert([sent], NOW)
    parts.tickets.save_triages([made], NOW)
    parts.accounts.after_triaged([made], now=NOW)
    return "2026-W19.words.explicit.acme"


def test_an_empty_list_says_what_it_goes_by(signed_in):
    page = signed_in.get("/accounts").text
    assert "No account is at risk as far as its words tell." in page
    assert "No account model of the team&#39;s own is in use" in page


def test_the_list_links_quotes_to_their_tickets(signed_in, flagged):
    page = signed_in.get("/accounts").text
    assert 'href="/accounts/acme">Acme &lt;Ltd&gt;</a>' in page
    assert 'href="/tickets/t1">Ticket t1</a>' in page
    assert "<blockquote>we &lt;leave&gt;</blockquote>" in page
    assert "1,200 EUR a month" in page
    assert "<span>Renews 1 September 2026, in 120 days</span>" in page
    assert 'aria-label="History"' not in page
    assert signed_in.get("/accounts?by=luck").status_code == 422


def test_an_account_shows_words_history_and_flags_apart(signed_in, flagged, parts):
    scored = StoredRisk("acme", "2026-W19", NOW, 0.42, "watch", model_version="7")
    ChurnLedger(parts.engine).save_risks([scored])
    page = signed_in.get("/accounts/acme").text
    assert "What the words say" in page and "What the history says" in page
    assert "Words: says they leave" in page
    assert '<td>2026-W19</td><td class="number">42 %</td><td>Watch</td>' in page
    assert signed_in.get("/accounts/nobody").status_code == 404


def test_a_flag_is_answered_on_the_page(signed_in, flagged):
    form = {"flag_id": flagged, "csrf_token": form_token(signed_in.get("/accounts/acme").text)}
    acted = form | {"word": "act", "note": "called them"}
    page = signed_in.post("/accounts/acme/flags", data=acted, follow_redirects=True).text
    assert "Noted what was done." in page
    assert "Acted by Mia on 4 May 2026: called them" in page
    snoozed = form | {"word": "snooze", "days": "7"}
    assert (
        "until 11 May 2026"
        in signed_in.post("/accounts/acme/flags", data=snoozed, follow_redirects=True).text
    )
    assert "1 set aside." in signed_in.get("/accounts").text
    for wrong in ({"word": "act", "note": " "}, {"word": "shout"}, {"word": "snooze", "days": "soon"}):
        assert signed_in.post("/accounts/acme/flags", data=form | wrong).status_code == 422


def test_an_account_is_answered_on_the_list(signed_in, flagged, parts):
    page = signed_in.get("/accounts").text
    assert f'name="flag_id" value="{flagged}"' in page
    form = {"flag_id": flagged, "back": "list", "word": "acknowledge", "csrf_token": form_token(page)}
    form["note"] = "with <Ann>"
    answered = signed_in.post("/accounts/acme/flags", data=form)
    assert (answered.status_code, answered.headers["Location"]) == (303, "/accounts")
    assert "<span>Seen by Mia: with &lt;Ann&gt;</span>" in signed_in.get("/accounts").text
    assert [one.kind for one in parts.accounts.account("acme", now=NOW).flags[0].responses] == [
        "acknowledged"
    ]


def test_an_account_lists_its_latest_tickets(signed_in, flagged):
    page = signed_in.get("/accounts/acme").text
    assert '<td>2 May 2026</td><td><a href="/tickets/t1">we leave</a></td>' in page


def test_fairness_counts_and_says_where_there_are_too_few(signed_in, flagged):
    page = signed_in.get("/accounts/fairness").text
    assert "Too few accounts to compare: it takes two groups by region" in page
    assert '<th scope="row">not known</th><td class="number">1</td><td class="number">1</td>' in page
    lines = signed_in.get("/api/v1/accounts/fairness.csv").text.splitlines()
    assert lines[0].startswith(
        "kind,group,customers,in_band,mean_risk,warned_known,warned_stayed,stayed_share"
    )
    assert lines[1:] == [
        f"{kind},not known,1,1,,0,0,,,,0,0,,,,0,0,0" for kind in ("plan", "language", "region")
    ]


def test_an_answer_from_another_site_is_refused(signed_in, flagged, parts):
    form = {"flag_id": flagged, "word": "acknowledge"}
    assert signed_in.post("/accounts/acme/flags", data=form).status_code == 403
    assert parts.accounts.account("acme", now=NOW).flags[0].responses == ()


def test_misread_words_are_corrected_from_the_page(signed_in, flagged, parts):
    token = form_token(signed_in.get("/accounts/acme").text)
    form = {"flag_id": flagged, "word": "disagree", "misread": "1", "csrf_token": token}
    signed_in.post("/accounts/acme/flags", data=form)
    assert parts.tickets.get("t1").labels.churn_intent == "none"


def test_the_ledger_tells_what_its_estimate_shows(signed_in, flagged):
    page = signed_in.get("/accounts/ledger").text
    assert "Flags from words carry no probability" in page
    assert "their monthly revenue in EUR." in page
    this_week = '<td>2026-W19 so far</td><td class="number">1</td><td class="number muted">1,200</td>'
    assert this_week in page
    assert '<a href="/accounts/acme">Acme &lt;Ltd&gt;</a>' in page
    assert 'href="/api/v1/accounts/flags.csv"' in page


def test_agents_see_accounts_and_not_the_ledger(client, parts, flagged):
    agent = signed_in_as(client, parts, "agent")
    page = agent.get("/accounts").text
    assert 'href="/accounts/ledger"' not in page and 'href="/accounts/acme"' in page
    assert agent.get("/accounts/ledger").status_code == 403
