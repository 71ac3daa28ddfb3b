"""Brings account events to where the team wants them: queued, so that no ticket waits, and sent by the worker."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from api.jobs import JobQueue
from triage.account_alerts import event_of, event_values
from triage.account_settings import AccountSettings
from triage.account_values import AccountEvent, EventNotDelivered, EventSink
from triage.destinations import DestinationSetting

if TYPE_CHECKING:
    from api.wiring import Parts

JOB = "deliver_event"


class QueuedDestinations:
    """A ``Destination``: queues an event once for each place that is set."""

    def __init__(self, queue: Callable[[], JobQueue], settings: Callable[[], AccountSettings]) -> None:
        self._queue = queue
        self._settings = settings

    def deliver(self, event: AccountEvent) -> None:
        """Queue an event."""
        for destination in self._settings().destinations:
            payload = {"destination": destination.name, "event": event_values(event)}
            self._queue().enqueue(JOB, payload, key=f"{JOB}:{destination.name}:{event.id}")


def send_event(parts: Parts, payload: dict[str, Any]) -> str:
    """Send a queued event; one whose destination was taken off meanwhile is dropped.

    Raises:
        EventNotDelivered: the destination did not take it.
    """
    name = payload["destination"]
    found = next((one for one in parts.accounts.settings().destinations if one.name == name), None)
    return "" if found is None else event_sink(parts, found).send(event_of(payload["event"]))


def send_test(parts: Parts, name: str) -> str:
    """Send an event that says it is a test to a destination, once; gives what was done.

    Raises:
        EventNotDelivered: the destination did not take it, or there is none of that name.
    """
    found = next((one for one in parts.accounts.settings().destinations if one.name == name), None)
    if found is None:
        raise EventNotDelivered(name, "there is no such destination.")
    event = AccountEvent(
        f"test-{secrets.token_hex(8)}",
        "test",
        "A test of Pointsman",
        "words",
        "none",
        "watch",
        parts.now(),
        "",
    )
    return event_sink(parts, found, tries=1).send(event)


def event_sink(parts: Parts, destination: DestinationSetting, tries: int = 3) -> EventSink:
    """A destination as a sink; the program's address and the own hosts are those that are set for reports."""
    from api.report_delivery import mail_server
    from api.reporting import settings_of
    from api.secret import session_secret
    from connectors.http import Http, HttpSetting
    from connectors.mail import MailAlerts
    from connectors.slack import SlackAlerts
    from connectors.teams import TeamsAlerts
    from connectors.webhook import WebhookAlerts

    name, shared = destination.name, settings_of(parts)
    private_hosts = frozenset(host.lower() for host in shared.private_hosts)
    http = Http(HttpSetting(tries=tries, private_hosts=private_hosts))
    if destination.kind == "slack":
        return SlackAlerts(name, destination.webhook, http, shared.base_url)
    if destination.kind == "teams":
        return TeamsAlerts(name, destination.webhook, http, shared.base_url)
    if destination.kind == "mail":
        server = mail_server(destination, parts.settings.smtp_password, private_hosts)
        return MailAlerts(name, server, destination.sender, destination.recipients, shared.base_url)
    direct = Http(HttpSetting(tries=tries, private_hosts=private_hosts, redirects=0))
    key = signing_key(session_secret(parts.settings), name)
    return WebhookAlerts(name, destination.webhook, key, direct, parts.now)


def signing_key(secret: str, destination: str) -> str:
    """The key that signs what a destination is sent; it follows from the program's own secret and is stored nowhere."""
    return hmac.new(secret.encode(), f"webhook:{destination}".encode(), hashlib.sha256).hexdigest()
