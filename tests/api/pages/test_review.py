from __future__ import annotations

import re
from dataclasses import replace

from tests.api.conftest import NOW
from tests.api.pages.conftest import TICKET, TRIAGE, put
from triage.store import ReviewItem
from triage.types import Choice, Prediction

DOUBTFUL = replace(TRIAGE, topic=Prediction("payments", 0.41, False, (Choice("invoices", 0.38),)))


def queued(parts, ticket_id: str, triage=DOUBTFUL, why="below_threshold", worth: float = 0.9) -> None:
    put(
        parts,
        replace(TICKET, id=ticket_id, subject=f"Subject {ticket_id}"),
        replace(triage, ticket_id=ticket_id),
        ReviewItem(ticket_id, why, worth),
    )


def test_the_queue_says_why_a_ticket_needs_a_person(ann, parts, topics):
    queued(parts, "close")
    queued(parts, "odd", replace(TRIAGE, topic=Prediction("payments", 0.3, none_of_these=0.7)), "novel", 0.8)
    page = ann.see("/review")
    assert "Hard to tell apart: payments (41 %) or invoices (38 %)" in page
    assert "Perhaps none of the topics (70 %)" in page
    assert page.index("Subject close") < page.index("Subject odd")


def test_one_press_labels_a_ticket_and_shows_the_next(ann, parts, topics):
    queued(parts, "a")
    queued(parts, "b", worth=0.5)
    page = ann.see("/review")
    assert re.search(r'<button name="topic" value="payments" data-key="1">', page)
    page = ann.send("/ticket-labels", {"ticket_id": "a", "topic": "payments", "back": "review"})
    assert "Noted. Topic: payments." in page
    assert "Subject a" not in page
    assert "Subject b" in page


def test_every_topic_can_be_given(ann, parts, topics):
    queued(parts, "a")
    page = ann.see("/review")
    others = page.split('data-key="a"')[1].split("</select>")[0]
    assert re.findall(r'<option value="(\w+)">', others) == ["bookings", "money"]


def test_a_ticket_is_skipped_without_a_label(ann, parts, topics):
    queued(parts, "a")
    ann.see("/review")
    page = ann.send("/review/skip", {"ticket_id": "a"})
    assert "Nothing waits for a person." in page
    assert parts.tickets.get("a").labels.topic == ""


def test_the_blind_sample_comes_first_and_shows_no_prediction(ann, parts, topics):
    queued(parts, "plain")
    queued(parts, "blind", replace(DOUBTFUL, audited=True), worth=2.0)
    page = ann.see("/review")
    first, second = page.index("Subject blind"), page.index("Subject plain")
    assert first < second
    card = page[first:second]
    assert "Drawn for the blind sample" in card
    assert 'data-key="1"' not in card
    assert "41 %" not in card


def test_a_colleague_at_work_is_told(ann, mia, parts, topics):
    queued(parts, "a")
    parts.desk.claim("a", "Bo", NOW)
    assert "Open at Bo now" in ann.see("/review")


def test_a_message_cannot_bring_markup_of_its_own(ann, parts, topics):
    put(
        parts,
        replace(TICKET, id="x", subject="<script>1</script>", body="<img src=x>"),
        replace(DOUBTFUL, ticket_id="x"),
        ReviewItem("x", "below_threshold", 0.9),
    )
    page = ann.see("/review")
    assert "<script>1" not in page
    assert "<img src=x>" not in page
