from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.triage.account_builders import NOW, VERSION, Kept, account, served_model
from tests.triage.store.builders import corrected, ticket, triage
from triage.account_settings import AccountSettings, document_of
from triage.accounts import AccountDesk
from triage.churn.ledger import Response
from triage.errors import AccountNotFound
from triage.store import TicketStore
from triage.store.flags import ChurnLedger, FlagNotFound
from triage.types import ChurnRisk, Prediction, Reason

DAY = timedelta(days=1)


@pytest.fixture
def engine(sqlite_database):
    from api.database import make_engine

    opened = make_engine(sqlite_database(True))
    yield opened
    opened.dispose()


@pytest.fixture
def store(engine):
    return TicketStore(engine)


@pytest.fixture
def told():
    return Kept()


@pytest.fixture
def by_words(store, engine, told):
    """A desk without an account model."""
    return AccountDesk(store, ChurnLedger(engine), history=lambda: None, destination=told)


@pytest.fixture
def desk(store, engine, told):
    served = served_model()
    return AccountDesk(store, ChurnLedger(engine), history=lambda: served, destination=told, seed="s")


def says(
    store, key, account_id, label="explicit", days_ago=1, accepted=True, now=NOW, quote="we are leaving"
):
    """A ticket of an account with the words model's reading of it, stored."""
    at = now - days_ago * DAY
    sent = ticket(key, account_id=account_id, created_at=at)
    band = label if accepted or label == "none" else "watch"
    reasons = (Reason("speaks of leaving", 2.0, key, quote),) if label != "none" else ()
    made = triage(key, churn=ChurnRisk(Prediction(label, 0.9, accepted), band, reasons=reasons))
    store.upsert([sent], now)
    store.save_triages([made], now)
    return made


def keys(found):
    return [one.account_id for one in found.entries]


def test_without_a_model_the_list_goes_by_words_and_says_so(by_words, store):
    by_words.put_accounts([account(key) for key in ("acme", "bolt", "corp", "dune")], now=NOW)
    says(store, "t1", "acme", "at_risk", days_ago=1)
    says(store, "t2", "bolt", "explicit", days_ago=60)
    says(store, "t3", "corp", "at_risk", days_ago=20)
    says(store, "t4", "dune", "none")
    says(store, "t5", "unknown", "at_risk", accepted=False)
    found = by_words.at_risk(now=NOW)
    assert keys(found) == ["bolt", "acme", "corp", "unknown"]
    assert (found.goes_by, found.horizon_days) == ("words", None)
    assert found.note.startswith("No account model of the team's own is in use")
    assert [(one.words.band, one.history, one.revenue_at_risk) for one in found.entries] == [
        ("explicit", None, None),
        ("at_risk", None, None),
        ("at_risk", None, None),
        ("watch", None, None),
    ]
    assert found.entries[0].words.reasons == (
        Reason("On 2026-09-21 said that they leave", 3.0, "t2", "we are leaving"),
    )


def test_by_words_revenue_and_renewal_decide_between_equals(by_words, store):
    plain, rich, soon = (
        account("plain", renews_on=None),
        account("rich", mrr=900.0),
        account("soon", renews_on=date(2026, 12, 20)),
    )
    by_words.put_accounts([plain, rich, soon], now=NOW)
    for number, one in enumerate((plain, rich, soon)):
        says(store, f"t{number}", one.account_id)
    assert keys(by_words.at_risk(now=NOW)) == ["rich", "soon", "plain"]
    says(store, "t9", "plain", "at_risk")
    assert keys(by_words.at_risk(now=NOW)) == ["plain", "rich", "soon"]
    assert keys(by_words.at_risk(now=NOW, by="revenue")) == ["rich", "plain", "soon"]
    assert keys(by_words.at_risk(now=NOW, min_revenue=200)) == ["rich"]


def test_the_list_is_as_long_as_the_hours_and_is_paged(by_words, store):
    by_words.put_settings(document_of(AccountSettings(hours_a_week=3.0)), 0, who="Mia", now=NOW)
    for number in range(5):
        says(store, f"t{number}", f"a{number}", days_ago=number + 1)
    first = by_words.at_risk(now=NOW)
    assert (keys(first), first.total) == (["a0", "a1"], 5)
    assert [one.place for one in by_words.at_risk(now=NOW, offset=2, limit=9).entries] == [3, 4, 5]


