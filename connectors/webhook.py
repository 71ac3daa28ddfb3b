"""Account events to another program: JSON by POST, signed so that the receiver can tell who sent it, and when."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from connectors.delivering import alerting
from connectors.http import Http
from triage.account_alerts import event_values
from triage.account_values import AccountEvent

SIGNATURE = "Pointsman-Signature"


@dataclass(frozen=True, slots=True)
class WebhookAlerts:
    """Posts events to ``url``. ``http`` must not follow redirects: these lead to an address that nobody has set."""

    name: str
    url: str
    key: str = field(repr=False)
    http: Http
    now: Callable[[], datetime]

    def send(self, event: AccountEvent) -> str:
        """Post an event.

        Raises:
            EventNotDelivered: the other program did not take it.
        """
        body = json.dumps(event_values(event), separators=(",", ":"), sort_keys=True).encode()
        with alerting(self.name):
            self.http.post(self.url, body, {SIGNATURE: signature(self.key, body, self.now())})
        return "posted"


def signature(key: str, body: bytes, now: datetime) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA256 over the seconds, a point and the body, so that its age can be checked."""
    at = str(int(now.timestamp()))
    signed = hmac.new(key.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"
