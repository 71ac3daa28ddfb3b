"""The replay: each week is judged by what was known before it, and what it saves is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kb.embedder.hashing import HashingEmbedder
from training.errors import NothingToLearn
from training.replay import Assumptions, replay
from training.replay_command import labelled
from training.replay_page import page_of
from triage.types import Ticket

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
TEXTS = {
    "billing": "The invoice {0} shows a charge that we were billed for twice, refund it please.",
    "login": "Nobody of team {0} can sign in, the password page turns us away again.",
}
EMBEDDER = HashingEmbedder(dimension=64)


def ticket(number: int, week: int, topic: str, minutes: float = 30) -> Ticket:
    at = FIRST + timedelta(weeks=week, minutes=number)
    return Ticket(
        id=f"T{number:03d}",
        body=TEXTS[topic].format(number),
        created_at=at,
        first_replied_at=at + timedelta(minutes=minutes),
        topic=topic,
        urgency="urgent",
        team={"billing": "Money", "login": "Access"}[topic],
    )


def past(weeks: int, minutes: float = 30) -> list[Ticket]:
    topics = ("billing", "login")
    return [
        ticket(week * 40 + one, week, topics[one % 2], minutes) for week in range(weeks) for one in range(40)
    ]


def run(tickets: list[Ticket], assumed: Assumptions | None = None):
    labels = ("billing", "login")
    data = labelled(tickets, labels, EMBEDDER)
    return replay(tickets, data, labels, [], EMBEDDER, assumed or Assumptions(), lambda step: None)


def test_weeks_without_enough_before_them_are_not_judged():
    found = run(past(4))
    assert [week.week for week in found.weeks] == ["2026-W12", "2026-W13"]
    assert [week.known_before for week in found.weeks] == [80, 120]


def test_a_week_is_the_same_whatever_comes_after_it():
    assert run(past(4)).weeks[0] == run(past(3)).weeks[0]


def test_what_is_set_saves_minutes_and_goes_to_the_team_that_took_such_tickets():
    (week,) = run(past(3), Assumptions(stated=0.1)).weeks
    assert (week.accuracy, week.misroutes) == (1.0, 0)
    assert week.minutes_saved == pytest.approx(3.0 * week.coverage * 40, abs=0.1)
    assert week.coverage > 0.5
    assert week.load["Money"] + week.load["Access"] + week.load["a person routes"] == 40


def test_a_reply_that_was_late_by_less_than_routing_takes_would_have_been_in_time():
    (week,) = run(past(3, minutes=62), Assumptions(stated=0.1)).weeks
    assert week.sla_gained == round(week.coverage * 40)
    assert week.sla_lost == 0


def test_too_little_of_the_past_is_said():
    with pytest.raises(NothingToLearn, match="import more of the past"):
        run(past(1))


def test_the_page_tells_the_sums_and_each_week():
    found = run(past(4))
    page = page_of(found)
    assert f"{found.totals['accuracy']:.1%} of the topics were right" in page
    assert [page.count(week.week) > 0 for week in found.weeks] == [True, True]
    assert page.count("<svg") == 2
