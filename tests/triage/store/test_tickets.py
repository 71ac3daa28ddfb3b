from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from kb.types import Span
from tests.triage.store.builders import DAY, LATER, NOW, corrected, ids, ticket, triage
from triage.errors import InvalidTicket, TicketNotFound
from triage.store import TicketFilter
from triage.types import CleanText, Topic

FULL = ticket(
    subject="Parcel 🛳",
    channel="email",
    language="fi",
    customer_id="c1",
    account_id="a1",
    priority="P2",
    tags=("vip", "post"),
    team="Logistics",
    assignee="Aino",
    first_replied_at=NOW + DAY,
    solved_at=NOW + 2 * DAY,
    reopened=1,
    csat=4.0,
    topic="Delivery",
    urgency="high",
    churn_intent="none",
    issue_id="i7",
    attributes={"Ort": "Köln"},
)
CLEAN = CleanText("Where is it?", (Span(0, 12),), "en", "thanks", (Span(0, 12),))


def test_a_ticket_comes_back_as_it_was_put(store):
    assert store.put_new([FULL], LATER).new == ("t1",)
    kept = store.get("t1")
    assert kept.ticket == FULL
    assert (kept.labels.topic, kept.labels.urgency, kept.labels.issue_id) == ("Delivery", "high", "i7")
    assert (kept.received_at, kept.clean, kept.triaged) == (LATER, None, False)
    with pytest.raises(TicketNotFound):
        store.get("t2")


def test_many_tickets_come_in_the_order_asked_for(store):
    store.put_new([ticket("t1"), ticket("t2"), ticket("t3")], NOW)
    assert list(store.get_many(["t3", "lost", "t1", "t2"])) == ["t3", "t1", "t2"]


def test_importing_the_same_tickets_twice_changes_nothing(store):
    store.upsert([FULL, ticket("t2")], NOW)
    helsinki = timezone(timedelta(hours=2))
    same = replace(FULL, created_at=FULL.created_at.astimezone(helsinki), csat=4)
    assert store.upsert([same, ticket("t2")], LATER).unchanged == ("t1", "t2")
    assert store.get("t1").updated_at == NOW


def test_other_content_under_a_taken_id_is_a_conflict_and_changes_nothing(store):
    store.put_new([FULL], NOW)
    stored = store.put_new([FULL, replace(FULL, body="Other", csat=1.0), ticket("t2")], LATER)
    assert (stored.new, stored.unchanged) == (("t2",), ("t1",))
    assert [(str(one).split("'")[1], one.fields) for one in stored.conflicts] == [("t1", ("body", "csat"))]
    assert store.get("t1").ticket == FULL


def test_two_contents_of_one_new_id_in_a_batch_conflict_or_the_last_counts(store):
    first, second = ticket(body="one"), ticket(body="two")
    assert len(store.put_new([first, second], NOW).conflicts) == 1
    assert store.get("t1").ticket == first
    assert store.upsert([replace(first, id="t2"), replace(second, id="t2")], NOW).new == ("t2",)
    assert store.get("t2").ticket.body == "two"


def test_an_update_loses_what_was_found_out_about_the_old_text(store):
    store.upsert([FULL], NOW)
    store.save_clean({"t1": CLEAN, "unknown": CLEAN})
    store.upsert([replace(FULL, status="solved")], LATER)
    assert store.get("t1").clean == CLEAN
    assert store.upsert([replace(FULL, body="Lost!")], LATER).updated == ("t1",)
    assert store.get("t1").clean is None
    assert [one.body for one in store.uncleaned(5)] == ["Lost!"]
    assert store.get("t1").updated_at == LATER


def test_what_no_database_can_store_is_refused_with_all_faults(store):
    with pytest.raises(InvalidTicket) as refused:
        store.upsert([ticket("a", "x\0"), ticket(""), ticket("b", attributes={"k": "\ud800"})], NOW)
    assert [fault.where for fault in refused.value.faults] == ["id", "'a': body", "'b': attributes"]
    assert store.count() == 0