def test_a_triage_flags_its_account_at_once_and_tells_it_once(by_words, store, told):
    by_words.put_accounts([account()], now=NOW)
    made = says(store, "t1", "acme")
    by_words.after_triaged([made], now=NOW)
    by_words.after_triaged([made], now=NOW)
    by_words.score(now=NOW + DAY)
    (event,) = told.events
    assert (event.account_id, event.name, event.source, event.before, event.after, event.revenue) == (
        "acme",
        "Acme",
        "words",
        "none",
        "explicit",
        100.0,
    )
    (flag,) = by_words.account("acme", now=NOW).flags
    assert (flag.id, flag.reasons[0].quote) == (event.flag_id, "we are leaving")


def test_a_ticket_without_an_account_changes_nothing(by_words, store, told):
    made = says(store, "t1", "")
    by_words.after_triaged([made], now=NOW)
    assert (told.events, by_words.at_risk(now=NOW).entries) == ([], ())


def test_words_fade_after_ninety_days(by_words, store, engine):
    made = says(store, "t1", "acme")
    by_words.after_triaged([made], now=NOW)
    by_words.score(now=NOW + 92 * DAY)
    assert ChurnLedger(engine).standing("acme") == {"words": "none"}
    assert by_words.at_risk(now=NOW + 92 * DAY).entries == ()


def test_with_a_model_words_and_history_stand_apart(desk, store):
    desk.put_accounts(
        [account("busy"), account("calm"), account("gone", churned_on=date(2026, 11, 1))], now=NOW
    )
    for number in range(4):
        says(store, f"b{number}", "busy", "none", days_ago=number + 1)
    says(store, "c1", "calm", "at_risk")
    scored = desk.score(now=NOW)
    assert (scored.accounts, scored.with_risk, scored.moves, scored.flags, scored.told) == (3, 2, 2, 2, 2)
    busy, calm = desk.at_risk(now=NOW).entries
    assert (busy.account_id, busy.words.band, busy.history.band, busy.history.model_version) == (
        "busy",
        "none",
        "at_risk",
        VERSION,
    )
    assert busy.history.risk == pytest.approx(0.731, abs=0.001)
    assert busy.revenue_at_risk == pytest.approx(73.1, abs=0.1)
    assert busy.history.reasons[0].text.startswith("4 tickets in the last 30 days")
    assert (calm.words.band, calm.history.band) == ("at_risk", "none")
    assert desk.at_risk(now=NOW).horizon_days == 90


def test_open_words_come_before_any_estimate(desk, store):
    desk.put_accounts([account("busy"), account("calm")], now=NOW)
    for number in range(5):
        says(store, f"b{number}", "busy", "none", days_ago=number + 1)
    says(store, "c1", "calm", "explicit")
    desk.score(now=NOW)
    assert keys(desk.at_risk(now=NOW)) == ["calm", "busy"]
    assert keys(desk.at_risk(now=NOW, by="revenue")) == ["busy", "calm"]


def test_a_ticket_moves_the_risk_at_once(desk, store):
    desk.put_accounts([account()], now=NOW)
    for number in range(4):
        made = says(store, f"t{number}", "acme", "none")
        desk.after_triaged([made], now=NOW)
    view = desk.account("acme", now=NOW)
    assert (view.history.band, [move.after for move in view.moves]) == ("at_risk", ["at_risk", "watch"])


def test_what_changed_since_last_week_is_told(desk, store):
    desk.put_accounts([account()], now=NOW)
    says(store, "t0", "acme", "none")
    desk.score(now=NOW)
    for number in range(1, 5):
        says(store, f"t{number}", "acme", "none", now=NOW + 7 * DAY)
    desk.score(now=NOW + 7 * DAY)
    (entry,) = desk.at_risk(now=NOW + 7 * DAY).entries
    assert entry.changes[:2] == ("Rose from no band to at risk", "Risk 12% to 88%")


def test_snoozed_and_disagreed_accounts_are_set_aside(by_words, store):
    for key in ("acme", "bolt"):
        made = says(store, f"t-{key}", key)
        by_words.put_accounts([account(key)], now=NOW)
        by_words.after_triaged([made], now=NOW)
    acme, bolt = (by_words.account(key, now=NOW).flags[0] for key in ("acme", "bolt"))
    by_words.respond("acme", acme.id, Response("snoozed", NOW, "Mia", until=NOW + 7 * DAY))
    by_words.respond("bolt", bolt.id, Response("disagreed", NOW, "Mia", "they only moved house"))
    now = by_words.at_risk(now=NOW + DAY)
    assert (keys(now), now.set_aside) == ([], 2)
    assert keys(by_words.at_risk(now=NOW + 8 * DAY)) == ["acme"]


def test_misread_words_become_corrections(by_words, store, engine):
    by_words.put_accounts([account()], now=NOW)
    made = says(store, "t1", "acme")
    by_words.after_triaged([made], now=NOW)
    (flag,) = by_words.account("acme", now=NOW).flags
    by_words.respond("acme", flag.id, Response("disagreed", NOW, "Mia"), words_meant="none")
    assert store.get("t1").labels.churn_intent == "none"
    assert by_words.account("acme", now=NOW).words.band == "none"
    assert ChurnLedger(engine).standing("acme") == {"words": "none"}


