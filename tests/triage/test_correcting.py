from __future__ import annotations

from datetime import timedelta

import pytest

from tests.triage.desk_builders import DAY, LOCKED_OUT, MINUTE, NOW, SLA, TEAMS, desk_over, ticket
from triage.types import Correction

CREATED = NOW - MINUTE
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def desk(engine):
    desk = desk_over(engine, accepting=True)
    desk.set_teams(TEAMS, 0, "Mara", NOW)
    desk.set_sla(SLA, 0, "Mara", NOW)
    return desk


def correct(desk, **said):
    desk.correct(Correction(ticket_id="t1", corrected_by="Mara", corrected_at=LATER, **said))
    held = desk.store.get("t1").ticket
    return (held.team, held.assignee), desk.store.triage("t1").triage


def test_a_corrected_topic_moves_the_ticket_to_the_team_of_that_topic(desk):
    desk.triage(ticket("t1", LOCKED_OUT), now=NOW)
    assert desk.store.get("t1").ticket.team == "Front"
    held, made = correct(desk, topic="payments")
    assert held == ("Money", "Jonas")
    assert (made.assignment.team, made.topic.label) == ("Money", "login")


def test_a_corrected_urgency_sets_the_clocks_anew_and_leaves_the_ticket_with_whom_has_it(desk):
    first = desk.triage(ticket("t1"), now=NOW)
    assert first.due.first_reply == CREATED + timedelta(minutes=120)
    held, made = correct(desk, urgency="high")
    assert held == ("Money", "Jonas")
    assert made.due.first_reply == CREATED + timedelta(minutes=30)
    assert made.due.resolution is None


def test_a_ticket_that_a_person_gave_away_stays_there(desk):
    desk.triage(ticket("t1", LOCKED_OUT, team="Back office", assignee="Ines"), now=NOW)
    held, made = correct(desk, topic="payments", urgency="high")
    assert held == ("Back office", "Ines")
    assert made.due.first_reply == CREATED + timedelta(minutes=30)


def test_a_full_team_takes_the_ticket_without_an_assignee(desk):
    desk.triage_many([ticket("a"), ticket("b"), ticket("t1", LOCKED_OUT)], now=NOW)
    held, made = correct(desk, topic="payments")
    assert held == ("Money", "")
    assert "Nobody there has room" in made.assignment.why


def test_saying_what_was_predicted_changes_neither_queue_nor_triage(desk):
    desk.triage(ticket("t1"), now=NOW)
    correct(desk, topic="payments")
    assert len(desk.store.triages("t1")) == 1


def test_a_corrected_ticket_of_the_blind_sample_keeps_its_hidden_urgency_hidden(engine):
    desk = desk_over(engine, share=1.0)
    desk.set_teams(TEAMS, 0, "Mara", NOW)
    desk.set_sla(SLA, 0, "Mara", NOW)
    desk.triage(ticket("t1"), now=NOW)
    held, made = correct(desk, topic="payments")
    assert held == ("Money", "Jonas")
    assert made.due.first_reply == CREATED + timedelta(minutes=30)


def test_a_closed_ticket_is_given_to_nobody(desk):
    desk.triage(ticket("t1", LOCKED_OUT, status="solved", solved_at=NOW + DAY), now=NOW)
    held, _ = correct(desk, topic="payments")
    assert held == ("", "")
