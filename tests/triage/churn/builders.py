"""Accounts and tickets small enough to reckon with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np

from triage.churn.events import Events, seconds
from triage.churn.history import features_as_of
from triage.churn.windows import Moments
from triage.types import Account, Ticket

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def account(account_id: str = "a", **facts) -> Account:
    return Account(
        account_id,
        **{
            "plan": "team",
            "seats": 10,
            "mrr": 200.0,
            "signed_up_on": date(2024, 6, 1),
            "renews_on": date(2026, 7, 1),
        }
        | facts,
    )


def ticket(days_ago: float, account_id: str = "a", *, replied=None, solved=None, **facts) -> Ticket:
    """A ticket so many days before NOW; ``replied`` and ``solved`` are hours after it."""
    created = NOW - timedelta(days=days_ago)
    return Ticket(
        id=facts.pop("id", f"{account_id}-{days_ago}"),
        created_at=created,
        account_id=account_id,
        first_replied_at=None if replied is None else created + timedelta(hours=replied),
        solved_at=None if solved is None else created + timedelta(hours=solved),
        **facts,
    )


def row(accounts: list[Account], events: Events, at: datetime = NOW, place: int = 0, extra=()) -> dict:
    """The features of one account as of a moment, by name."""
    table = features_as_of(accounts, events, Moments(np.array([place]), np.array([seconds(at)])), extra)
    values = [*table.numbers[0].tolist(), *table.words[0].tolist()]
    return dict(zip(table.names, values, strict=True))
