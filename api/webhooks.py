"""Tells other systems of events: signed JSON by POST, only to addresses that an admin has set; nothing is logged."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from api.jobs import JobQueue
from triage.account_settings import AccountSettings
from triage.account_values import AccountEvent

JOB = "deliver_event"
SIGNATURE = "Pointsman-Signature"
SECONDS = 10.0
Post = Callable[[str, bytes, dict[str, str]], int]


class NotDelivered(Exception):
    """A destination did not take an event; it is sent again later."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The destination {name!r} did not take the event: {reason}.")


class QueuedDestinations:
    """A ``Destination``: queues an event once for each address that is set, so that no ticket waits for it."""

    def __init__(self, queue: Callable[[], JobQueue], settings: Callable[[], AccountSettings]) -> None:
        self._queue = queue
        self._settings = settings

    def deliver(self, event: AccountEvent) -> None:
        """Queue an event."""
        for destination in self._settings().destinations:
            payload = {"destination": destination.name, "event": event_values(event)}
            self._queue().enqueue(JOB, payload, key=f"{JOB}:{destination.name}:{event.id}")


def deliver(
    payload: dict[str, Any], settings: AccountSettings, secret: str, now: datetime, post: Post | None = None
) -> None:
    """Send a queued event; one whose address was taken off meanwhile is dropped.

    Raises:
        NotDelivered: the address cannot be reached, or refuses.
    """
    name = str(payload["destination"])
    found = next((one for one in settings.destinations if one.name == name), None)
    if found is None:
        return
    body = json.dumps(payload["event"], separators=(",", ":"), sort_keys=True).encode()
    headers = {"Content-Type": "application/json", SIGNATURE: signature(signing_key(secret, name), body, now)}
    try:
        status = (post or _post)(found.url, body, headers)
    except OSError as error:
        raise NotDelivered(name, type(error).__name__) from None
    if not 200 <= status < 300:
        raise NotDelivered(name, f"it answered with status {status}")


def signing_key(secret: str, destination: str) -> str:
    """The key that signs what a destination is sent; it follows from the program's own secret and is stored nowhere."""
    return hmac.new(secret.encode(), f"webhook:{destination}".encode(), hashlib.sha256).hexdigest()


def signature(key: str, body: bytes, now: datetime) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA256 over the seconds, a point and the body, so that its age can be checked."""
    at = str(int(now.timestamp()))
    signed = hmac.new(key.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def event_values(event: AccountEvent) -> dict[str, Any]:
    """An event as JSON: no text of a customer is in it."""
    return {"type": "account.band_crossed"} | asdict(event) | {"at": event.at.isoformat()}


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    import urllib3

    # A redirect would lead to an address that nobody has set.
    try:
        with urllib3.PoolManager(num_pools=1) as pool:
            answer = pool.request(
                "POST", url, body=body, headers=headers, redirect=False, retries=False, timeout=SECONDS
            )
            return int(answer.status)
    except urllib3.exceptions.HTTPError as error:
        raise ConnectionError(type(error).__name__) from None
