from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.api.conftest import NOW
from tests.api.pages.conftest import TICKET, TRIAGE, put
from triage.types import Correction, Prediction


def subjects(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/tickets/[^"]*">([^<]*)</a>', page)


def test_the_queue_tells_topic_urgency_leaving_and_what_is_due(ann, ticket):
    page = ann.see("/tickets")
    assert subjects(page) == ["Payments are down &amp; out"]
    for said in (
        ">Urgent</span>",
        ">payments</span>",
        ">May leave<",
        "First reply due in 1 hour",
        "Came 2 hours ago",
    ):
        assert said in page


def test_after_the_first_reply_the_solution_is_due(ann, parts, topics):
    put(parts, replace(TICKET, first_replied_at=NOW), TRIAGE)
    assert "Solution due in 2 days" in ann.see("/tickets")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("?topic=payments", 1),
        ("?urgency=low", 1),
        ("?urgency=high", 0),
        ("?needs_person=1", 1),
        ("?team=Money", 1),
        ("?assignee=Ann", 1),
        ("?status=pending", 1),
        ("?status=solved", 1),
        ("?status=any", 3),
        ("?topic=payments&urgency=low", 0),
    ],
)
def test_the_queue_is_filtered(ann, parts, ticket, query, count):
    other = replace(TICKET, id="T2", status="pending", team="Money", assignee="Ann")
    put(
        parts,
        other,
        replace(
            TRIAGE, ticket_id="T2", topic=Prediction("bookings", 0.4), urgency=Prediction("low", 0.9, True)
        ),
    )
    parts.tickets.put_new([replace(TICKET, id="T3", status="solved", solved_at=NOW)], NOW)
    assert len(subjects(ann.see(f"/tickets{query}"))) == count


def test_the_queue_goes_on_from_page_to_page(ann, parts, topics):
    made = [
        replace(TICKET, id=f"N{number}", subject=f"Number {number}", created_at=NOW - timedelta(days=number))
        for number in range(30)
    ]
    parts.tickets.put_new(made, NOW)
    first = ann.see("/tickets?urgency=&topic=")
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = ann.see(following.replace("&amp;", "&"))
    assert subjects(first) + subjects(second) == [f"Number {number}" for number in range(30)]
    assert 'rel="next"' not in second
    assert "Newest" in second


@pytest.mark.parametrize("query", ["?urgency=soon", "?after=somewhere", "?colour=red"])
def test_a_filter_that_does_not_exist_is_a_fault(ann, topics, query):
    ann.see(f"/tickets{query}", status=422)


def test_an_empty_queue_says_so(ann, topics):
    assert "Every ticket is solved." in ann.see("/tickets")
    assert "No ticket is like that." in ann.see("/tickets?status=solved")


def test_a_ticket_shows_the_words_that_carried_the_decision_safely(ann, ticket):
    page = ann.see("/tickets/T/1")
    assert '<mark class="s3" title="Topic: speaks for “payments”">Payments</mark> are down &amp; out' in page
    assert '<mark class="s2" title="Topic: speaks for “payments”">&lt;no&gt; payment</mark> works' in page
    assert 'against" title="Urgency: speaks against “Urgent”">please hurry.</mark>' in page
    assert "<no>" not in page


def test_a_ticket_says_how_sure_each_decision_is(ann, ticket):
    page = ann.see("/tickets/T/1")
    assert "Set; right at least 95 of 100 times when set." in page
    assert "Suggested only: not sure enough to be set, so a person decides." in page
    assert "91 %" in page
    assert "When payments fail" in page
    assert "Wait ten minutes." in page
    assert "Ann solved 12 like it." in page
    assert "2026.05.01-0a1b2c3d" in page


def test_a_label_is_confirmed_or_corrected_with_one_press(ann, parts, ticket):
    ann.see("/tickets/T/1")
    page = ann.send("/ticket-labels", {"ticket_id": "T/1", "topic": "invoices"})
    assert "Noted. Topic: invoices." in page
    assert "Said by Ann. The model said payments (91 %)." in page
    assert re.search(r'<button name="topic" value="invoices" aria-pressed="true">', page)
    ann.send("/ticket-labels", {"ticket_id": "T/1", "urgency": "high"})
    labels = parts.tickets.get("T/1").labels
    assert (labels.topic, labels.urgency, labels.churn_intent) == ("invoices", "high", "")


