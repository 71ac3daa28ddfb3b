from __future__ import annotations

from datetime import timedelta

import pytest

from api.account_delivery import QueuedDestinations, send_event, signing_key
from api.reporting import set_report_settings
from tests.api.conftest import NOW
from tests.connectors.conftest import mailbox, web  # noqa: F401 - fixtures
from triage.account_alerts import event_values
from triage.account_settings import read_settings
from triage.account_values import AccountEvent, EventNotDelivered
from triage.types import ChurnRisk, Correction, Prediction, Reason, Ticket, Triage

EVENT = AccountEvent("band-7", "acme", "Acme", "words", "none", "explicit", NOW, "f", 100.0, "EUR")


@pytest.fixture
def places(web, mailbox):  # noqa: F811
    mail = {"host": "127.0.0.1", "port": mailbox.port, "security": "none", "sender": "a@b.example"}
    return [
        {"name": "CRM", "kind": "webhook", "webhook": web.url},
        {"name": "Chat", "kind": "slack", "webhook": web.url},
        {"name": "Leads", "kind": "teams", "webhook": web.url},
        {"name": "Post", "kind": "mail", "recipients": ["dana@example.com"], **mail},
    ]


@pytest.fixture
def set_up(parts, places):
    parts.accounts.put_settings({"destinations": places}, 0, who="Ada", now=NOW)
    set_report_settings(parts, {"private_hosts": ["127.0.0.1"], "base_url": "https://p.example"}, "Ada")
    return parts


def test_each_destination_is_sent_the_event_in_its_own_form(set_up, web, mailbox):  # noqa: F811
    for name in ("CRM", "Chat", "Leads", "Post"):
        set_up.jobs["deliver_event"].handler({"destination": name, "event": event_values(EVENT)})
    assert [sorted(payload)[0] for _, _, payload in web.heard] == ["account_id", "blocks", "attachments"]
    assert [recipients for recipients, _ in mailbox.mails] == [("dana@example.com",)]
    assert "https://p.example/accounts/acme" in str(web.heard[1])


def test_an_event_is_queued_once_for_each_destination(set_up):
    queued = []

    class Queue:
        def enqueue(self, name, payload, key):
            queued.append((name, payload["destination"], key))

    QueuedDestinations(Queue, set_up.accounts.settings).deliver(EVENT)
    assert queued[0] == ("deliver_event", "CRM", "deliver_event:CRM:band-7")
    assert [name for _, name, _ in queued] == ["CRM", "Chat", "Leads", "Post"]


def test_a_destination_that_was_taken_off_is_sent_nothing(set_up, web):  # noqa: F811
    assert send_event(set_up, {"destination": "Old", "event": event_values(EVENT)}) == ""
    assert web.heard == []


def test_a_private_host_is_refused_until_an_admin_names_it(parts, places, web):  # noqa: F811
    parts.accounts.put_settings({"destinations": places}, 0, who="Ada", now=NOW)
    for name in ("CRM", "Post"):
        with pytest.raises(EventNotDelivered, match=r"private network|begins with http;"):
            send_event(parts, {"destination": name, "event": event_values(EVENT)})
    assert web.heard == []


def test_each_destination_has_a_key_of_its_own():
    assert signing_key("s" * 32, "CRM") != signing_key("s" * 32, "Chat")


def test_a_correction_over_http_reaches_the_account(set_up, manager):
    churn = ChurnRisk(Prediction("none", 0.9), "none", reasons=(Reason("x", 1.0, "t1", "bye"),))
    sent = Ticket("t1", body="bye", account_id="acme", created_at=NOW - timedelta(days=2))
    set_up.tickets.upsert([sent], NOW)
    made = Triage("t1", Prediction("x", 1.0), Prediction("normal", 1.0), churn)
    set_up.tickets.save_triages([made], NOW)
    said = manager.post("/api/v1/tickets/t1/corrections", json={"churn_intent": "explicit"})
    assert said.status_code == 204
    assert [one.account_id for one in set_up.accounts.at_risk(now=NOW).entries] == ["acme"]
    assert set_up.queue.counts().waiting == 4
    set_up.desk.correct(Correction("t1", NOW, "Mia", churn_intent="explicit"))
    assert set_up.queue.counts().waiting == 4
    assert read_settings(None).destinations == ()
