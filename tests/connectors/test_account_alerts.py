"""Account events by each way out, against servers on this machine."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from connectors.http import Http, HttpSetting
from connectors.mail import MailAlerts, MailServer
from connectors.slack import SlackAlerts
from connectors.teams import TeamsAlerts
from connectors.webhook import WebhookAlerts, signature
from triage.account_alerts import event_of, event_values
from triage.account_values import AccountEvent, EventNotDelivered

HERE = frozenset({"127.0.0.1"})
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
EVENT = AccountEvent("band-7", "a/1", "Acme <Ltd>", "words", "none", "explicit", NOW, "f", 1200.0, "EUR")
BASE = "https://p.example"
KEY = "k" * 32


def http(**setting):
    return Http(HttpSetting(private_hosts=HERE, **setting), lambda seconds: None)


def webhook(url, private_hosts=HERE):
    return WebhookAlerts(
        "CRM", url, KEY, Http(HttpSetting(private_hosts=private_hosts, redirects=0, tries=1)), lambda: NOW
    )


def test_an_event_is_read_back_as_it_was():
    assert event_of(event_values(EVENT)) == EVENT


def test_a_program_is_sent_the_event_signed(web):
    assert webhook(web.url).send(EVENT) == "posted"
    ((path, headers, body),) = web.heard
    assert path == "/hooks/secret"
    assert body == {
        "type": "account.band_crossed",
        "id": "band-7",
        "account_id": "a/1",
        "name": "Acme <Ltd>",
        "source": "words",
        "before": "none",
        "after": "explicit",
        "at": "2026-05-04T12:00:00+00:00",
        "flag_id": "f",
        "revenue": 1200.0,
        "currency": "EUR",
    }
    at, signed = (part.partition("=")[2] for part in headers["Pointsman-Signature"].split(","))
    sent = json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
    expected = hmac.new(KEY.encode(), at.encode() + b"." + sent, hashlib.sha256).hexdigest()
    assert (at, signed) == (str(int(NOW.timestamp())), expected)
    assert signature("other", b"x", NOW) != signature(KEY, b"x", NOW)


@pytest.mark.parametrize("status", [302, 307, 400, 503])
def test_a_refusal_is_told_and_no_redirect_is_followed(web, status):
    web.answers = [(status, {"Location": "/elsewhere"}, "")]
    with pytest.raises(EventNotDelivered, match="'CRM'"):
        webhook(web.url).send(EVENT)
    assert [path for path, _, _ in web.heard] == ["/hooks/secret"]


def test_no_host_of_the_own_network_is_reached_unless_it_is_named(web):
    with pytest.raises(EventNotDelivered, match=r"127\.0\.0\.1") as told:
        webhook(web.url, frozenset()).send(EVENT)
    assert (web.heard, "secret" in str(told.value)) == ([], False)


def test_slack_is_told_with_the_way_to_the_account(web):
    assert SlackAlerts("CS", web.url, http(), BASE).send(EVENT) == "posted to Slack"
    ((_, _, payload),) = web.heard
    assert payload["text"] == "Acme &lt;Ltd&gt;: says they leave"
    assert payload["blocks"][0]["text"]["text"].splitlines() == [
        "*Acme &lt;Ltd&gt;: says they leave*",
        "By what they wrote: from no band to says they leave, 2026-05-04 12:00 UTC.",
        "Monthly revenue: 1,200 EUR.",
        "<https://p.example/accounts/a%2F1|Open the account>",
    ]


def test_teams_is_told_by_a_card(web):
    assert TeamsAlerts("CS", web.url, http(), BASE).send(EVENT) == "posted to Teams"
    ((_, _, payload),) = web.heard
    (attached,) = payload["attachments"]
    card = attached["content"]
    assert [block["text"] for block in card["body"]] == [
        "Acme <Ltd\\>: says they leave",
        "By what they wrote: from no band to says they leave, 2026-05-04 12:00 UTC.",
        "Monthly revenue: 1,200 EUR.",
    ]
    assert [action["url"] for action in card["actions"]] == ["https://p.example/accounts/a%2F1"]


def test_a_mail_says_it_in_a_few_lines(mailbox):
    server = MailServer("127.0.0.1", mailbox.port, "none", private_hosts=HERE)
    sink = MailAlerts("CS", server, "Pointsman <p@boards.example>", ("dana@example.com",), BASE)
    assert sink.send(EVENT) == "mailed to 1 of 1 addresses"
    ((recipients, content),) = mailbox.mails
    mail = message_from_bytes(content, policy=default)
    assert (recipients, mail["Subject"]) == (("dana@example.com",), "Acme <Ltd>: says they leave")
    assert mail["Message-ID"] == "<account-band-7@boards.example>"
    assert mail.get_content().splitlines()[-1] == "https://p.example/accounts/a%2F1"


def test_a_name_cannot_write_a_header_of_its_own(mailbox):
    server = MailServer("127.0.0.1", mailbox.port, "none", private_hosts=HERE)
    event = AccountEvent("band-8", "a", "Acme\nBcc: x@evil.example", "words", "none", "watch", NOW, "f")
    MailAlerts("CS", server, "p@boards.example", ("dana@example.com",)).send(event)
    ((recipients, content),) = mailbox.mails
    mail = message_from_bytes(content, policy=default)
    assert (recipients, mail["Bcc"]) == (("dana@example.com",), None)
    assert mail["Subject"] == "Acme Bcc: x@evil.example: watch"


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (MailServer("127.0.0.1", 25, "none"), "private network"),
        (MailServer("127.0.0.1", 25, "none", "user", private_hosts=HERE), "needs a password"),
    ],
)
def test_a_mail_server_that_may_not_be_used_is_told(server, why):
    with pytest.raises(EventNotDelivered, match=why):
        MailAlerts("CS", server, "p@boards.example", ("dana@example.com",)).send(EVENT)
