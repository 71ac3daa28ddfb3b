from __future__ import annotations

import math
from dataclasses import replace

import pytest

from triage.churn.list import changes_since, ranked_list, still_to_save
from triage.churn.scoring import AccountRisk
from triage.types import Reason


def risk(account_id, value, *, revenue=100.0, days=60.0, open_now=0.0, band="none", reasons=()):
    facts = {"revenue": revenue, "days_to_renewal": days, "open_now": open_now}
    return AccountRisk(account_id, value, band, tuple(Reason(text, 0.5) for text in reasons), facts)


RISKS = [
    risk("small", 0.9, revenue=10.0),
    risk("large", 0.3, revenue=1000.0, days=300.0),
    risk("soon", 0.28, revenue=1000.0, days=30.0, open_now=2.0),
    AccountRisk("gone", None, "left"),
]


@pytest.mark.parametrize(
    ("by", "order"),
    [
        ("risk", ["small", "large", "soon"]),
        ("revenue", ["large", "soon", "small"]),
        ("to_save", ["soon", "large", "small"]),
    ],
)
def test_each_order_asks_another_question(by, order):
    assert [entry.account_id for entry in ranked_list(RISKS, by=by, hours=10).entries] == order


def test_the_list_is_as_long_as_the_hours_allow_and_says_who_did_not_fit():
    risks = [risk(f"a{place}", 0.9 - place / 10, band="watch") for place in range(5)]
    found = ranked_list(risks, hours=5, hours_an_account=2)
    assert ([entry.place for entry in found.entries], found.beyond) == ([1, 2], 3)


def test_accounts_of_unknown_revenue_count_as_the_middle_one():
    risks = [risk("a", 0.5, revenue=100.0), risk("b", 0.5, revenue=math.nan), risk("c", 0.5, revenue=300.0)]
    found = ranked_list(risks, by="revenue", hours=9)
    assert [(entry.account_id, entry.revenue_at_risk) for entry in found.entries] == [
        ("c", 150),
        ("b", None),
        ("a", 50),
    ]
    assert [entry.account_id for entry in ranked_list(risks, hours=9, least_revenue=200).entries] == ["c"]


def test_what_can_be_saved_shrinks_near_the_renewal_and_far_from_it():
    days = (0, 14, 90, 180, math.nan)
    assert [still_to_save(0.5, 200, day, 0) for day in days] == [50, 100, 100, 50, 75]
    assert still_to_save(0.5, 200, 60, 3) == 125


def test_changes_are_told_in_words():
    before = risk("a", 0.2, band="watch", reasons=["2 open tickets", "Renews in 67 days"])
    now = risk("a", 0.55, band="at_risk", reasons=["4 open tickets", "Renews in 67 days"])
    assert changes_since(before, now) == (
        "Rose from watch to at risk",
        "Risk 20% to 55%",
        "4 open tickets (a week ago: 2 open tickets)",
    )
    later = replace(now, reasons=risk("a", 0.55, reasons=["3 open tickets", "Silent for 9 days"]).reasons)
    assert changes_since(now, later) == ("New: Silent for 9 days", "No longer: Renews in 67 days")
    assert changes_since(None, now) == ("New: there was no risk a week ago",)
    assert ranked_list([now], hours=2).entries[0].changes == ()
    assert ranked_list([now], hours=2, before={"a": now}).entries[0].changes == ()
