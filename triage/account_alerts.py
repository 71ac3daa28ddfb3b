"""An account's move into a worse band as people and programs are told of it; nothing that a customer wrote is in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from triage.account_values import AccountEvent

_BANDS = {"none": "no band", "watch": "watch", "at_risk": "at risk", "explicit": "says they leave"}
_SOURCES = {"words": "what they wrote", "history": "the account's history"}


@dataclass(frozen=True, slots=True)
class Alert:
    """What is sent: a title, a few lines, and the way to the account's page where the program's address is known."""

    title: str
    lines: tuple[str, ...]
    page: str = ""


def alert_of(event: AccountEvent, base_url: str = "") -> Alert:
    """Write an alert."""
    moved = f"By {_SOURCES[event.source]}: from {_BANDS[event.before]} to {_BANDS[event.after]}"
    lines = [f"{moved}, {event.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC."]
    if event.revenue is not None:
        lines.append(f"Monthly revenue: {f'{event.revenue:,.0f} {event.currency}'.strip()}.")
    page = f"{base_url.rstrip('/')}/accounts/{quote(event.account_id, safe='')}" if base_url else ""
    return Alert(f"{event.name or event.account_id}: {_BANDS[event.after]}", tuple(lines), page)


def event_values(event: AccountEvent) -> dict[str, Any]:
    """An event as JSON: no text of a customer is in it."""
    return {"type": "account.band_crossed"} | asdict(event) | {"at": event.at.isoformat()}


def event_of(values: dict[str, Any]) -> AccountEvent:
    """Read an event back that `event_values` wrote."""
    own = {name: value for name, value in values.items() if name != "type"}
    return AccountEvent(**own | {"at": datetime.fromisoformat(own["at"])})
