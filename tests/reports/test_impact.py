from __future__ import annotations

from datetime import timedelta

import pytest

from reports.impact import AgentTime, Revenue, agent_minutes, impact_of
from reports.types import Estimate
from tests.reports.given import MONDAY, day, moment, ticket
from triage.types import Account

TODAY = day(6)
FORECAST = Estimate(8.0, 3.0, 14.0)
ACCOUNTS = {
    one.account_id: one
    for one in (
        Account("a", plan="Pro", mrr=100.0, currency="EUR"),
        Account("b", plan="Pro", mrr=50.0, currency="EUR"),
        Account("c", plan="Pro", mrr=70.0, currency="EUR"),
        Account("d", plan="Starter", mrr=20.0, currency="USD"),
        Account("gone", plan="Starter", mrr=20.0, currency="EUR", churned_on=day(3)),
    )
}
TICKETS = [
    ticket("1", account_id="a"),
    ticket("2", account_id="a"),
    ticket("3", account_id="b"),
    ticket("4", account_id="d"),
    ticket("5", account_id="gone"),
    ticket("6", account_id="unheard of"),
    ticket("7"),
]


def impact(**options):
    return impact_of("one", TICKETS, ACCOUNTS, TODAY, FORECAST, **options)


def test_tickets_and_accounts_open_to_what_is_behind_them():
    found = impact()
    assert (found.tickets.value, found.tickets.tickets) == (7, tuple("1234567"))
    assert (found.accounts.value, found.accounts.tickets) == (5, tuple("123456"))
    assert found.accounts.note == "1 ticket without an account; 1 account missing in the list of accounts"


def test_each_plan_has_its_share():
    pro, starter = impact().plans
    assert (pro.plan, pro.touched, pro.active, pro.tickets) == ("Pro", 2, 3, ("1", "2", "3"))
    assert pro.share == pytest.approx(2 / 3)
    assert (starter.touched, starter.active, starter.tickets) == (1, 1, ("4",))


def test_revenue_is_by_currency_and_an_account_counts_once():
    assert impact().revenue == (
        Revenue("EUR", 150.0, 2, None, 0, ("1", "2", "3")),
        Revenue("USD", 20.0, 1, None, 0, ("4",)),
    )


def test_revenue_at_risk_is_weighted_by_the_chance_of_leaving():
    euros, dollars = impact(risks={"a": 0.2, "c": 0.9}).revenue
    assert (euros.at_risk, euros.judged) == (pytest.approx(20.0), 1)
    assert (dollars.at_risk, dollars.judged) == (None, 0)


def test_an_account_that_left_has_no_revenue_and_is_named():
    assert impact().left == ("gone",)


def test_agents_time_is_from_first_reply_to_solution_but_capped():
    start = moment(MONDAY)
    short = ticket("1", first_replied_at=start, solved_at=start + timedelta(minutes=10))
    long = ticket("2", first_replied_at=start, solved_at=start + timedelta(days=2))
    unsolved = ticket("3", first_replied_at=start)
    found = agent_minutes([short, long, unsolved], AgentTime(cap=30.0))
    assert (found.value, found.tickets) == (10 + 30 + 20, ("1", "2", "3"))
    assert found.note == ("2 from first reply to solution (at most 30 minutes), 1 estimated at 20 minutes")


def test_a_table_of_topics_speaks_before_the_clock():
    start = moment(MONDAY)
    one = ticket("1", topic="billing", first_replied_at=start, solved_at=start + timedelta(minutes=10))
    assert agent_minutes([one, ticket("2")], AgentTime({"billing": 25.0}, usual=5.0)).value == 30.0


def test_waiting_costs_tickets_and_the_time_they_take():
    waiting = impact(time=AgentTime(usual=15.0)).waiting
    assert (waiting.weeks, waiting.tickets) == (4, FORECAST)
    assert waiting.minutes == Estimate(120.0, 45.0, 210.0)
    assert impact().sentence == (
        "If nothing is done, expect 8 more tickets in 4 weeks (3 to 14), about 2.0 hours of agents' time."
    )


def test_an_issue_without_tickets_of_late_costs_nothing_yet():
    found = impact_of("one", [], ACCOUNTS, TODAY, Estimate(0.0, 0.0, 0.0))
    assert (found.tickets.value, found.minutes.value, found.plans, found.revenue) == (0, 0.0, (), ())
