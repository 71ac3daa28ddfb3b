from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from tests.triage.churn.builders import NOW, account, row, ticket
from triage.churn.events import AccountChange, Heard, Kind, events_of, seconds
from triage.churn.history import features_as_of
from triage.churn.windows import Moments
from triage.types import URGENCIES, Ticket

DAY = timedelta(days=1)


def test_tickets_are_counted_in_windows_that_end_at_the_moment():
    found = row([account()], events_of([ticket(3), ticket(20), ticket(80), ticket(100)], [account()]))
    assert (found["tickets_7"], found["tickets_30"], found["tickets_90"]) == (1, 2, 3)
    assert found["ticket_trend"] == pytest.approx(math.log(2.5 / 1.0))
    assert found["days_since_ticket"] == pytest.approx(3)


def test_urgent_tickets_are_a_share_of_the_quarter():
    tickets = [ticket(5, urgency="urgent"), ticket(6, priority="High"), ticket(7, urgency="low"), ticket(8)]
    found = row([account()], events_of(tickets, [account()]))
    assert (found["urgent_30"], found["urgent_share_90"], found["urgency_sum_30"]) == (2, 0.5, 6)


def test_a_ticket_is_open_and_unanswered_until_the_reply_and_the_solution_happened():
    events = events_of([ticket(2, replied=24, solved=47)], [account()])
    before, replied, solved = (row([account()], events, NOW - DAY * days) for days in (1.5, 0.5, 0))
    assert [(one["open_now"], one["unanswered_now"]) for one in (before, replied, solved)] == [
        (1, 1),
        (1, 0),
        (0, 0),
    ]
    assert math.isnan(before["reply_hours_90"])
    assert replied["reply_hours_90"] == 24 and math.isnan(replied["resolution_hours_90"])
    assert solved["resolution_hours_90"] == 47


def test_replies_are_compared_with_the_usual_of_the_account():
    tickets = [ticket(200, replied=1), ticket(150, replied=1), ticket(5, replied=10)]
    found = row([account()], events_of(tickets, [account()]))
    assert found["reply_against_usual"] == pytest.approx(math.log1p(10) - math.log1p(4))


def test_satisfaction_is_known_three_days_after_the_solution_or_when_the_export_says():
    late, early = (
        ticket(4, solved=24, csat=2),
        ticket(4, solved=24, csat=2, attributes={"csat_at": "2026-05-30"}),
    )
    assert math.isnan(row([account()], events_of([late], [account()]), NOW - DAY)["csat_last"])
    assert row([account()], events_of([late], [account()]))["csat_last"] == 2
    assert row([account()], events_of([early], [account()]), NOW - DAY)["csat_last"] == 2


def test_satisfaction_has_mean_last_and_slope():
    tickets = [ticket(90 - 30 * place, solved=1, csat=5 - place) for place in range(3)]
    found = row([account()], events_of(tickets, [account()]))
    assert (found["csat_mean_180"], found["csat_last"]) == (4, 3)
    assert found["csat_slope"] == pytest.approx(-1)


def test_a_reopening_is_known_at_the_solution_that_stands():
    events = events_of([ticket(4, solved=72, reopened=2)], [account()])
    assert row([account()], events, NOW - 2 * DAY)["reopened_90"] == 0
    assert row([account()], events)["reopened_90"] == 2


def test_statements_count_by_what_the_words_said_before_what_people_labelled():
    tickets = [
        ticket(10, id="1", churn_intent="at_risk"),
        ticket(4, id="2"),
        ticket(100, id="3", churn_intent="explicit"),
    ]
    found = row([account()], events_of(tickets, [account()], heard={"2": Heard(churn_intent="explicit")}))
    assert (found["at_risk_90"], found["explicit_90"]) == (1, 1)
    assert found["days_since_statement"] == pytest.approx(4)


def test_a_repeat_issue_is_left_when_it_ends_or_after_ninety_silent_days():
    tickets = [
        ticket(200, issue_id="old"),
        ticket(20, issue_id="new"),
        ticket(10, issue_id="new"),
        ticket(9, issue_id="b"),
    ]
    ends = {"b": NOW - 2 * DAY}
    events = events_of(tickets, [account()], issue_ends=ends)
    assert [
        row([account()], events, NOW - DAY * days)["repeat_issues_open"] for days in (150, 30, 15, 5, 0)
    ] == [1, 0, 1, 2, 1]


def test_silence_measures_the_pause_by_the_usual_pause():
    tickets = [ticket(days) for days in (80, 70, 60)]
    found = row([account()], events_of(tickets, [account()]))
    assert found["silence"] == pytest.approx(math.log1p(60) - math.log1p(10))


def test_changes_of_seats_plan_and_revenue_are_seen_from_their_day_on():
    here = account(plan="pro", seats=4, mrr=50.0)
    at = NOW - 10 * DAY
    changes = [
        AccountChange("a", at, "seats", "4", "10"),
        AccountChange("a", at, "plan", "pro", "team"),
        AccountChange("a", at, "mrr", "50", "120.5"),
    ]
    events = events_of([], [here], changes=changes)
    before, after = row([here], events, at - DAY), row([here], events)
    assert (before["seats"], before["plan"], before["revenue"]) == (10, "team", 120.5)
    assert (after["seats"], after["plan"], after["revenue"]) == (4, "pro", 50)
    assert (before["plan_changes_180"], after["plan_changes_180"]) == (0, 1)
    assert after["seats_change_90"] == pytest.approx(math.log1p(4) - math.log1p(10))


