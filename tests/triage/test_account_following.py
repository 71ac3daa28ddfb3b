"""Tickets and corrections move their account at once, by the one computation that the list is made with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.triage.account_builders import NOW, Kept, account, served_model
from tests.triage.desk_builders import desk_over, ticket
from triage.account_settings import AccountSettings, document_of
from triage.accounts import AccountDesk
from triage.store import TicketStore
from triage.store.flags import ChurnLedger
from triage.types import Correction

DAY = timedelta(days=1)


@pytest.fixture
def engine(sqlite_database):
    from api.database import make_engine

    opened = make_engine(sqlite_database(True))
    yield opened
    opened.dispose()


@pytest.fixture
def told():
    return Kept()


@pytest.fixture
def accounts(engine, told):
    served = served_model()
    desk = AccountDesk(
        TicketStore(engine), ChurnLedger(engine), history=lambda: served, destination=told, seed="s"
    )
    desk.put_accounts([account()], now=NOW)
    return desk


@pytest.fixture
def desk(engine, accounts):
    return desk_over(
        engine,
        risk_of=accounts.risk_with,
        on_triaged=(lambda made: accounts.after_triaged(made, now=NOW),),
        on_corrected=(lambda said: accounts.after_correction(said, now=NOW),),
    )


def sent(number, account_id="acme", **fields):
    return ticket(f"t{number}", account_id=account_id, **({"created_at": NOW - number * DAY} | fields))


def test_the_reply_to_a_ticket_says_what_the_accounts_page_says_then(desk, accounts):
    told = [desk.triage(sent(number), now=NOW).churn for number in range(4)]
    view = accounts.account("acme", now=NOW)
    assert [one.risk for one in told] == [0.1192, 0.2689, 0.5, 0.7311]
    assert [one.band for one in told] == ["none", "watch", "at_risk", "at_risk"]
    assert view.history.risk == pytest.approx(told[-1].risk, abs=1e-4)
    assert view.history.reasons == told[-1].reasons


def test_a_crossing_is_told_once_in_the_quiet_time(desk, told):
    for number in range(4):
        desk.triage(sent(number), now=NOW)
    desk.triage_many([sent(number) for number in range(6)], now=NOW)
    assert [(one.before, one.after) for one in told.events] == [("none", "watch"), ("watch", "at_risk")]


def test_a_dry_run_counts_the_ticket_and_moves_nothing(desk, accounts, told):
    desk.triage_many([sent(number) for number in range(3)], now=NOW)
    made = desk.triage(sent(3), now=NOW, dry_run=True)
    assert made.churn.risk == 0.7311
    assert accounts.account("acme", now=NOW).history.risk == pytest.approx(0.5)


def test_no_risk_is_told_of_accounts_that_are_unknown_or_gone(desk, accounts):
    accounts.put_accounts([account("gone", churned_on=(NOW - DAY).date())], now=NOW)
    assert desk.triage(sent(1, ""), now=NOW).churn.risk is None
    assert desk.triage(sent(2, "nobody"), now=NOW).churn.risk is None
    assert desk.triage(sent(3, "gone"), now=NOW).churn.risk is None


def test_a_ticket_does_not_tell_what_the_lot_withholds(desk, accounts):
    accounts.put_settings(document_of(AccountSettings(withheld_share=0.5)), 0, who="Mia", now=NOW)
    names = [f"a{number}" for number in range(12)]
    accounts.put_accounts([account(name) for name in names], now=NOW)
    shown = {}
    for name in names:
        for number in range(3):
            made = desk.triage(ticket(f"{name}-{number}", account_id=name, created_at=NOW - DAY), now=NOW)
        shown[name] = made.churn.risk is not None
    assert {name for name in names if accounts.account(name, now=NOW).flags} == {
        name for name, seen in shown.items() if seen
    }
    assert 0 < sum(shown.values()) < len(names)


def test_a_correction_of_churn_intent_moves_the_account_at_once(desk, accounts, told):
    desk.triage(sent(1), now=NOW)
    desk.correct(Correction("t1", NOW, "Mia", churn_intent="explicit"))
    assert accounts.account("acme", now=NOW).words.band == "explicit"
    assert [(one.source, one.after) for one in told.events] == [("words", "explicit")]
    desk.correct(Correction("t1", NOW + DAY, "Mia", churn_intent="none"))
    (down, up) = accounts.account("acme", now=NOW).moves
    assert (down.after, up.after, len(told.events)) == ("none", "explicit", 1)


def test_bands_of_the_team_hold_for_tickets_and_the_list_alike(desk, accounts):
    accounts.put_settings(document_of(AccountSettings(at_risk_from=0.8)), 0, who="Mia", now=NOW)
    made = [desk.triage(sent(number), now=NOW).churn.band for number in range(5)]
    assert made == ["none", "watch", "watch", "watch", "at_risk"]
    assert accounts.account("acme", now=NOW).history.band == "at_risk"
