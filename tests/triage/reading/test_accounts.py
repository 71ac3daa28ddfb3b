from __future__ import annotations

from datetime import date

from triage.reading import account_of
from triage.types import Account


def test_every_column_finds_its_field():
    row = {
        "account_id": "a1",
        "name": "Acme",
        "plan": "Team",
        "seats": "12",
        "mrr": "99.50",
        "currency": "eur",
        "signed_up_on": "2024-02-29",
        "renews_on": "2026-02-28T00:00:00+01:00",
        "nps": "-5",
        "churned_on": "",
        "Region": "North",
    }
    assert account_of(row, 2) == Account(
        "a1",
        "Acme",
        "Team",
        12,
        99.5,
        "EUR",
        date(2024, 2, 29),
        date(2026, 2, 28),
        -5.0,
        None,
        {"Region": "North"},
    )


def test_all_faults_of_a_row_come_at_once():
    row = {
        "seats": "-1",
        "mrr": "1,200",
        "nps": "101",
        "signed_up_on": "2024-13-01",
        "renews_on": "soon",
    }
    found = account_of(row, 4)
    assert [(fault.line, fault.column) for fault in found] == [
        (4, "seats"),
        (4, "mrr"),
        (4, "signed_up_on"),
        (4, "renews_on"),
        (4, "nps"),
        (4, "account_id"),
    ]


def test_nobody_leaves_before_they_came():
    [fault] = account_of({"account_id": "a", "signed_up_on": "2025-01-02", "churned_on": "2025-01-01"}, 4)
    assert (fault.column, fault.reason) == ("churned_on", "2025-01-01 is before signed_up_on, 2025-01-02")
