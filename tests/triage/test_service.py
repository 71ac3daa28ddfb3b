from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.triage.desk_builders import (
    DAY,
    LOCKED_OUT,
    MINUTE,
    NOW,
    REFUND,
    SLA,
    TEAMS,
    TOPICS,
    desk_over,
    ticket,
)
from triage.errors import InvalidTicket, TicketConflict, TicketNotFound, UnknownLabel
from triage.store import TicketFilter
from triage.types import Account, Correction, DueTimes


def test_a_ticket_is_stored_with_its_text_its_vector_and_its_triage(engine):
    desk = desk_over(engine)
    made = desk.triage(ticket(), now=NOW)
    assert (made.ticket_id, made.topic.label, made.topic.accepted) == ("t1", "payments", False)
    assert made.models == {"topic": "descriptions"}
    stored = desk.store.get("t1")
    assert (stored.clean.text, stored.predicted_topic, stored.needs_person) == (REFUND, "payments", True)
    assert desk.store.vectors_of("hashing/1/64", ["t1"])[0] == ["t1"]


def test_a_dry_run_keeps_nothing(engine):
    desk = desk_over(engine)
    made = desk.triage(ticket(""), now=NOW, dry_run=True)
    assert (made.ticket_id, made.topic.label) == ("new-1", "payments")
    assert desk.store.count() == 0


def test_a_ticket_without_an_id_gets_one(engine):
    desk = desk_over(engine)
    assert desk.triage(ticket(""), now=NOW).ticket_id == "new-1"
    assert desk.store.get("new-1").triaged


def test_the_same_ticket_again_is_told_the_same_and_not_triaged_twice(engine):
    desk = desk_over(engine)
    first = desk.triage(ticket(), now=NOW)
    assert desk.triage(ticket(), now=NOW + MINUTE) == first
    assert len(desk.store.triages("t1")) == 1


def test_an_id_that_is_taken_by_another_content_is_a_conflict_and_nothing_changes(engine):
    desk = desk_over(engine)
    desk.triage(ticket(), now=NOW)
    with pytest.raises(TicketConflict, match="another body"):
        desk.triage(ticket(body=LOCKED_OUT), now=NOW)
    assert desk.store.get("t1").ticket.body == REFUND


def test_a_conflict_names_what_the_sender_changed_and_not_whom_we_gave_the_ticket_to(engine):
    desk = desk_over(engine, accepting=True)
    desk.set_teams(TEAMS, 0, "Mara", NOW)
    first = desk.triage(ticket(), now=NOW)
    assert desk.store.get("t1").ticket.team == "Money"
    assert desk.triage(ticket(), now=NOW) == first
    with pytest.raises(TicketConflict, match=r"another body\."):
        desk.triage(ticket(body=LOCKED_OUT), now=NOW)


def test_each_ticket_of_a_batch_is_judged_by_itself(engine):
    desk = desk_over(engine)
    desk.triage(ticket("taken"), now=NOW)
    given = [ticket("a"), ticket("taken", LOCKED_OUT), ticket("b", topic="shipping"), ticket("c", LOCKED_OUT)]
    made = desk.triage_many(given, now=NOW)
    assert [type(one) for one in made[1:3]] == [TicketConflict, InvalidTicket]
    assert [(made[place].ticket_id, made[place].topic.label) for place in (0, 3)] == [
        ("a", "payments"),
        ("c", "login"),
    ]
    assert desk.store.count() == 3


def test_two_of_a_batch_with_one_id_and_other_content_conflict(engine):
    made = desk_over(engine).triage_many([ticket("a"), ticket("a", LOCKED_OUT), ticket("a")], now=NOW)
    assert isinstance(made[1], TicketConflict)
    assert made[0] == made[2]


def test_a_thank_you_is_no_work(engine):
    desk = desk_over(engine)
    desk.set_teams(TEAMS, 0, "test", NOW)
    desk.set_sla(SLA, 0, "test", NOW)
    made = desk.triage(ticket(subject="Re: Refund", body="Thank you so much, that solved it!"), now=NOW)
    assert (made.noise, made.topic.label, made.assignment.team, made.due) == ("thanks", "", "", DueTimes())
    assert not desk.store.get("t1").needs_person
    assert desk.review_queue(10, NOW) == []