def test_a_label_that_the_team_does_not_have_is_refused(ann, parts, ticket):
    ann.see("/tickets/T/1")
    ann.send("/ticket-labels", {"ticket_id": "T/1", "topic": "weather"}, status=422)
    ann.send("/ticket-labels", {"ticket_id": "T/1"}, status=422)
    assert parts.tickets.get("T/1").labels.topic == ""


def test_a_correction_from_another_site_is_refused(ann, parts, ticket):
    form = {"ticket_id": "T/1", "topic": "invoices"}
    assert ann.client.post("/ticket-labels", data=form).status_code == 403
    assert parts.tickets.get("T/1").labels.topic == ""


def test_a_ticket_of_the_blind_sample_shows_no_prediction(ann, blind_ticket):
    page = ann.see("/tickets/T/1")
    assert "Blind sample" in page
    assert "<mark" not in page
    for hidden in ("91 %", "Set; right", "When payments fail", "speaks for"):
        assert hidden not in page
    queue = ann.see("/tickets")
    assert ">Blind sample<" in queue
    for hidden in (">payments</span>", ">Urgent</span>", ">May leave<"):
        assert hidden not in queue


def test_once_labelled_a_ticket_of_the_blind_sample_shows_what_was_predicted(ann, parts, blind_ticket):
    ann.see("/tickets/T/1")
    said = {"topic": "bookings", "urgency": "low", "churn_intent": "none"}
    page = ann.send("/ticket-labels", {"ticket_id": "T/1"} | said)
    assert "Noted. Topic: bookings, Urgency: Low, Leaving: No sign of leaving." in page
    assert "Said by Ann. The model said payments (91 %)." in page


def test_a_ticket_that_was_not_triaged_can_be_labelled(ann, parts, topics):
    parts.tickets.put_new([replace(TICKET, id="new", subject="")], NOW)
    page = ann.see("/tickets/new")
    assert "Without a subject" in page
    assert "Nothing was predicted; please choose." in page
    assert '<option value="payments">' in page


def test_a_ticket_says_who_has_it_open(ann, mia, ticket):
    assert "Nobody has it open." in ann.see("/tickets/T/1")
    assert "You have it open" in ann.send("/ticket-claims", {"ticket_id": "T/1"})
    page = mia.see("/tickets/T/1")
    assert "<b>Ann</b> has it open" in page
    assert "I work on it now" not in page
    assert "Ann has it open already." in mia.send("/ticket-claims", {"ticket_id": "T/1"})
    assert "Open at Ann" in mia.see("/tickets")
    assert "Nobody has it open." in ann.send("/ticket-claims", {"ticket_id": "T/1", "release": "1"})


def test_a_long_mail_is_cut_and_says_so(ann, parts, topics):
    parts.tickets.put_new([replace(TICKET, id="long", body="log line\n" * 10_000)], NOW)
    assert "Only the first 30,000 characters are shown." in ann.see("/tickets/long")


def test_a_ticket_that_is_not_there_is_told_on_a_page(ann, topics):
    ann.see("/tickets/none", status=404)


def test_tickets_are_for_people_who_work_on_them(browse, ticket):
    desk = browse("Desk", "helpdesk")
    desk.see("/tickets", status=403)
    desk.see("/tickets/T/1", status=403)


def test_a_label_that_came_with_the_ticket_says_so(ann, parts, topics):
    put(parts, replace(TICKET, topic="bookings"), TRIAGE)
    assert "Came with the ticket. The model said payments (91 %)." in ann.see("/tickets/T/1")


def test_a_later_label_counts(ann, parts, ticket):
    parts.tickets.correct(
        [
            Correction("T/1", NOW - timedelta(minutes=minutes), who, topic=topic)
            for minutes, who, topic in ((9, "Bo", "bookings"), (1, "Mia", "invoices"))
        ]
    )
    assert "Said by Mia." in ann.see("/tickets/T/1")
