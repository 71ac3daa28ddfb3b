from __future__ import annotations

from datetime import date, timedelta

import pytest

from benchmarks.planted_issues import FIRST_MONDAY, WEEKS, Lived, planted_table, summary_table
from reports.types import Issue, StateChange
from triage.types import Ticket

REMINDERS = [f"r{number}" for number in range(10)]
CHARGED = [f"c{number}" for number in range(5)]
ODD = [f"o{number}" for number in range(4)]


@pytest.fixture
def lived():
    """One issue found in week 3 that came back, another's tickets split over two, and a false one."""
    planted = {
        **dict.fromkeys(REMINDERS, "reminders-twice"),
        **dict.fromkeys(CHARGED, "charged-twice"),
        **dict.fromkeys(ODD, ""),
    }
    tickets = [
        Ticket(one, created_at=FIRST_MONDAY + timedelta(weeks=place % 10), issue_id=planted[one])
        for place, one in enumerate(planted)
    ]
    came_back = StateChange("regressed", date(2026, 11, 8), "")
    early = (issue("I-0001", REMINDERS[:2]),)
    later = (issue("I-0001", REMINDERS[:3]), issue("I-0002", ODD[:3]))
    last = (
        issue("I-0001", [*REMINDERS[:8], CHARGED[0]], came_back),
        issue("I-0002", ODD, StateChange("growing", date(2026, 9, 6), "")),
        issue("I-0003", CHARGED[1:]),
    )
    return Lived((early,) * 2 + (later,) * 8 + (last,) * (WEEKS - 10), planted, tickets, (0.5, 0.4))


def issue(name, tickets, *states):
    return Issue(name, name, "steady", tuple(tickets), FIRST_MONDAY, FIRST_MONDAY, states=states)


def test_each_planted_issue_is_told_with_when_it_was_found(lived):
    rows = {row[0]: row[1:] for row in planted_table(lived).rows}
    assert rows["reminders-twice"] == (10, 1, 3, 0.8, pytest.approx(8 / 9), 1, "regressed 19")
    assert rows["charged-twice"] == (5, 1, 11, 0.8, 1.0, 1, "")


def test_the_whole_is_summed_up(lived):
    summary = dict(summary_table(lived).rows)
    assert summary["planted issues found in some week"] == "2 of 2"
    assert summary["one id from then to the end, of those found"] == "2 of 2"
    assert summary["new false issues a week"] == "0.05"
    assert summary["false issues called growing, in all weeks"] == "1"
    assert summary["reminders-twice came back in week 19; told in"] == "week 19"
    assert summary["tickets of charged-twice and reminders-twice in an issue of the other"] == "1 of 15"
    assert summary["BCubed F1 and ARI, grouped at once at the end"] == "0.500, 0.400"