def test_the_team_of_the_topic_gets_it_until_nobody_has_room(engine):
    desk = desk_over(engine, accepting=True)
    desk.set_teams(TEAMS, 0, "test", NOW)
    made = desk.triage_many([ticket(f"t{number}") for number in range(3)], now=NOW)
    assert [(one.assignment.team, one.assignment.assignee) for one in made] == [
        ("Money", "Jonas"),
        ("Money", "Jonas"),
        ("Money", ""),
    ]
    assert desk.store.load().assignees == {"Jonas": 2, "": 1}


def test_a_topic_that_is_only_suggested_gives_the_ticket_to_nobody(engine):
    desk = desk_over(engine)
    desk.set_teams(TEAMS, 0, "test", NOW)
    assert desk.triage(ticket(), now=NOW).assignment.team == "Money"
    assert desk.store.get("t1").ticket.team == ""


def test_due_times_go_by_the_plan_of_the_account(engine):
    desk = desk_over(engine)
    desk.set_sla(SLA, 0, "test", NOW)
    desk.store.put_accounts([Account("A1", plan="Gold")], NOW)
    created = NOW - MINUTE
    assert desk.triage(ticket("t1"), now=NOW).due.first_reply == created + timedelta(minutes=120)
    assert desk.triage(ticket("t2", account_id="A1"), now=NOW).due.first_reply == created + timedelta(
        minutes=15
    )


def test_the_hooks_are_told_of_what_was_triaged(engine):
    told = []
    desk = desk_over(engine, on_triaged=[told.extend], issue_of=lambda vector, one: f"issue of {one.id}")
    made = desk.triage(ticket(), now=NOW)
    assert told == [made]
    assert made.issue_id == "issue of t1"


def test_the_words_that_carried_the_topic_are_found_in_the_ticket_as_it_came(engine):
    body = f"Hello,\n\n{REFUND}\n\nBest regards\nAnn"
    made = desk_over(engine).triage(ticket(body=body), now=NOW)
    assert [(one.field, body[one.start : one.end], one.speaks_for) for one in made.evidence] == [
        ("body", REFUND, "payments")
    ]


def test_a_correction_is_a_label_and_takes_the_ticket_out_of_the_queue(engine):
    desk = desk_over(engine)
    desk.triage(ticket(), now=NOW)
    assert [entry.stored.ticket.id for entry in desk.review_queue(10, NOW)] == ["t1"]
    desk.correct(Correction("t1", NOW, "Aino", topic="login"))
    assert desk.review_queue(10, NOW) == []
    view = desk.view("t1", now=NOW, reader="Aino")
    assert (view.stored.labels.topic, view.stored.needs_person) == ("login", False)
    assert [(one.field, one.label, one.corrected_by) for one in view.corrections] == [
        ("topic", "login", "Aino")
    ]


def test_all_faults_of_a_correction_are_told_and_nothing_is_kept(engine):
    desk = desk_over(engine)
    desk.triage(ticket(), now=NOW)
    with pytest.raises(UnknownLabel) as caught:
        desk.correct(Correction("t1", NOW, topic="shipping", urgency="terrible"))
    assert [fault.where for fault in caught.value.faults] == ["topic", "urgency"]
    with pytest.raises(UnknownLabel, match="says nothing"):
        desk.correct(Correction("t1", NOW))
    with pytest.raises(TicketNotFound):
        desk.correct(Correction("nowhere", NOW, topic="login"))
    assert desk.store.count_corrections() == 0


def test_predictions_of_the_blind_sample_are_hidden_until_a_person_has_labelled(engine):
    desk = desk_over(engine, share=1.0, accepting=True)
    desk.set_teams(TEAMS, 0, "test", NOW)
    made = desk.triage(ticket(), now=NOW)
    assert (made.audited, made.topic.label, made.topics, made.evidence) == (True, "", (), ())
    assert (made.assignment.team, desk.store.get("t1").ticket.team) == ("Front", "")
    assert desk.queue(TicketFilter()).tickets[0].predicted_topic == ""
    (entry,) = desk.review_queue(10, NOW)
    assert (entry.why, entry.triage.topic.label) == ("blind_sample", "")
    desk.correct(Correction("t1", NOW, "Aino", topic="login"))
    assert desk.view("t1", now=NOW, reader="Aino").triage.topic.label == "payments"
    assert desk.queue(TicketFilter()).tickets[0].predicted_topic == "payments"


