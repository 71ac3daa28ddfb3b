from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from reports.metrics import promoters, service_metrics
from tests.reports.given import MONDAY, WEEK, day, moment, ticket
from triage.types import Account, DueTimes

NOW = moment(day(7))


def figures(tickets, **options):
    found = service_metrics(tickets, WEEK, options.pop("zone", UTC), options.pop("now", NOW), **options)
    return {figure.name: figure for figure in found}


def replied(id, created, minutes, **fields):
    return ticket(id, created, first_replied_at=moment(day(created)) + timedelta(minutes=minutes), **fields)


def solved(id, created, days=1, **fields):
    return ticket(id, created, solved_at=moment(day(created + days)), **fields)


def test_volume_is_compared_with_the_mean_of_four_weeks():
    earlier = [ticket(f"e{number}", -7 * (number % 4 + 1)) for number in range(6)]
    volume = figures([*earlier, ticket("a"), ticket("b", 6), ticket("next", 7)])["volume"]
    assert (volume.value, volume.before, volume.tickets) == (2.0, 1.5, ("a", "b"))


def test_weeks_before_the_first_ticket_are_no_weeks_without_tickets():
    assert figures([ticket("e", -7), ticket("f", -7), ticket("a")])["volume"].before == 2.0
    assert figures([ticket("a")])["volume"].before is None


def test_first_replies_have_a_median_and_a_ninth_decile():
    tickets = [replied(str(number), 0, 10 * number) for number in range(1, 11)]
    found = figures([*tickets, replied("old", -7, 5), ticket("waiting")])
    assert found["first_reply_median"].value == pytest.approx(55.0)
    assert found["first_reply_p90"].value == pytest.approx(91.0)
    assert found["first_reply_median"].before == 5.0
    assert "waiting" not in found["first_reply_median"].tickets


def test_a_slow_reply_counts_in_the_week_it_was_given():
    slow = replied("slow", -14, 15 * 24 * 60)
    assert figures([slow])["first_reply_median"].tickets == ("slow",)


def test_minutes_may_be_business_minutes():
    found = figures([replied("one", 0, 90)], minutes=lambda start, end: 7.0)
    assert found["first_reply_median"].value == 7.0


def test_resolution_and_reopening_are_of_those_solved():
    found = figures([solved("a", 0), solved("b", 0, 3, reopened=2), ticket("open", reopened=1)])
    assert found["resolution_median"].value == 2 * 24 * 60
    assert (found["reopened"].value, found["reopened"].tickets) == (0.5, ("a", "b"))


def test_a_promise_is_kept_missed_or_not_due_yet():
    def due(one):
        return DueTimes(first_reply=one.created_at + timedelta(hours=1))

    kept, late = replied("kept", 0, 60), replied("late", 0, 61)
    after_the_week = ticket("not yet due", 6)
    found = figures(
        [kept, late, ticket("never"), after_the_week],
        due=lambda one: DueTimes(first_reply=moment(day(8))) if one.id == "not yet due" else due(one),
    )
    assert found["sla_first_reply"].value == pytest.approx(1 / 3)
    assert found["sla_first_reply"].tickets == ("kept", "late", "never")
    assert found["sla_resolution"].value is None


def test_satisfaction_is_a_mean_and_a_share():
    found = figures(
        [solved("a", 0, csat=5.0), solved("b", 0, csat=4.0), solved("c", 0, csat=1.0), solved("d", 0)]
    )
    assert found["csat_mean"].value == pytest.approx(10 / 3)
    assert found["csat_good"].value == pytest.approx(2 / 3)
    assert found["csat_good"].tickets == ("a", "b", "c")


def test_the_backlog_is_what_was_open_at_the_end_of_the_week():
    later = solved("solved later", 0, 8)
    tickets = [
        later,
        solved("done", 0),
        ticket("open", -30, status="open"),
        ticket("shut", 0, status="closed"),
    ]
    backlog = figures(tickets)["backlog"]
    assert backlog.tickets == ("solved later", "open")
    assert backlog.before == 1.0


def test_the_share_answered_from_knowledge():
    found = figures([ticket("a"), ticket("b")], answered={"b"})["answered_from_knowledge"]
    assert (found.value, found.tickets) == (0.5, ("a", "b"))
    assert figures([ticket("a")])["answered_from_knowledge"].value is None


def test_a_week_under_way_ends_now():
    found = figures([ticket("a"), ticket("b", 3)], now=moment(day(2)))
    assert found["volume"].tickets == ("a",)


def test_the_week_begins_on_the_teams_monday():
    late_on_sunday = ticket("a", -1, first_replied_at=None)
    in_tokyo = figures([late_on_sunday], zone=ZoneInfo("Pacific/Kiritimati"))
    assert in_tokyo["volume"].value == 0.0
    early = [one for one in (ticket("b", -1),) if one.created_at]
    moved = [ticket("b", 0)]
    assert figures(early)["volume"].value == 0.0
    assert figures(moved, zone=ZoneInfo("Pacific/Kiritimati"))["volume"].value == 1.0


def test_promoters_less_detractors():
    accounts = [Account(str(nps), nps=nps) for nps in (10, 9, 8, 6)]
    gone = Account("gone", nps=0, churned_on=MONDAY)
    found = promoters([*accounts, gone, Account("silent")], day(6))
    assert (found.value, found.note) == (25.0, "last answer of 4 active accounts; no tickets are behind it")
    assert promoters([], day(6)).value is None
