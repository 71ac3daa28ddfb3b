"""A small real account model: the more tickets in 30 days, the higher the risk."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np

from models.card import Card, Primary, TrainingData
from triage.account_values import ServedModel
from triage.features.account import AccountModel, Layout, LinearMember
from triage.features.confidence import Logistic
from triage.types import Account

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
VERSION = "2026.11.01-00000000"


class Kept:
    """A destination that remembers what it was given."""

    def __init__(self):
        self.events = []

    def deliver(self, event):
        self.events.append(event)


def served_model() -> ServedModel:
    """Log-odds of -3 and one more for each ticket of the last 30 days; watch from .2, at risk from .5."""
    nothing = np.zeros(0)
    layout = Layout(((0.0, 20.0),), (nothing,), (), np.zeros(2), np.ones(2), np.zeros(2, np.int64))
    member = LinearMember(layout, np.array([1.0, 0.0]), -3.0)
    model = AccountModel(
        ("tickets_30",), (), (member,), Logistic(np.ones(2), 0.0), np.zeros(1), (), horizon_days=90
    )
    card = Card(
        task="churn",
        created_at=NOW,
        labels=("stays", "leaves"),
        data=TrainingData(fingerprint="0" * 64, rows=1),
        text_columns=(),
        metrics={"held_out": {"auc": 0.7}},
        primary=Primary(metric="held_out.auc"),
        thresholds={"watch": {"probability": 0.2}, "at_risk": {"probability": 0.5}},
        params={"shape": "history"},
        version=VERSION,
    )
    return ServedModel(model, card, VERSION)


def account(account_id="acme", **fields):
    said = {"name": account_id.title(), "mrr": 100.0, "currency": "EUR", "renews_on": date(2027, 1, 20)}
    return Account(account_id, **(said | fields))
