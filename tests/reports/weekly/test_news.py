from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from reports.report import Sentence
from reports.types import Figure, Issue, StateChange
from reports.weekly import Sources, material_of
from reports.weekly.headlines import headlines_of
from reports.weekly.material import window_of
from reports.weekly.pages import pages_of
from reports.weekly.rows import rows_of
from tests.reports.given import MONDAY, WEEK, issue, moment, ticket
from triage.types import Account

SUNDAY = MONDAY + timedelta(days=6)


def company(*issues):
    """The material of issues with counts by week, each ticket on a Monday, and twenty weeks of others before."""
    tickets, known = [ticket(f"odd-{week}", -7 * week) for week in range(20)], []
    for one in issues:
        ids = []
        for name, count in one.weekly.items():
            back = (MONDAY - type(WEEK).parse(name).monday).days
            ids += [ticket(f"{one.id}-{name}-{number}", -back, subject=one.id) for number in range(count)]
        tickets += ids
        first = min(one.created_at for one in ids)
        known.append(replace(one, tickets=tuple(one.id for one in ids), first_seen=first))
    accounts = [Account(f"A{number}") for number in range(50)]
    window = window_of(WEEK, UTC, moment(MONDAY + timedelta(weeks=1), 0), False)
    ordered = sorted(tickets, key=lambda one: (one.created_at, one.id))
    return material_of(WEEK, UTC, "UTC", window, ordered, accounts, known, Sources())


def told(state, days_ago=0, why="because"):
    return (StateChange(state, SUNDAY - timedelta(days=days_ago), why),)


def headlines(material):
    rows = rows_of(material, {})
    volume = (Figure("volume", 3.0),)
    return [one.text for one in headlines_of(material, rows, pages_of(material, rows, {}), volume)]


@pytest.mark.parametrize("state", ["verified", "fading", "regressed"])
def test_an_issue_without_a_ticket_of_late_has_a_row_when_its_state_changed_in_the_week(state):
    quiet = issue("quiet", 4, 5, 3, *(0,) * 6, state=state)
    assert [row.id for row in rows_of(company(replace(quiet, states=told(state))), {})] == ["quiet"]
    assert rows_of(company(replace(quiet, states=told(state, days_ago=7))), {}) == ()
    pair = issue("pair", 1, 1, *(0,) * 6, state=state, states=told(state))
    assert rows_of(company(pair), {}) == ()


def test_a_rise_is_told_with_what_came_in_the_weeks_that_show_it():
    burst = issue("burst", 6, 2, state="growing", states=told("growing", 7))
    assert (
        "“burst” is growing: 8 tickets in the last 2 weeks, after none before"
        " (chance alone gives as many less than once in 10,000 times)."
    ) in headlines(company(burst))


def test_what_fades_is_told_once():
    fading = issue("over", 4, 12, 3, 0, 0, 0, state="fading", states=told("fading"))
    assert "“over” is fading: 0 tickets in the last 2 weeks." in headlines(company(fading))
    before = replace(fading, states=told("fading", 7))
    assert not any("fading" in one for one in headlines(company(before)))


def test_the_evidence_is_what_holds_now_and_old_reasons_are_in_the_life():
    def evidence(one: Issue) -> list[str]:
        material = company(one)
        return [said.text for said in pages_of(material, rows_of(material, {}), {})[0].evidence]

    level = issue("level", *(2, 3) * 8, state="steady")
    now = evidence(replace(level, states=told("steady", days_ago=70, why="long ago")))
    assert len(now) == 1 and "to be expected" in now[0]
    assert evidence(replace(level, states=told("steady", why="this week")))[1:] == ["this week"]


def test_sentences_open_the_tickets_they_count():
    burst = issue("burst", 6, 2, state="growing", states=told("growing", 7))
    material = company(burst)
    rows = rows_of(material, {})
    said = headlines_of(material, rows, pages_of(material, rows, {}), (Figure("volume", 3.0),))
    [rise] = [one for one in said if "growing" in one.text]
    assert rise == Sentence(rise.text, rise.tickets, "burst")
    assert set(rise.tickets) == set(material.issues[0].tickets)
