from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from reports import identity
from reports.identity import Identities, identify
from reports.store import Delivery, Face, Fix, Grouping, Snapshot
from reports.types import Lineage, Member, StateChange, Week

MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def members(*keys):
    return [Member(key, key.partition("#")[0], "The export stops.", MONDAY - WEEK) for key in keys]


def first_week(store):
    """Two issues: t1 and t2, t3 and t4; t5 is alone."""
    known = identify(members("t1", "t2", "t3", "t4", "t5"), [0, 0, 1, 1, 2], Identities(), MONDAY)
    store.save(Identities(), known, MONDAY)
    return known


def test_what_was_saved_is_known_again(store):
    known = first_week(store)
    assert store.known().identities == known
    assert known.assigned == {"t1": "I-0001", "t2": "I-0001", "t3": "I-0002", "t4": "I-0002"}


def test_before_anything_was_saved_nothing_is_known_but_the_next_number(store):
    first_week(store)
    then = store.known(MONDAY - timedelta(seconds=1))
    assert then.identities == Identities(following=3)


def test_a_past_moment_knows_nothing_of_later_merges_moves_and_titles(store):
    known = first_week(store)
    later = MONDAY + WEEK
    merged = identity.merge(known, "I-0001", "I-0002", "Aino", later)
    store.save(known, merged, later)
    store.decide("I-0001", "renamed", {"title": "Export stops"}, "Aino", later)
    now, then = store.known(), store.known(MONDAY)
    assert then.identities.assigned == known.assigned
    assert (then.identities.merged, then.identities.titles, then.titled_by) == ({}, {}, {})
    assert set(now.identities.assigned.values()) == {"I-0001"}
    assert now.identities.pinned == now.identities.assigned
    assert now.identities.merged == {"I-0002": "I-0001"}
    assert now.identities.titles == {"I-0001": "Export stops"}
    assert now.titled_by == {"I-0001": "Aino"}
    assert now.identities.lineage["I-0002"][-1] == Lineage("merged", later, ("I-0001",), "Aino")


def test_a_member_may_be_a_statement_of_a_ticket(store):
    known = identify(members("t1#0", "t1#1", "t2"), [0, 1, 0], Identities(), MONDAY)
    store.save(Identities(), known, MONDAY, {"t1#0": "t1"})
    moved = identity.move(known, "t2", "I-0001", "Aino", MONDAY + WEEK)
    store.save(known, moved, MONDAY + WEEK)
    assert store.known().tickets == {"t1#0": "t1", "t2": "t2"}


def test_an_issue_that_was_dismissed_may_be_opened_again(store):
    known = first_week(store)
    dismissed = identity.dismiss(known, "I-0002", "Aino", MONDAY + WEEK)
    store.save(known, dismissed, MONDAY + WEEK)
    assert store.known().identities.dismissed == {"I-0002"}
    assert store.known(MONDAY).identities.dismissed == frozenset()


def test_states_and_fixes_are_those_of_the_moment(store):
    first_week(store)
    new = StateChange("new", date(2026, 3, 22), "First seen on 2026-03-16.")
    fixed = StateChange("fixed", date(2026, 3, 29), "Fixed in 4.2.", "Aino")
    store.add_states({"I-0001": new}, MONDAY)
    store.add_states({"I-0001": fixed}, MONDAY + WEEK)
    store.decide("I-0001", "fixed", {"on": "2026-03-28", "version": "4.2"}, "Aino", MONDAY + WEEK)
    assert store.known(MONDAY).states == {"I-0001": (new,)}
    assert store.known().states == {"I-0001": (new, fixed)}
    assert store.known(MONDAY).fixes == {}
    assert store.known().fixes == {"I-0001": Fix(date(2026, 3, 28), "4.2")}


def test_the_generation_changes_when_a_ticket_moves(store):
    before = store.generation()
    known = first_week(store)
    between = store.generation()
    store.save(known, identity.move(known, "t3", "I-0001", "Aino", MONDAY + WEEK), MONDAY + WEEK)
    assert len({before, between, store.generation()}) == 3


def test_the_last_grouping_is_the_latest(store):
    assert store.last_grouping() is None
    store.add_grouping(Grouping(MONDAY + WEEK, 5, 4, 2))
    store.add_grouping(Grouping(MONDAY, 3, 2, 1))
    assert store.last_grouping() == Grouping(MONDAY + WEEK, 5, 4, 2)


def test_a_week_has_one_report(store):
    assert store.snapshot("2026-W12") is None
    store.put_snapshot(Snapshot("2026-W12", MONDAY, MONDAY, "aa", "{}"))
    store.put_snapshot(Snapshot("2026-W12", MONDAY, MONDAY + WEEK, "bb", '{"a": 1}'))
    assert store.snapshot("2026-W12") == Snapshot("2026-W12", MONDAY, MONDAY + WEEK, "bb", '{"a": 1}')
    assert store.snapshots() == ("2026-W12",)


def test_a_delivery_is_made_once_and_may_be_made_again(store):
    week = Week(2026, 12)
    assert store.claim(week, "mail", MONDAY) == "yours"
    assert store.claim(week, "mail", MONDAY + timedelta(minutes=1)) == "under_way"
    store.done(week, "mail", "aa", "mailed to 3 addresses", MONDAY)
    assert store.claim(week, "mail", MONDAY) == "done"
    assert store.claim(week, "slack", MONDAY) == "yours"
    assert store.deliveries()[-1] == Delivery(
        "2026-W12", "mail", "done", MONDAY, "aa", "mailed to 3 addresses"
    )
    assert store.claim(week, "mail", MONDAY, again=True) == "yours"


def test_a_failed_or_abandoned_delivery_may_be_claimed(store):
    week = Week(2026, 12)
    store.claim(week, "mail", MONDAY)
    assert store.claim(week, "mail", MONDAY + timedelta(minutes=16)) == "yours"
    store.failed(week, "mail", "The server said no.", MONDAY)
    assert store.claim(week, "mail", MONDAY) == "yours"


def test_a_title_that_was_found_is_that_of_the_moment(store):
    first_week(store)
    store.show({"I-0001": Face("Export stops", ("t1", "t2"))}, MONDAY)
    store.show({"I-0001": Face("Export stops at half", ("t2",))}, MONDAY + WEEK)
    assert store.known(MONDAY).faces == {"I-0001": Face("Export stops", ("t1", "t2"))}
    assert store.known().faces == {"I-0001": Face("Export stops at half", ("t2",))}
