from __future__ import annotations

from datetime import timedelta

import pytest

from tests.triage.account_builders import NOW, account
from tests.triage.store.builders import ticket, triage
from triage.accounts import AccountDesk
from triage.store import TicketStore
from triage.store.flags import ChurnLedger, StoredRisk
from triage.types import ChurnRisk, Prediction

DAY = timedelta(days=1)
LATER = NOW + 120 * DAY


@pytest.fixture
def desk(sqlite_database):
    from api.database import make_engine

    engine = make_engine(sqlite_database(True))
    yield AccountDesk(TicketStore(engine), ChurnLedger(engine), history=lambda: None)
    engine.dispose()


@pytest.fixture
def store(desk):
    return desk._store


def speaks(desk, store, key):
    store.upsert([ticket(f"t-{key}", account_id=key, created_at=NOW - DAY, language="de")], NOW)
    churn = ChurnRisk(Prediction("explicit", 0.9, True), "explicit")
    made = triage(f"t-{key}", churn=churn)
    store.save_triages([made], NOW)
    desk.after_triaged([made], now=NOW)


def test_warnings_departures_and_risks_are_told_by_plan_language_and_region(desk, store):
    left = (NOW + 30 * DAY).date()
    desk.put_accounts(
        [
            account("right", plan="Pro", churned_on=left, attributes={"Country": "DE"}),
            account("wrong", plan="Pro", attributes={"Country": "FI", "language": "fi"}),
            account("missed", plan="Free", churned_on=left, attributes={"Country": "DE"}),
            account("before", plan="Free", churned_on=(NOW - 9 * DAY).date()),
            account("calm", plan="Free"),
        ],
        now=NOW,
    )
    for key in ("right", "wrong"):
        speaks(desk, store, key)
    scored = [StoredRisk(key, "2026-W47", NOW, 0.5, "at_risk") for key in ("right", "missed", "calm")]
    desk._ledger.save_risks(scored)
    desk.score(now=LATER)
    plan, language, region = desk.fairness(now=LATER)
    assert [(one.group, one.customers, one.stayed.number, one.stayed.of) for one in plan.groups] == [
        ("Free", 1, 0, 0),
        ("Pro", 1, 1, 2),
    ]
    assert [(one.missed.number, one.missed.of) for one in plan.groups] == [(1, 1), (0, 1)]
    assert [(one.scored, one.expected, one.left) for one in plan.groups] == [(2, 1.0, 1), (1, 0.5, 1)]
    assert sorted(one.group for one in language.groups) == ["de", "fi", "not known"]
    assert sorted(one.group for one in region.groups) == ["DE", "FI", "not known"]
    assert plan.sentence.startswith("Too few accounts to compare")