def test_the_error_is_measured_on_the_blind_sample_alone(engine):
    desk = desk_over(engine, share=1.0, accepting=True)
    desk.triage_many([ticket(f"t{number}") for number in range(10)], now=NOW)
    for number in range(10):
        desk.correct(Correction(f"t{number}", NOW, "Aino", topic="payments" if number else "login"))
    topic, urgency, _ = desk.quality(now=NOW).tasks
    assert (topic.task, topic.measured.tickets, topic.measured.errors, topic.coverage) == (
        "topic",
        10,
        1,
        1.0,
    )
    assert (topic.promised_error, topic.promised_coverage, topic.corrections) == (0.05, 1.0, 10)
    assert (urgency.measured.tickets, urgency.measured.waiting) == (0, 10)


def test_an_imported_ticket_waits_until_it_is_triaged(engine):
    desk = desk_over(engine)
    stored = desk.put([ticket("t1"), ticket("t2", LOCKED_OUT, topic="signing in")], now=NOW)
    assert stored.new == ("t1", "t2")
    assert [one.name for one in desk.topics()] == ["login", "payments", "signing in"]
    assert sorted(one.ticket_id for part in desk.triage_waiting(now=NOW) for one in part) == ["t1", "t2"]
    assert [part for part in desk.triage_waiting(now=NOW) if part] == []
    assert desk.store.count(TicketFilter(triaged=True)) == 2


def test_a_ticket_whose_text_changed_is_triaged_anew(engine):
    desk = desk_over(engine)
    desk.triage(ticket(), now=NOW)
    desk.put([ticket(body=LOCKED_OUT)], now=NOW)
    assert [one.topic.label for part in desk.triage_waiting(now=NOW) for one in part] == ["login"]


def test_what_came_in_since_a_day_is_triaged_once_more(engine):
    desk = desk_over(engine)
    desk.triage_many([ticket("old", created_at=NOW - 3 * DAY), ticket("new")], now=NOW)
    again = desk.triage_waiting(now=NOW, since=NOW - DAY, again=True)
    assert [one.ticket_id for part in again for one in part] == ["new"]


def test_a_renamed_topic_is_what_predictions_teams_and_policy_say(engine):
    desk = desk_over(engine, accepting=True)
    desk.set_teams(TEAMS, 0, "test", NOW)
    desk.triage(ticket(), now=NOW)
    desk.rename_topic("payments", "money", "Aino", NOW)
    assert desk.view("t1", now=NOW, reader="").triage.topic.label == "money"
    assert desk.teams().document["teams"][0]["topics"] == ["money"]
    assert desk.triage(ticket("t2"), now=NOW).assignment.team == "Money"


def test_a_claim_of_a_colleague_is_shown_and_ones_own_is_not(engine):
    desk = desk_over(engine)
    desk.triage(ticket(), now=NOW)
    desk.claim("t1", "Aino", NOW)
    assert desk.claim("t1", "Marek", NOW).by == "Aino"
    assert desk.view("t1", now=NOW, reader="Marek").claim.by == "Aino"
    assert desk.view("t1", now=NOW, reader="Aino").claim is None
    desk.release("t1", "Aino")
    assert desk.view("t1", now=NOW, reader="Marek").claim is None


def test_without_topics_nothing_is_predicted_and_a_person_is_asked(engine):
    desk = desk_over(engine, topics=())
    made = desk.triage(ticket(), now=NOW)
    assert (made.topic.label, made.evidence, made.models) == ("", (), {})
    assert desk.store.get("t1").needs_person


def test_a_new_description_is_heeded_at_once(engine):
    desk = desk_over(engine)
    parcel = ticket("t1", "Where is my parcel? The courier never came.")
    desk.put_topics([*TOPICS, replace(TOPICS[0], name="delivery", description="parcel courier")], "test", NOW)
    assert desk.triage(parcel, now=NOW).topic.label == "delivery"
