from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

from triage.churn.ledger import Flag
from triage.churn.words import Said, WordsRisk, days_to_renewal, place_by_words, with_quotes, words_risk
from triage.types import Account, Reason

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def said(days_ago, band, key="t", **fields):
    return Said(f"{key}{days_ago}", NOW - timedelta(days=days_ago), band, **fields)


def ordered(risks, by="risk", **accounts):
    known = {name: Account(name, **facts) for name, facts in accounts.items()}
    key = lambda one: place_by_words(one, known.get(one.account_id), 0, NOW, by)  # noqa: E731
    return [one.account_id for one in sorted(risks, key=key)]


def test_the_worst_statement_gives_the_band_and_comes_first():
    found = words_risk("a", [said(1, "watch"), said(50, "explicit", quote="bye"), said(2, "at_risk")])
    assert (found.band, [one.ticket_id for one in found.said]) == ("explicit", ["t50", "t2", "t1"])
    assert found.last_at == NOW - timedelta(days=1)
    assert found.reasons[0] == Reason("On 2026-04-12 said that they leave", 3.0, "t50", "bye")
    assert words_risk("a", []) == WordsRisk("a", "none")


def test_band_then_recency_then_count_then_revenue_then_renewal_decide():
    risks = [
        words_risk("old", [said(60, "at_risk")]),
        words_risk("open", [said(80, "explicit")]),
        words_risk("once", [said(3, "at_risk")]),
        words_risk("twice", [said(3, "at_risk"), said(9, "watch")]),
        words_risk("rich", [said(3, "at_risk")]),
        words_risk("soon", [said(3, "at_risk")]),
    ]
    facts = {"rich": {"mrr": 9.0}, "soon": {"renews_on": date(2026, 6, 9)}}
    assert ordered(risks, **facts) == ["open", "twice", "rich", "soon", "once", "old"]
    assert ordered(risks, "revenue", **facts)[0] == "rich"
    assert ordered(risks, "to_save", **facts)[0] == "rich"


def test_a_renewal_comes_every_year():
    assert days_to_renewal(Account("a", renews_on=date(2026, 6, 11)), NOW) == 10
    assert days_to_renewal(Account("a", renews_on=date(2025, 6, 11)), NOW) == 10.25
    assert math.isnan(days_to_renewal(Account("a"), NOW)) and math.isnan(days_to_renewal(None, NOW))


def test_a_flag_has_the_quotes_that_its_tickets_still_hold():
    reasons = (Reason("x", 1.0, "t1"), Reason("y", 1.0, "t2"), Reason("z", 1.0))
    flag = Flag("f", "a", "2026-W23", NOW, "words", "at_risk", None, reasons)
    assert [one.quote for one in with_quotes(flag, {"t1": "bye"}).reasons] == ["bye", "", ""]
