from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from triage.reading import ticket_of
from triage.types import RowFault, Ticket

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def faults(row, **options):
    found = ticket_of(row, 7, **options)
    assert isinstance(found, list)
    return [(fault.line, fault.column) for fault in found]


def reason(row, **options):
    [fault] = ticket_of(row, 7, **options)
    return fault.reason


def test_every_column_finds_its_field():
    row = {
        "id": "T-1",
        "created_at": "2026-03-02T10:00:00+02:00",
        "channel": "email",
        "subject": " Double charge ",
        "body": "You took 20 EUR twice.\n",
        "language": "EN",
        "customer_id": "c7",
        "account_id": "a1",
        "status": "Solved",
        "priority": "P2",
        "tags": "billing, vip,,",
        "team": "Money",
        "assignee": "Ana",
        "first_replied_at": "2026-03-02T08:30:00Z",
        "solved_at": "2026-03-03T08:30:00Z",
        "reopened": "2",
        "csat": "4.5",
        "topic": "Refund",
        "urgency": "High",
        "churn_intent": "at_risk",
        "issue_id": "i9",
        "Region": "North",
    }
    assert ticket_of(row, 2) == Ticket(
        id="T-1",
        subject="Double charge",
        body="You took 20 EUR twice.\n",
        created_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
        channel="email",
        language="en",
        customer_id="c7",
        account_id="a1",
        status="solved",
        priority="P2",
        tags=("billing", "vip"),
        team="Money",
        assignee="Ana",
        first_replied_at=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
        solved_at=datetime(2026, 3, 3, 8, 30, tzinfo=UTC),
        reopened=2,
        csat=4.5,
        topic="Refund",
        urgency="high",
        churn_intent="at_risk",
        issue_id="i9",
        attributes={"Region": "North"},
    )


def test_json_types_are_taken_for_what_they_are():
    row = {
        "id": 12,
        "body": "x",
        "tags": ["a", " b "],
        "csat": 5,
        "reopened": True,
        "seen": {"by": [1]},
        "n": None,
    }
    assert ticket_of(row, 1) == Ticket(
        id="12", body="x", tags=("a", "b"), csat=5.0, reopened=1, attributes={"seen": '{"by": [1]}'}
    )


def test_attributes_that_are_sent_as_such_stay_attributes():
    row = {"body": "x", "attributes": {"plan": "gold", "id": 3}}
    assert ticket_of(row, 1, default_id="0") == Ticket(
        id="0", body="x", attributes={"plan": "gold", "id": "3"}
    )


def test_a_subject_alone_is_enough():
    assert ticket_of({"subject": "Help", "body": "  "}, 1) == Ticket(id="", subject="Help", body="  ")


def test_all_faults_of_a_row_come_at_once():
    row = {
        "id": "x" * 300,
        "body": " ",
        "created_at": "yesterday",
        "csat": "6",
        "urgency": "asap",
        "reopened": "1.5",
        "tags": [1],
    }
    assert faults(row) == [
        (7, "created_at"),
        (7, "tags"),
        (7, "reopened"),
        (7, "csat"),
        (7, "urgency"),
        (7, "body"),
        (7, "id"),
    ]


@pytest.mark.parametrize("csat", ["0", "5.01", "-1", "many", "nan", "inf", "1e400"])
def test_a_rating_lies_between_one_and_five(csat):
    assert faults({"body": "x", "csat": csat}) == [(7, "csat")]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"a": 1}, "is an object, not text"),
        (["a"], "is a list, not text"),
        (b"a", "is of another type, not text"),
    ],
)
def test_a_body_of_another_type_is_named(body, why):
    assert reason({"body": body}) == why


def test_a_moment_without_a_zone_is_a_fault_that_says_what_to_write():
    assert reason({"body": "x", "created_at": "2026-03-02 10:00"}) == (
        "'2026-03-02 10:00' has no time zone; write it with an offset, like 2026-03-31T09:30:00+02:00, "
        "or name the zone of the file"
    )


def test_a_zone_for_the_file_settles_moments_without_one():
    ticket = ticket_of(
        {"body": "x", "created_at": "2026-07-02 10:00"}, 1, default_zone=ZoneInfo("Europe/Berlin")
    )
    assert ticket.created_at == datetime(2026, 7, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:00-12:00", "31.12.2025", "1772442000"]
)
def test_a_moment_no_calendar_holds_is_a_fault(moment):
    assert faults({"body": "x", "created_at": moment}) == [(7, "created_at")]


def test_a_ticket_from_the_future_is_a_fault():
    late = (NOW + timedelta(hours=1)).isoformat()
    assert faults({"body": "x", "created_at": late}, now=NOW) == [(7, "created_at")]


def test_clocks_may_differ_by_a_few_minutes():
    soon = NOW + timedelta(minutes=4)
    assert ticket_of({"body": "x", "created_at": soon.isoformat()}, 1, now=NOW).created_at == soon


def test_nothing_happens_before_the_ticket_was_created():
    row = {
        "body": "x",
        "created_at": "2026-03-02T10:00:00Z",
        "first_replied_at": "2026-03-02T09:59:00Z",
        "solved_at": "2026-03-01T10:00:00Z",
    }
    assert faults(row) == [(7, "first_replied_at"), (7, "solved_at")]


def test_characters_no_database_keeps_are_replaced_one_for_one():
    assert ticket_of({"body": "a\x00b\ud800c"}, 1).body == "a\ufffdb\ufffdc"


def test_a_fault_is_plain_data():
    assert ticket_of({"body": ""}, 3) == [
        RowFault(3, "body", "is empty, and so is the subject; a ticket needs one of them")
    ]