def test_a_withheld_share_is_shown_to_nobody_and_compared_later(desk, store, told):
    desk.put_settings(document_of(AccountSettings(withheld_share=0.5)), 0, who="Mia", now=NOW)
    names = [f"a{number:02}" for number in range(40)]
    desk.put_accounts([account(name) for name in names], now=NOW)
    for name in names:
        for number in range(4):
            says(store, f"{name}-{number}", name, "none")
    desk.score(now=NOW)
    shown = keys(desk.at_risk(now=NOW, limit=100))
    hidden = sorted({*names} - {*shown})
    assert 10 < len(hidden) < 30
    assert {event.account_id for event in told.events} == {*shown}
    view = desk.account(hidden[0], now=NOW)
    assert (view.history, view.flags, view.weeks, view.moves) == (None, (), (), ())
    gone = [account(name, churned_on=(NOW + 20 * DAY).date()) for name in hidden[:8]]
    desk.put_accounts(gone, now=NOW + 95 * DAY)
    assert desk.score(now=NOW + 95 * DAY).outcomes == 40
    (lot, *_) = desk.ledger(now=NOW + 95 * DAY).effects
    assert (lot.method, lot.compared) == ("lot", len(hidden))
    assert lot.kept == pytest.approx(8 / len(hidden))


def test_a_flag_that_is_withheld_cannot_be_answered(desk, store):
    desk.put_settings(document_of(AccountSettings(withheld_share=0.5)), 0, who="Mia", now=NOW)
    desk.put_accounts([account(f"a{number}") for number in range(8)], now=NOW)
    for name in range(8):
        for number in range(4):
            says(store, f"{name}-{number}", f"a{name}", "none")
    desk.score(now=NOW)
    shown = keys(desk.at_risk(now=NOW, limit=100))
    hidden = next(f"a{number}" for number in range(8) if f"a{number}" not in shown)
    with pytest.raises(FlagNotFound):
        desk.respond(hidden, f"2026-W47.history.at_risk.{hidden}", Response("acknowledged", NOW, "Mia"))


def test_outcomes_and_the_week_are_counted(by_words, store):
    by_words.put_accounts([account("stays"), account("leaves")], now=NOW)
    for key in ("stays", "leaves"):
        made = says(store, f"t-{key}", key)
        by_words.after_triaged([made], now=NOW)
    (flag,) = by_words.account("stays", now=NOW).flags
    by_words.respond("stays", flag.id, Response("acted", NOW, "Mia", "called them"))
    assert by_words.week("2026-W47").new == (2, 200.0)
    left = date(2026, 11, 30)
    by_words.put_accounts([account("leaves", churned_on=left)], now=NOW + 10 * DAY)
    store.correct([corrected("t-stays", NOW + 11 * DAY, churn_intent="none")])
    by_words.score(now=NOW + 11 * DAY)
    week = by_words.week("2026-W49")
    assert (week.new, week.lost, week.resolved, week.saved) == ((0, 0), (1, 100.0), (1, 100.0), (1, 100.0))
    outcomes = by_words.account("leaves", now=NOW + 11 * DAY).flags[0].outcomes
    assert [one.left for one in outcomes] == [True, True, True]
    view = by_words.ledger(now=NOW + 11 * DAY)
    assert [(one.source, one.band, one.flags, one.known, one.left) for one in view.records] == [
        ("words", "explicit", 2, 0, 0)
    ]
    by_words.score(now=NOW + 91 * DAY)
    (record,) = by_words.ledger(now=NOW + 91 * DAY).records
    assert (record.flags, record.known, record.left) == (2, 2, 1)
    assert view.effects == () and view.sentence.startswith("Flags from words carry no probability")


def test_a_week_that_is_none_is_refused(by_words):
    for wrong in ("2026-12", "2026-W60", "now"):
        with pytest.raises(ValueError, match="week"):
            by_words.week(wrong)


def test_an_import_keeps_what_changed(by_words, engine):
    by_words.put_accounts([account(seats=10)], now=NOW)
    stored = by_words.put_accounts([account(seats=8), account("bolt")], now=NOW + DAY)
    assert (stored.new, stored.updated) == (("bolt",), ("acme",))
    (change,) = ChurnLedger(engine).changes()
    assert (change.column, change.before, change.after, change.at) == ("seats", "10", "8", NOW + DAY)


def test_an_account_that_is_not_there_is_told(by_words):
    with pytest.raises(AccountNotFound):
        by_words.account("nobody", now=NOW)
