"""The churn ledger: bands and their moves, flags and what people said, weekly risks, statements and facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.triage.store.builders import DAY, LATER, NOW, corrected, ticket, triage
from triage.churn.events import AccountChange
from triage.churn.ledger import Outcome, Response
from triage.store.flags import ChurnLedger, Finding, FlagNotFound, Statement, StoredRisk
from triage.store.flags_tables import account_changes, flags, moves, responses, risks, standings
from triage.types import Account, ChurnRisk, Prediction, Reason

WHY = (Reason("On 2026-11-20 said that they leave", 3.0, "t1", "we are leaving"),)
SPOKEN = ChurnRisk(Prediction("explicit", 0.9, True), "explicit", reasons=(Reason("x", 1, "t1", "we leave"),))


@pytest.fixture
def ledger(engine):
    return ChurnLedger(engine)


def found(band, account_id="a", source="words", **fields):
    return Finding(account_id, source, band, WHY, revenue=50.0, **fields)


def test_the_tables_are_those_of_the_migrations(engine):
    inspector = sa.inspect(engine)
    for table in (flags, responses, standings, moves, risks, account_changes):
        assert {one["name"] for one in inspector.get_columns(table.name)} == set(table.c.keys())
        made = {one["name"] for one in inspector.get_indexes(table.name)}
        assert made == {one.name for one in table.indexes}


def test_a_worse_band_raises_a_flag_and_is_told_once(ledger):
    (move,) = ledger.move([found("at_risk")], NOW)
    assert (move.before, move.after, move.told, move.revenue) == ("none", "at_risk", True, 50.0)
    assert ledger.move([found("at_risk")], NOW + DAY) == ()
    assert ledger.standing("a") == {"words": "at_risk"}
    assert ledger.untold() == (move,)
    ledger.note_told([move.id])
    assert ledger.untold() == ()


def test_a_band_that_flickers_is_told_once_and_flagged_once_a_week(ledger):
    for day, band in enumerate(("at_risk", "none", "at_risk")):
        ledger.move([found(band)], NOW + day * timedelta(hours=1))
    assert [(one.after, one.told) for one in ledger.moves(NOW, NOW + DAY)] == [
        ("at_risk", True),
        ("none", False),
        ("at_risk", False),
    ]
    assert [flag.id for flag in ledger.flags_of(["a"])["a"]] == ["2026-W47.words.at_risk.a"]


def test_words_and_history_stand_apart(ledger):
    ledger.move([found("explicit"), found("watch", source="history", risk=0.4, model_version="7")], NOW)
    assert ledger.standing("a") == {"words": "explicit", "history": "watch"}
    assert {(flag.source, flag.band, flag.risk) for flag in ledger.flags_of(["a"])["a"]} == {
        ("words", "explicit", None),
        ("history", "watch", 0.4),
    }
    assert (ledger.banded("words"), ledger.banded("history")) == (("a",), ("a",))


def test_a_withheld_flag_is_kept_told_to_nobody_and_not_listed(ledger):
    ledger.move([found("watch", source="history", risk=0.4, withheld=True)], NOW)
    assert ledger.untold() == () and ledger.list_flags().flags == ()
    assert [flag.withheld for flag in ledger.flags_between(NOW, LATER)] == [True]


def test_quotes_are_not_copied_into_the_ledger(ledger):
    ledger.move([found("explicit")], NOW)
    (flag,) = ledger.flags_of(["a"])["a"]
    assert flag.reasons == (replace(WHY[0], quote=""),)


def test_what_people_said_is_kept_once(ledger):
    ledger.move([found("explicit")], NOW)
    (flag,) = ledger.flags_of(["a"])["a"]
    snooze = Response("snoozed", NOW, "Aino", "on holiday", NOW + 7 * DAY)
    ledger.respond(flag, snooze)
    kept = ledger.respond(flag, replace(snooze, at=LATER))
    assert kept.responses == (snooze,)
    with pytest.raises(FlagNotFound):
        ledger.flag("b", flag.id)


def test_outcomes_are_added_until_all_are_known(ledger):
    ledger.move([found("explicit")], NOW)
    (flag,) = ledger.unsettled()
    ledger.save_outcomes([replace(flag, outcomes=(Outcome(30, False),))])
    assert [one.outcomes for one in ledger.unsettled()] == [(Outcome(30, False),)]
    ledger.save_outcomes([replace(flag, outcomes=tuple(Outcome(days, True) for days in (30, 60, 90)))])
    assert ledger.unsettled() == ()


def test_flags_are_paged_from_the_newest_on(ledger):
    for day in range(5):
        ledger.move([found("watch", account_id=f"a{day}")], NOW + day * DAY)
    first = ledger.list_flags(limit=3)
    rest = ledger.list_flags(first.after, limit=3)
    assert [flag.account_id for flag in first.flags + rest.flags] == ["a4", "a3", "a2", "a1", "a0"]
    assert rest.after == ""
    with pytest.raises(ValueError, match="page of flags"):
        ledger.list_flags("yesterday")


def test_the_last_scoring_of_a_week_stays_and_old_weeks_lose_their_reasons(ledger):
    early = StoredRisk("a", "2026-W46", NOW - 7 * DAY, 0.2, "none", 50.0, 30.0, 1.0, WHY, "7")
    ledger.save_risks([early, replace(early, account_id="b", week="2026-W47")])
    late = replace(early, week="2026-W47", scored_at=NOW, risk=0.5, band="watch")
    ledger.save_risks([replace(late, risk=0.4)])
    ledger.save_risks([late], keep_reasons_from="2026-W47")
    told, silent = ledger.risks_of(["a"])["a"]
    assert (told.risk, len(told.reasons)) == (0.5, 1)
    assert (silent.risk, silent.reasons) == (0.2, ())
    assert [(one.account_id, one.risk) for one in ledger.risks_of_weeks(["2026-W47"])] == [
        ("a", 0.5),
        ("b", 0.2),
    ]
    assert [one.week for one in ledger.risks_before("2026-W47")] == ["2026-W46"]


def test_a_statement_has_its_quote_and_people_stand_before_the_model(store, ledger):
    store.upsert([ticket("t1", account_id="a"), ticket("t2", account_id="a", created_at=NOW - DAY)], NOW)
    store.save_triages([triage("t1", churn=SPOKEN), triage("t2", churn=SPOKEN)], NOW)
    said = ledger.statements(NOW - 90 * DAY, NOW)["a"]
    assert [(one.ticket_id, one.band, one.quote) for one in said] == [
        ("t1", "explicit", "we leave"),
        ("t2", "explicit", ""),
    ]
    store.correct([corrected("t1", churn_intent="none"), corrected("t2", churn_intent="at_risk")])
    (only,) = ledger.statements(NOW - 90 * DAY, NOW, ["a"])["a"]
    assert (only.ticket_id, only.band, only.by_person) == ("t2", "at_risk", True)


def test_an_unsure_statement_is_watched_and_an_audited_one_waits_for_a_person(store, ledger):
    unsure = ChurnRisk(Prediction("explicit", 0.5, False), "watch")
    store.upsert([ticket("t1", account_id="a"), ticket("t2", account_id="b"), ticket("t3")], NOW)
    store.save_triages(
        [triage("t1", churn=unsure), triage("t2", churn=SPOKEN, audited=True), triage("t3", churn=SPOKEN)],
        NOW,
    )
    assert ledger.statements(NOW - DAY, NOW) == {
        "a": (Statement("t1", "a", NOW, "watch"),),
    }


def test_facts_of_tickets_come_without_text(store, ledger):
    sent = ticket(
        "t1",
        account_id="a",
        subject="Secret",
        priority="high",
        solved_at=LATER,
        csat=4.0,
        attributes={"csat_at": "2026-11-23T10:00:00+00:00", "colour": "red"},
    )
    store.upsert([sent, ticket("t2")], NOW)
    store.save_triages([triage("t1", churn=SPOKEN)], NOW)
    (fact,) = ledger.ticket_facts(["a"])
    assert (fact.subject, fact.body, fact.urgency, fact.churn_intent) == ("", "", "normal", "explicit")
    assert (fact.created_at, fact.solved_at, fact.csat) == (NOW, LATER, 4.0)
    assert fact.attributes == {"csat_at": "2026-11-23T10:00:00+00:00"}
    assert list(ledger.ticket_facts()) == [fact]


def test_what_an_import_changed_of_an_account_is_kept(ledger):
    before = {"a": Account("a", plan="basic", seats=5, mrr=10.0)}
    now = [Account("a", name="New", plan="pro", seats=5, mrr=20.0), Account("b", seats=1)]
    assert ledger.note_changes(before, now, NOW) == 2
    assert ledger.changes(["a"]) == (
        AccountChange("a", NOW, "plan", "pro", "basic"),
        AccountChange("a", NOW, "mrr", "20.0", "10.0"),
    )


def test_those_that_left_in_some_days_are_found(store, ledger):
    days = (date(2026, 11, 15), date(2026, 11, 16), date(2026, 11, 22), date(2026, 11, 23))
    store.put_accounts([Account(f"a{day.day}", churned_on=day) for day in days], NOW)
    assert ledger.left_between(date(2026, 11, 16), date(2026, 11, 22)) == ("a16", "a22")


def test_the_language_of_an_account_is_that_of_most_of_its_tickets(store, ledger):
    given = {"t1": ("a", "de"), "t2": ("a", "en"), "t3": ("a", "de"), "t4": ("b", ""), "t5": ("", "fi")}
    sent = [ticket(key, account_id=of, language=language) for key, (of, language) in given.items()]
    store.upsert(sent, NOW)
    assert ledger.languages() == {"a": "de"}


def test_all_accounts_and_their_currencies_are_listed(store):
    paying = [Account("b", mrr=5.0, currency="EUR"), Account("a", mrr=1.0, currency="USD")]
    store.put_accounts([*paying, Account("c", currency="GBP")], NOW)
    assert [one.account_id for one in store.all_accounts()] == ["a", "b", "c"]
    assert store.currencies() == ("EUR", "USD")