def test_lists_go_on_where_the_page_before_ended(store):
    same_time = [ticket(name, created_at=NOW) for name in ("B", "a", "Ä")]
    store.upsert([*same_time, ticket("old", created_at=NOW - DAY), ticket("undated", created_at=None)], LATER)
    first = store.list_tickets(limit=2)
    rest = store.list_tickets(after=first.after, limit=3)
    assert ids(first.tickets + rest.tickets) == ["undated", "Ä", "a", "B", "old"]
    assert rest.after == ""
    assert ids(store.list_tickets(order="oldest", limit=2).tickets) == ["old", "B"]
    with pytest.raises(ValueError, match="place to go on from"):
        store.list_tickets(after="yesterday")


def test_filters_choose_tickets(store):
    store.upsert(
        [
            FULL,
            ticket("t2", status="closed", assignee="Ben", account_id="a2"),
            ticket("t3", created_at=NOW - DAY),
            ticket("t4"),
        ],
        NOW,
    )
    store.save_triages([triage("t2"), triage("t3", accepted=False), triage("t4", audited=True)], NOW)
    store.save_clean({"t2": CLEAN})

    def found(**limits):
        return sorted(ids(store.list_tickets(TicketFilter(**limits)).tickets))

    assert found(statuses=frozenset({"closed"})) == ["t2"]
    assert found(topics=frozenset({"Delivery"})) == ["t1", "t2", "t3"]
    assert found(urgencies=frozenset({"high"})) == ["t1"]
    assert found(teams=frozenset({"Logistics"}), customers=frozenset({"c1"})) == ["t1"]
    assert found(assignees=frozenset({"Ben", "Aino"}), accounts=frozenset({"a2"})) == ["t2"]
    assert found(created_from=NOW) == ["t1", "t2", "t4"]
    assert found(created_before=NOW) == ["t3"]
    assert found(needs_person=True) == ["t3", "t4"]
    assert found(audited=True) == ["t4"]
    assert found(triaged=False) == ["t1"]
    assert found(noise=True) == ["t2"]
    assert found(is_open=False) == ["t2"]
    assert found(statuses=frozenset()) == []
    assert store.count(TicketFilter(audited=False)) == 3


def test_training_sees_the_latest_correction_before_the_imported_label(store):
    store.upsert([FULL, ticket("t2", created_at=NOW - DAY), ticket("t3", topic="Login")], NOW)
    store.correct([corrected(at=LATER, topic="Refunds"), corrected(at=NOW, topic="Lost parcel")])
    labelled = [(one.ticket.id, one.labels.topic) for one in store.training_tickets("topic", batch=1)]
    assert labelled == [("t1", "Refunds"), ("t3", "Login")]
    assert ids(store.training_tickets()) == ["t2", "t1", "t3"]
    with pytest.raises(ValueError, match="no labels for 'mood'"):
        next(store.training_tickets("mood"))


def test_a_ticket_is_given_to_a_person_until_the_help_desk_says_otherwise(store):
    store.upsert([FULL], NOW)
    store.assign("t1", "Billing", "Ben", LATER)
    store.upsert([FULL], LATER)
    assert store.get("t1").ticket.assignee == "Ben"
    store.upsert([replace(FULL, status="solved")], LATER)
    assert store.get("t1").ticket.assignee == "Aino"
    with pytest.raises(TicketNotFound):
        store.assign("t9", "", "", NOW)


def test_a_moment_without_a_zone_is_refused(store):
    with pytest.raises(Exception, match="needs a zone"):
        store.upsert([ticket(created_at=datetime(2026, 1, 1))], NOW)  # noqa: DTZ001


def test_callers_that_send_one_ticket_at_once_store_it_once(store):
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda body: store.put_new([ticket(body=body)], NOW), ["a", "a", "b", "b"]))
    assert sum(len(one.new) for one in done) == 1
    assert sum(len(one.unchanged) for one in done) == 1
    assert sum(len(one.conflicts) for one in done) == 2


def test_an_import_of_many_turns_is_whole_and_all_of_it_can_be_relabelled(store):
    many = [ticket(f"{number:04}", topic="Delivery") for number in range(2100)]
    assert len(store.upsert(many, NOW).new) == 2100
    store.save_triages([triage(one.id) for one in many[:600]], NOW)
    store.put_topics([Topic("Delivery")], "Ada", NOW)
    assert store.rename_topic("Delivery", "Post", "Ada", NOW) == 2100
    assert {one.labels.topic for one in store.training_tickets("topic")} == {"Post"}
    told = store.latest_triages([one.id for one in many])
    assert {one.triage.topic.label for one in told.values()} == {"Post"}
    assert len(told) == 600
