"""Values to what a row holds, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from kb.store.encoding import spans_json, spans_of
from triage.store.values import Labels, StoredTicket
from triage.types import OPEN_STATUSES, Account, CleanText, Ticket, Triage

TICKET_FIELDS = tuple(each.name for each in fields(Ticket))
ACCOUNT_FIELDS = tuple(each.name for each in fields(Account))
LABEL_FIELDS = tuple(each.name for each in fields(Labels))
TRIAGE: TypeAdapter[Triage] = TypeAdapter(Triage)

UNCLEAN: dict[str, Any] = {
    "clean_text": None,
    "clean_parts": [],
    "clean_language": "",
    "noise": "",
    "statements": [],
}
UNTRIAGED: dict[str, Any] = {
    "triage_id": None,
    "predicted_topic": "",
    "predicted_urgency": "",
    "audited": False,
    "needs_person": False,
    "forgotten_at": None,
}


def digest_of(given: Ticket | Account) -> str:
    """The same for the same content, however its times are zoned and its numbers written."""
    names = TICKET_FIELDS if isinstance(given, Ticket) else ACCOUNT_FIELDS
    values = {name: _plain(getattr(given, name)) for name in names}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def ticket_columns(ticket: Ticket, digest: str, received_at: datetime) -> dict[str, Any]:
    """What an import or update of a ticket writes; what was found out about it is left alone."""
    columns = {name: getattr(ticket, name) for name in TICKET_FIELDS}
    return columns | {
        "tags": list(ticket.tags),
        "attributes": dict(ticket.attributes),
        "digest": digest,
        "came_at": ticket.created_at or received_at,
        "is_open": is_open(ticket),
    }


def is_open(ticket: Ticket) -> bool:
    """Whether somebody still has to work on the ticket."""
    status = ticket.status.strip().lower()
    return status in OPEN_STATUSES and (status != "" or ticket.solved_at is None)


def ticket_of(row: sa.RowMapping) -> Ticket:
    ticket = Ticket(**{name: row[name] for name in TICKET_FIELDS})
    return replace(ticket, tags=tuple(row["tags"]))


def stored_of(row: sa.RowMapping) -> StoredTicket:
    """A ticket from a whole row of ``triage_tickets``."""
    return StoredTicket(
        ticket=ticket_of(row),
        labels=labels_of(row),
        clean=_clean_of(row),
        received_at=row["received_at"],
        updated_at=row["updated_at"],
        predicted_topic=row["predicted_topic"],
        predicted_urgency=row["predicted_urgency"],
        triaged=row["triage_id"] is not None,
        audited=row["audited"],
        needs_person=row["needs_person"],
        forgotten=row["forgotten_at"] is not None,
    )


def labels_of(row: sa.RowMapping) -> Labels:
    return Labels(*(row[f"said_{name}"] for name in LABEL_FIELDS))


def clean_columns(clean: CleanText) -> dict[str, Any]:
    return {
        "clean_text": clean.text,
        "clean_parts": spans_json(clean.parts),
        "clean_language": clean.language,
        "noise": clean.noise,
        "statements": spans_json(clean.statements),
    }


def account_columns(account: Account, digest: str, now: datetime) -> dict[str, Any]:
    columns = {name: getattr(account, name) for name in ACCOUNT_FIELDS}
    return columns | {"attributes": dict(account.attributes), "digest": digest, "updated_at": now}


def account_of(row: sa.RowMapping) -> Account:
    return Account(**{name: row[name] for name in ACCOUNT_FIELDS})


def triage_columns(triage: Triage, made_at: datetime) -> dict[str, Any]:
    """A row of ``triage_triages``."""
    words = triage.churn.words
    return {
        "ticket_id": triage.ticket_id,
        "made_at": made_at,
        "topic": triage.topic.label,
        "topic_probability": triage.topic.probability,
        "topic_accepted": triage.topic.accepted,
        "urgency": triage.urgency.label,
        "urgency_probability": triage.urgency.probability,
        "urgency_accepted": triage.urgency.accepted,
        "churn_intent": words.label,
        "churn_probability": words.probability,
        "churn_band": triage.churn.band,
        "churn_risk": triage.churn.risk,
        "noise": triage.noise,
        "models": dict(triage.models),
        "audited": triage.audited,
        "payload": payload_of(triage),
    }


def payload_of(triage: Triage) -> dict[str, Any]:
    """What was said, as JSON. Of similar tickets only which they are: they change, and may be forgotten."""
    similar = tuple(
        replace(one, subject="", topic="", status="", being_worked_on="") for one in triage.similar_tickets
    )
    payload: dict[str, Any] = TRIAGE.dump_python(replace(triage, similar_tickets=similar), mode="json")
    return payload


def _clean_of(row: sa.RowMapping) -> CleanText | None:
    if row["clean_text"] is None:
        return None
    return CleanText(
        text=row["clean_text"],
        parts=spans_of(row["clean_parts"]),
        language=row["clean_language"],
        noise=row["noise"],
        statements=spans_of(row["statements"]),
    )


def _plain(value: object) -> object:
    match value:
        case str() | None:
            return value
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case int() | float():
            return float(value)
        case Mapping():
            return dict(value)
        case _:
            return value
