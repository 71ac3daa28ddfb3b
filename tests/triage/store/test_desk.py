"""Settings, reviews, claims, workload, accounts and retention."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from tests.triage.store.builders import DAY, LATER, NOW, corrected, ticket, triage
from triage.errors import AccountNotFound, StaleSettings, TicketNotFound
from triage.store import Claim, Load, ReviewItem, Setting, SolvedCount
from triage.store.tables import metadata
from triage.types import Account, CleanText, Reason

HOUR = timedelta(hours=1)
ACME = Account(
    "a1", "Acme", "pro", 12, 99.5, "EUR", date(2025, 1, 2), date(2027, 1, 2), 8.0, None, {"region": "north"}
)


def test_a_setting_is_changed_only_from_its_latest_version(store):
    assert store.setting("teams") == Setting("teams", 0, None)
    store.put_setting("teams", ["Billing"], 0, "Ada", NOW)
    assert store.put_setting("teams", {"Billing": 3}, 1, "Ben", LATER).version == 2
    for stale in (0, 1):
        with pytest.raises(StaleSettings, match="at version 2"):
            store.put_setting("teams", [], stale, "Ada", LATER)
    assert store.settings() == {"teams": Setting("teams", 2, {"Billing": 3}, "Ben", LATER)}
    latest = store.trail("teams")[0]
    assert (latest.who, latest.before, latest.after, latest.at) == ("Ben", ["Billing"], {"Billing": 3}, LATER)


def test_of_two_that_change_a_setting_at_once_one_is_refused(store):
    def change(who):
        try:
            return store.put_setting("sla", who, 0, who, NOW).document
        except StaleSettings:
            return None

    with ThreadPoolExecutor(4) as threads:
        done = [one for one in threads.map(change, "abcd") if one]
    assert done == [store.setting("sla").document]


def test_the_review_queue_goes_by_worth_and_remembers_what_was_done(store):
    store.upsert([ticket(key) for key in ("t1", "t2", "t3")], NOW)
    items = [ReviewItem(key, "novel", worth) for key, worth in (("t1", 0.2), ("t2", 0.9), ("t3", 0.2))]
    store.queue_reviews(items, NOW)
    first = store.reviews(limit=2)
    assert [one.ticket_id for one in first + store.reviews(after=first[-1])] == ["t2", "t1", "t3"]
    store.close_review("t2", "done", "Aino", LATER)
    store.queue_reviews(
        [ReviewItem("t2", "disagreement", 1.0), ReviewItem("t1", "below_threshold", 0.5)], LATER
    )
    assert store.review("t2") == ReviewItem("t2", "novel", 0.9, "done", NOW, LATER, "Aino")
    assert store.review("t1") == ReviewItem("t1", "below_threshold", 0.5, "open", NOW)
    assert store.count_reviews() == {"open": 2, "done": 1}
    store.queue_reviews([ReviewItem("t2", "disagreement", 1.0)], LATER, reopen=True)
    assert store.review("t2") == ReviewItem("t2", "disagreement", 1.0, "open", LATER)
    with pytest.raises(TicketNotFound):
        store.close_review("t9", "done", "Aino", NOW)


def test_a_claim_holds_until_it_ends(store):
    store.upsert([ticket()], NOW)
    mine = store.claim("t1", "Aino", NOW + HOUR, NOW)
    assert store.claim("t1", "Ben", NOW + 2 * HOUR, NOW) == mine == Claim("t1", "Aino", NOW + HOUR)
    assert store.claim("t1", "Aino", NOW + 2 * HOUR, NOW).until == NOW + 2 * HOUR
    store.release("t1", "Ben")
    assert store.claims(["t1", "t9"], NOW)["t1"].by == "Aino"
    assert store.claims(["t1"], NOW + 2 * HOUR) == {}
    assert store.claim("t1", "Ben", NOW + 9 * HOUR, NOW + 2 * HOUR).by == "Ben"
    with pytest.raises(TicketNotFound):
        store.claim("t9", "Ben", LATER, NOW)


def test_load_counts_open_work_and_skills_count_solved_work(store):
    solved = {"status": "solved", "assignee": "Aino", "team": "Post", "language": "fi"}
    store.upsert(
        [
            ticket("t1", team="Post", assignee="Aino"),
            ticket("t2", team="Post"),
            ticket("t3", team="Post", assignee="Aino"),
            ticket("t4", **solved, solved_at=LATER, topic="Delivery"),
            ticket("t5", **solved, solved_at=LATER),
            ticket("t6", **solved, solved_at=NOW - DAY),
        ],
        NOW,
    )
    store.save_clean({"t3": CleanText("Thanks!", noise="thanks")})
    store.save_triages([triage("t5")], NOW)
    assert store.load() == Load({"Aino": 1, "": 1}, {"Post": 2})
    assert store.solved_since(NOW) == (SolvedCount("Aino", "Post", "Delivery", "fi", 2, 1.0),)


def test_accounts_are_put_once_and_updated(store):
    other = Account("a2", "Other")
    assert store.put_accounts([ACME, other], NOW).new == ("a1", "a2")
    assert store.put_accounts([ACME, Account("a2", "Renamed")], LATER).updated == ("a2",)
    assert store.account("a1") == ACME
    assert store.list_accounts(after="a1") == (Account("a2", "Renamed"),)
    assert (store.count_accounts(), list(store.accounts_of(["a2", "a3"]))) == (2, ["a2"])
    with pytest.raises(AccountNotFound):
        store.account("a3")


def _everything(engine):
    with engine.connect() as connection:
        return " ".join(str(connection.execute(sa.select(table)).all()) for table in metadata.sorted_tables)


def test_a_forgotten_customer_leaves_no_words_behind(store, engine):
    mine = ticket(
        "t1", "secret parcel", subject="secret", customer_id="c1", account_id="a1", topic="Delivery"
    )
    store.upsert([mine, ticket("t2", "open words", customer_id="c2", account_id="a1")], NOW)
    store.save_clean({"t1": CleanText("secret parcel")})
    store.put_vectors("tiny", ["t1", "t2"], np.eye(2))
    told = triage("t2")
    quoting = (*told.churn.reasons, Reason("said before", 1.0, "t1", "secret quote"))
    churn = type(told.churn)(told.churn.words, "watch", reasons=quoting)
    store.save_triages([triage("t1"), triage("t2", churn=churn)], NOW)

    assert store.forget("Ada", LATER, customer_id="c1") == 1
    assert "secret" not in _everything(engine)
    assert store.triage("t1").triage.churn.reasons[0].quote == ""
    assert [one.quote for one in store.triage("t2").triage.churn.reasons] == ["we will leave", ""]
    assert store.vectors("tiny")[0] == ["t2"]
    assert (store.get("t1").labels.topic, store.get("t1").forgotten) == ("Delivery", True)

    assert store.upsert([mine], LATER).unchanged == ("t1",)
    store.save_clean({"t1": CleanText("secret parcel")})
    store.put_vectors("tiny", ["t1"], np.eye(2)[:1])
    assert "secret" not in _everything(engine)
    assert store.vectors("tiny")[0] == ["t2"]
    assert [one.ticket.id for one in store.training_tickets()] == ["t2"]


def test_a_forgotten_account_loses_its_name_and_all_its_tickets_words(store, engine):
    store.put_accounts([ACME], NOW)
    store.upsert([ticket(key, "secret", account_id="a1") for key in ("t1", "t2")], NOW)
    assert store.forget("Ada", LATER, account_id="a1") == 2
    kept = _everything(engine)
    assert not any(word in kept for word in ("secret", "Acme", "north"))
    with pytest.raises(ValueError, match="not both"):
        store.forget("Ada", LATER)


def test_old_tickets_go_with_all_that_is_kept_about_them(store, engine):
    store.upsert([ticket("old", created_at=NOW - DAY), ticket("new")], NOW)
    store.save_triages([triage("old")], NOW)
    store.correct([corrected("old", topic="Delivery")])
    store.put_vectors("tiny", ["old"], np.eye(1))
    store.queue_reviews([ReviewItem("old", "novel", 1.0)], NOW)
    store.claim("old", "Aino", LATER, NOW)
    assert store.prune(NOW) == 1
    assert "'old'" not in _everything(engine)
    assert store.get("new").ticket.id == "new"
