from __future__ import annotations

import hashlib
import hmac
import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from api.webhooks import NotDelivered, deliver, event_values, signature, signing_key
from triage.account_settings import AccountSettings, DestinationSetting
from triage.account_values import AccountEvent

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
EVENT = AccountEvent("band-7", "acme", "Acme", "words", "none", "explicit", NOW, "f", 100.0, "EUR")
SECRET = "s" * 32
PAYLOAD = {"destination": "CRM", "event": event_values(EVENT)}


@pytest.fixture
def receiver():
    """A server that answers with ``status`` and keeps what it was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.received.append((self.path, dict(self.headers), body))
            self.send_response(self.server.status)
            if self.server.status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *given):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.status = [], 204
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def set_to(server, name="CRM"):
    return AccountSettings(
        destinations=(DestinationSetting(name, f"http://127.0.0.1:{server.server_port}/in"),)
    )


def test_an_event_arrives_signed(receiver):
    deliver(PAYLOAD, set_to(receiver), SECRET, NOW)
    ((path, headers, body),) = receiver.received
    assert (path, json.loads(body)) == ("/in", PAYLOAD["event"])
    at, signed = (part.partition("=")[2] for part in headers["Pointsman-Signature"].split(","))
    key = signing_key(SECRET, "CRM").encode()
    expected = hmac.new(key, at.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert (at, signed) == (str(int(NOW.timestamp())), expected)


def test_the_event_says_what_crossed_and_quotes_nobody():
    assert PAYLOAD["event"] == {
        "type": "account.band_crossed",
        "id": "band-7",
        "account_id": "acme",
        "name": "Acme",
        "source": "words",
        "before": "none",
        "after": "explicit",
        "at": "2026-05-04T12:00:00+00:00",
        "flag_id": "f",
        "revenue": 100.0,
        "currency": "EUR",
    }


@pytest.mark.parametrize("status", [302, 400, 503])
def test_a_refusal_is_tried_again_and_no_redirect_is_followed(receiver, status):
    receiver.status = status
    with pytest.raises(NotDelivered, match=f"status {status}"):
        deliver(PAYLOAD, set_to(receiver), SECRET, NOW)
    assert len(receiver.received) == 1


def test_an_address_that_nobody_answers_at_is_told_without_the_address(receiver):
    gone = AccountSettings(destinations=(DestinationSetting("CRM", "http://127.0.0.1:1/secret"),))
    with pytest.raises(NotDelivered) as told:
        deliver(PAYLOAD, gone, SECRET, NOW)
    assert "secret" not in str(told.value)


def test_an_address_that_was_taken_off_is_sent_nothing(receiver):
    deliver(PAYLOAD, set_to(receiver, "Other"), SECRET, NOW)
    assert receiver.received == []


def test_each_destination_has_a_key_of_its_own():
    assert signing_key(SECRET, "CRM") != signing_key(SECRET, "Chat")
    assert signature("k", b"x", NOW) != signature("k", b"y", NOW)
