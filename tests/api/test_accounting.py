from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.api.conftest import NOW
from tests.triage.account_builders import account, served_model
from triage.types import Correction, Ticket


@pytest.fixture
def model(parts):
    """The version of an account model of the team's own, in use."""
    served = served_model()
    version = parts.registry.save("churn", served.model, replace(served.card, version="")).name
    parts.registry.promote("churn", version, force=True)
    parts.accounts.put_accounts([account()], now=NOW)
    return version


def triaged(parts, key="t1"):
    sent = Ticket(key, body="Where is the invoice?", account_id="acme", created_at=NOW - timedelta(hours=1))
    return parts.desk.triage(sent, now=NOW).churn


def test_a_ticket_is_told_the_risk_that_its_account_shows(parts, model):
    first, second = triaged(parts), triaged(parts, "t2")
    view = parts.accounts.account("acme", now=NOW)
    assert (first.risk, second.risk) == (0.1192, 0.2689)
    assert view.history.risk == pytest.approx(second.risk, abs=1e-4)
    assert view.history.model_version == model


def test_a_model_that_cannot_be_loaded_costs_the_risk_and_not_the_triage(parts, model, caplog):
    (parts.settings.data_dir / "models" / "churn" / model / "model.joblib").write_bytes(b"x")
    with caplog.at_level(logging.ERROR):
        made = triaged(parts)
        parts.desk.correct(Correction("t1", NOW, "Mia", churn_intent="explicit"))
    assert (made.risk, made.horizon_days) == (None, 90)
    assert parts.tickets.get("t1").triaged
    assert "Scoring a ticket's account" in caplog.text
    assert "invoice" not in caplog.text
