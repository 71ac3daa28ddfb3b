from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.api.pages.conftest import TICKET, TRIAGE, put
from triage.types import Topic


def names(parts) -> list[str]:
    return [topic.name for topic in parts.tickets.topics()]


@pytest.fixture
def three_tickets(parts, topics) -> None:
    """Three about payments, by people or models; one of them about a card."""
    put(parts, TICKET, TRIAGE)
    for ticket_id, body in (("card", "My card was refused"), ("cash", "Cash only?")):
        given = replace(TICKET, id=ticket_id, body=body, topic="payments")
        put(parts, given, replace(TRIAGE, ticket_id=ticket_id))


def test_topics_stand_as_a_tree_with_their_tickets(mia, three_tickets):
    page = mia.see("/topics")
    rows = re.findall(
        r'<li class="level-(\d)".*?<h2>(\w+)</h2>\s*<a[^>]*>(\d+ tickets?)</a>', page, re.DOTALL
    )
    assert rows == [
        ("0", "bookings", "0 tickets"),
        ("0", "money", "0 tickets"),
        ("1", "invoices", "0 tickets"),
        ("1", "payments", "3 tickets"),
    ]
    assert "Without a description it is found by its name alone." in page


def test_topics_are_for_those_who_lead(ann, topics):
    ann.see("/topics", status=403)
    assert 'href="/topics"' not in ann.see("/tickets")


def test_a_topic_is_added_and_described(mia, parts, topics):
    mia.see("/topics")
    page = mia.send("/topics", {"new": "1", "name": "staff", "description": "Who works when", "parent": ""})
    assert "staff is made." in page
    mia.send("/topics", {"name": "staff", "description": "Shifts & leave", "parent": "bookings"})
    assert Topic("staff", "Shifts & leave", "bookings") in parts.tickets.topics()


def test_a_topic_that_exists_is_not_made_again(mia, parts, topics):
    mia.see("/topics")
    page = mia.send(
        "/topics", {"new": "1", "name": "bookings", "description": "Mine", "parent": ""}, status=422
    )
    assert "exists already; describe that one" in page
    assert ">Mine</textarea>" in page
    assert Topic("bookings", "The calendar") in parts.tickets.topics()


def test_all_faults_of_a_change_are_told(mia, parts, topics):
    mia.see("/topics")
    page = mia.send("/topics", {"new": "1", "name": "", "parent": "nowhere"}, status=422)
    assert "a name needs text" in page
    assert "does not exist; make it first" in page


def test_a_renaming_is_seen_before_it_is_made(mia, parts, three_tickets):
    page = mia.see("/topics/rename?name=payments&to=cards")
    assert "Rename “payments” to “cards”?" in page
    assert "<b>3 tickets</b>" in page
    assert "payments" in names(parts)
    page = mia.send("/topics/rename", {"name": "payments", "to": "cards"})
    assert "payments is now called cards; 2 tickets had that label." in page
    assert names(parts) == ["bookings", "cards", "invoices", "money"]
    assert parts.tickets.get("card").labels.topic == "cards"


def test_a_name_that_is_taken_is_told_at_once(mia, topics):
    page = mia.see("/topics/rename?name=payments&to=invoices", status=422)
    assert "exists already; merge the two instead" in page
    assert '<button class="primary">Rename' not in page


def test_a_merge_is_seen_before_it_is_made(mia, parts, three_tickets):
    page = mia.see("/topics/merge?name=payments&to=invoices")
    assert "<b>3 tickets</b>" in page
    assert "“payments” will be gone" in page
    mia.send("/topics/merge", {"name": "payments", "to": "invoices"})
    assert names(parts) == ["bookings", "invoices", "money"]
    assert parts.tickets.get("cash").labels.topic == "invoices"


def test_a_merge_into_nothing_is_refused(mia, parts, topics):
    mia.see("/topics/merge?name=payments&to=weather", status=422)
    mia.see("/topics/merge?name=weather&to=payments", status=422)
    mia.send("/topics/merge", {"name": "payments", "to": "payments"}, status=422)
    assert "payments" in names(parts)


def test_a_split_chooses_tickets_by_their_words(mia, three_tickets):
    page = mia.see("/topics/split?name=payments&to=cards&words=CARD, chip")
    assert "1 of 3 are chosen" in page
    assert re.findall(r'name="ticket" value="([^"]+)"( checked)?', page)[0] == ("card", " checked")
    assert page.count(" checked>") == 1


def test_a_split_moves_the_chosen_tickets_to_a_new_topic(mia, parts, three_tickets):
    mia.see("/topics/split?name=payments&to=cards")
    form = {"name": "payments", "to": "cards", "description": "Cards alone", "ticket": ["card"]}
    assert "1 ticket moved from payments to cards." in mia.send("/topics/split", form)
    assert Topic("cards", "Cards alone") in parts.tickets.topics()
    assert parts.tickets.get("card").labels.topic == "cards"
    assert parts.tickets.get("cash").labels.topic == "payments"


def test_a_split_of_nothing_keeps_what_was_written(mia, parts, three_tickets):
    mia.see("/topics/split?name=payments&to=cards")
    page = mia.send(
        "/topics/split", {"name": "payments", "to": "cards", "description": "Cards alone"}, status=422
    )
    assert "choose the tickets that move" in page
    assert "Cards alone" in page
    assert "cards" not in names(parts)


def test_only_a_topic_that_nothing_uses_is_deleted(mia, parts, three_tickets):
    mia.see("/topics/delete?name=bookings")
    assert "bookings is deleted." in mia.send("/topics/delete", {"name": "bookings"})
    assert "is used by 3 tickets" in mia.send("/topics/delete", {"name": "payments"}, status=422)
    assert names(parts) == ["invoices", "money", "payments"]


def test_without_topics_the_page_invites_to_make_one(mia):
    assert "There are no topics yet." in mia.see("/topics")


def test_a_change_from_another_site_is_refused(mia, parts, topics):
    assert mia.client.post("/topics/rename", data={"name": "payments", "to": "hijacked"}).status_code == 403
    assert "payments" in names(parts)
