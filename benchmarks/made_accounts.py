"""Accounts with years of tickets, written straight into a database: as many as are asked for, seeded."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from tqdm import tqdm

from api.database import make_engine, migrate
from triage.store import TicketStore
from triage.store.encoding import UNCLEAN, UNTRIAGED
from triage.store.tables import tickets as ticket_table
from triage.store.tables import triages as triage_table
from triage.types import Account, Ticket

NOW = datetime(2026, 11, 20, 2, 10, tzinfo=UTC)
YEARS = 3
_TRIAGED, _BATCH = timedelta(days=90), 20_000
_CHURN = (*("none",) * 8, "at_risk", "explicit")
_URGENCIES = ("low", "normal", "normal", "high", "urgent")


def fill(url: str, accounts: int, tickets: int) -> None:
    """Make a database with so many accounts and tickets."""
    engine = make_engine(url)
    migrate(engine)
    TicketStore(engine).put_accounts([_account(place) for place in range(accounts)], NOW)
    random = np.random.default_rng(5)
    with tqdm(desc="Filling", total=tickets, unit="ticket", file=sys.stderr, mininterval=5) as bar:
        for start in range(0, tickets, _BATCH):
            size = min(_BATCH, tickets - start)
            rows = list(_ticket_rows(start, size, accounts, random))
            spoken = [_triage_row(row) for row in rows if row["triage_id"] is not None]
            with engine.begin() as connection:
                connection.execute(ticket_table.insert(), rows)
                if spoken:
                    connection.execute(triage_table.insert(), spoken)
            bar.update(size)
    engine.dispose()


def _account(place: int) -> Account:
    return Account(
        f"account-{place}",
        plan=("starter", "team", "pro")[place % 3],
        seats=1 + place % 90,
        mrr=20.0 + place % 500,
        currency="EUR",
        signed_up_on=date(2023, 1, 1) + timedelta(days=place % 700),
        renews_on=date(2026, 12, 1) + timedelta(days=place % 365),
    )


def _ticket_rows(
    start: int, size: int, accounts: int, random: np.random.Generator
) -> Iterator[dict[str, Any]]:
    empty = {field.name: "" for field in fields(Ticket)}
    owners = random.integers(0, accounts, size).tolist()
    ages = random.uniform(0, YEARS * 365.25, size).tolist()
    hours = random.exponential(8, size).tolist()
    kinds = random.integers(0, 1000, size).tolist()
    for place, (owner, age, reply, kind) in enumerate(zip(owners, ages, hours, kinds, strict=True)):
        created = NOW - timedelta(days=age)
        replied, solved = created + timedelta(hours=reply), created + timedelta(hours=4 * reply)
        number = start + place
        yield (
            empty
            | UNCLEAN
            | UNTRIAGED
            | {
                "id": f"t{number}",
                "account_id": f"account-{owner}",
                "digest": "",
                "subject": "A subject",
                "body": "Some words of a customer. " * 8,
                "created_at": created,
                "came_at": created,
                "received_at": created,
                "updated_at": created,
                "first_replied_at": replied if replied < NOW else None,
                "solved_at": solved if solved < NOW else None,
                "reopened": int(kind % 20 == 0),
                "csat": 1.0 + kind % 5 if kind % 3 == 0 else None,
                "tags": [],
                "attributes": {},
                "is_open": solved >= NOW,
                "triage_id": number + 1 if NOW - created < _TRIAGED else None,
                "predicted_urgency": _URGENCIES[kind % 5],
                **dict.fromkeys(("said_topic", "said_urgency", "said_churn_intent", "said_issue_id"), ""),
                **dict.fromkeys(("shown_topic", "shown_urgency"), ""),
            }
        )


def _triage_row(ticket: dict[str, Any]) -> dict[str, Any]:
    label = _CHURN[ticket["triage_id"] % 10]
    reason = {"text": "speaks of leaving", "weight": 2.0, "ticket_id": ticket["id"], "quote": "Some words"}
    churn = {"words": {"label": label, "probability": 0.9, "accepted": True}, "reasons": [reason]}
    return {
        "id": ticket["triage_id"],
        "ticket_id": ticket["id"],
        "made_at": ticket["came_at"],
        "topic": "",
        "topic_probability": 0.0,
        "topic_accepted": False,
        "urgency": ticket["predicted_urgency"],
        "urgency_probability": 0.9,
        "urgency_accepted": True,
        "churn_intent": label,
        "churn_probability": 0.9,
        "churn_band": label,
        "churn_risk": None,
        "noise": "",
        "models": {},
        "audited": False,
        "payload": {"churn": churn},
    }
