from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from benchmarks.report import NOW, SAMPLE, WEEK, history
from triage.reading import read_tickets
from triage.types import Ticket


@pytest.fixture(scope="module")
def sample() -> list[Ticket]:
    return list(read_tickets(SAMPLE / "tickets.jsonl").tickets)


def ages(tickets: tuple[Ticket, ...]) -> Counter[int]:
    return Counter((NOW - ticket.created_at) // WEEK for ticket in tickets if ticket.created_at)


def test_a_year_is_the_sample_and_copies_in_the_weeks_before_it(sample: list[Ticket]):
    made = history(sample, 52, seed=1)
    assert {ticket.id for ticket in sample} <= {ticket.id for ticket in made}
    assert len({ticket.id for ticket in made}) == len(made) == len(sample) * 52 // 20
    by_week = ages(made)
    assert set(by_week) == set(range(52))
    assert min(by_week[week] for week in range(20, 52)) > 10


def test_a_copy_keeps_hours_and_what_came_after(sample: list[Ticket]):
    known = {ticket.id: ticket for ticket in sample}
    copies = [ticket for ticket in history(sample, 30, seed=1) if ticket.id not in known]
    for copy in copies:
        original = known[copy.id.rpartition("-")[0]]
        assert original.created_at is not None
        assert copy.created_at is not None
        assert (original.created_at - copy.created_at) % WEEK == timedelta()
        assert copy.topic == original.topic
        if original.solved_at:
            assert copy.solved_at == original.solved_at - (original.created_at - copy.created_at)


def test_of_fewer_weeks_the_last_ones_are_kept(sample: list[Ticket]):
    made = history(sample, 4, seed=1)
    assert set(ages(made)) == set(range(4))
    assert {ticket.id for ticket in made} < {ticket.id for ticket in sample}