def test_renewal_counts_to_the_anniversary_because_the_export_has_the_date_after_it():
    renewed, due = account(renews_on=date(2027, 7, 1)), account(renews_on=date(2026, 7, 1))
    events = events_of([], [renewed])
    assert row([due], events)["days_to_renewal"] == pytest.approx(30)
    assert row([renewed], events)["days_to_renewal"] == pytest.approx(29.75)
    assert row([due], events)["tenure_days"] == 730


def test_extra_columns_are_numbers_where_all_their_values_are():
    accounts = [
        account("a", attributes={"users": "7", "region": "EU"}),
        account("b", attributes={"region": "US"}),
    ]
    found = [
        row(accounts, events_of([], accounts), place=place, extra=["users", "region"]) for place in (0, 1)
    ]
    assert (found[0]["users"], found[0]["region"], found[1]["region"]) == (7, "EU", "US")
    assert math.isnan(found[1]["users"])


def test_accounts_do_not_mix():
    accounts = [account("a"), account("b")]
    events = events_of([ticket(1, "b"), ticket(2, "b"), ticket(3, "stranger")], accounts)
    assert [row(accounts, events, place=place)["tickets_7"] for place in (0, 1)] == [0, 2]


@pytest.fixture(scope="module")
def company():
    random = np.random.default_rng(7)
    accounts = [account(f"a{number}") for number in range(15)]
    tickets = []
    for number in range(500):
        solved = float(random.gamma(2, 40))
        tickets.append(
            ticket(
                float(random.uniform(0, 500)),
                f"a{random.integers(15)}",
                id=str(number),
                replied=solved * float(random.random()) if random.random() < 0.9 else None,
                solved=solved if random.random() < 0.8 else None,
                csat=float(random.integers(1, 6)) if random.random() < 0.4 else None,
                reopened=int(random.random() < 0.2),
                urgency=URGENCIES[random.integers(4)],
                churn_intent=str(
                    random.choice(["", "none", "at_risk", "explicit"], p=[0.5, 0.3, 0.15, 0.05])
                ),
                issue_id=f"i{random.integers(30)}" if random.random() < 0.3 else "",
            )
        )
    changes = [
        AccountChange(
            f"a{random.integers(15)}", NOW - DAY * float(random.uniform(0, 500)), "seats", str(seats), "5"
        )
        for seats in range(60)
    ]
    return accounts, tickets, changes


def test_later_events_never_change_a_row_at_a_thousand_random_moments(company):
    accounts, tickets, changes = company
    events = events_of(tickets, accounts, changes=changes)
    random = np.random.default_rng(8)
    ats = np.repeat(random.integers(seconds(NOW - 480 * DAY), seconds(NOW), 200), 5)
    moments = Moments(random.integers(0, 15, 1000), ats)
    whole = features_as_of(accounts, events, moments)
    for first in range(0, 1000, 5):
        at, places = ats[first], slice(first, first + 5)
        earlier = np.flatnonzero(events.known_at <= at)
        later = np.flatnonzero(events.known_at > at)
        one = Moments(moments.account[places], moments.at[places])
        if first % 2:
            changed = events.chosen(earlier)
        else:
            moved = events.account.copy()
            moved[later] = random.permutation(moved[later])
            order = random.permutation(len(events))
            changed = type(events)(moved, events.known_at, events.kind, events.value, *_rest(events)).chosen(
                order
            )
        alone = features_as_of(accounts, changed, one)
        np.testing.assert_array_equal(alone.numbers, whole.numbers[places])
        assert alone.words.tolist() == whole.words[places].tolist()


def test_what_happens_to_tickets_later_is_not_seen_earlier(company):
    accounts, tickets, _ = company
    for days in (400, 250, 111, 30):
        at = NOW - DAY * days
        moments = Moments(np.arange(15), np.full(15, seconds(at)))
        whole = features_as_of(accounts, events_of(tickets, accounts), moments)
        then = features_as_of(
            accounts,
            events_of([_as_of(one, at) for one in tickets if one.created_at <= at], accounts),
            moments,
        )
        np.testing.assert_array_equal(then.numbers, whole.numbers)


def test_facts_carry_the_moment_from_which_they_were_known():
    events = events_of([ticket(10, replied=24, solved=48, csat=4)], [account()])
    days = {
        Kind(kind): (seconds(NOW) - at) / 86400 for kind, at in zip(events.kind, events.known_at, strict=True)
    }
    assert days == {Kind.OPENED: 10, Kind.REPLIED: 9, Kind.SOLVED: 8, Kind.ANSWERED: 9, Kind.RATED: 5}


def _rest(events):
    return events.plans, events.first_plan, events.first_seats, events.first_mrr


def _as_of(one: Ticket, at: datetime) -> Ticket:
    """The ticket as it looked then; a score has come three days after the solution."""
    solved = one.solved_at if one.solved_at and one.solved_at <= at else None
    replied = one.first_replied_at if one.first_replied_at and one.first_replied_at <= at else None
    rated = one.csat if solved and solved + 3 * DAY <= at else None
    return Ticket(
        one.id, created_at=one.created_at, account_id=one.account_id, first_replied_at=replied, solved_at=solved,
        csat=rated, reopened=one.reopened if solved else 0, urgency=one.urgency, churn_intent=one.churn_intent,
        issue_id=one.issue_id,
    )  # fmt: skip
