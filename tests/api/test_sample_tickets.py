from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from itertools import pairwise

from api.sample_tickets import SAMPLE, load_sample_tickets
from tests.api.conftest import NOW
from triage.clocks import parse_sla_table
from triage.reading import read_tickets
from triage.routing import parse_teams
from triage.store import TicketFilter


def test_teams_topics_and_tickets_of_the_sample_agree():
    tickets = read_tickets(SAMPLE / "tickets.jsonl").tickets
    topics = {one["topic"] for one in json.loads((SAMPLE / "topics.json").read_text("utf-8"))}
    teams = parse_teams(json.loads((SAMPLE / "teams.json").read_text("utf-8")), topics=topics)
    assert {one.topic for one in tickets} == topics
    assert {(one.team, one.assignee) for one in tickets} == {
        (team.name, member.name) for team in teams for member in team.members
    }
    assert {one.topic: one.team for one in tickets} == {
        topic: team.name for team in teams for topic in team.topics
    }
    assert parse_sla_table(json.loads((SAMPLE / "sla.json").read_text("utf-8"))).policies


def test_the_last_week_of_the_sample_is_the_last_complete_one(parts):
    assert load_sample_tickets(parts) == 672
    monday = NOW.replace(hour=0) - timedelta(days=NOW.weekday())
    newest = parts.tickets.list_tickets(limit=1).tickets[0].ticket.created_at
    assert monday - timedelta(days=7) <= newest < monday
    assert parts.tickets.count_accounts() == 150
    assert [parts.desk.setting(name).version for name in ("teams", "sla")] == [1, 1]


def test_nobody_has_labelled_the_open_tickets_and_nothing_lies_in_the_future(parts):
    load_sample_tickets(parts)
    seen = [one.ticket for one in parts.tickets.training_tickets()]
    counted = Counter(bool(one.topic) for one in seen if not one.solved_at)
    assert counted[True] == 0
    assert counted[False] == parts.tickets.count(TicketFilter(is_open=True)) > 20
    moments = [
        moment for one in seen for moment in (one.created_at, one.first_replied_at, one.solved_at) if moment
    ]
    assert max(moments) <= NOW


def test_loading_it_again_changes_nothing(parts):
    load_sample_tickets(parts)
    assert load_sample_tickets(parts) == 0


def test_the_weeks_come_one_after_another_and_the_clock_goes_on_as_before(parts):
    seen = []

    def look(total):
        seen.append((parts.now(), parts.tickets.count(), total))

    load_sample_tickets(parts, look)
    moments, counts, totals = zip(*seen, strict=True)
    assert all(later - earlier == timedelta(days=7) for earlier, later in pairwise(moments[:-1]))
    assert (moments[-1], parts.now(), len(seen)) == (NOW, NOW, 21)
    assert list(counts) == sorted(counts) and counts[0] < 60 and set(totals) == {672}
    newest = parts.tickets.list_tickets(limit=1).tickets[0]
    assert newest.received_at - newest.ticket.created_at < timedelta(days=7)
