from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from api.reporting import keep
from reports.render.links import Links, list_name
from tests.api.conftest import NOW
from tests.api.pages.conftest import TICKET
from tests.reports.render.made_up import WEEK, full_report

LISTED = ("T-9001", "T-1034")  # of the report's first account that may leave


@pytest.fixture
def desk(parts, topics):
    """Four tickets, of which the newest is solved."""
    ids = ("x,y", "T-1034", "T-9001", "other")
    made = [
        replace(TICKET, id=one, subject=one, created_at=NOW - timedelta(hours=4 - place))
        for place, one in enumerate(ids)
    ]
    made[2] = replace(made[2], status="solved", solved_at=NOW)
    parts.tickets.put_new(made, NOW)
    return parts


def subjects(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/tickets/[^"]*">([^<]*)</a>', page)


def test_just_the_tickets_whose_ids_are_given_are_shown_solved_or_not(ann, desk):
    page = ann.see(Links("").tickets(("T-1034", "gone", "T-9001")))
    assert subjects(page) == ["T-9001", "T-1034"]
    assert "Just the tickets that the link names." in page
    ann.see("/tickets?ids=T-1034&after=x", status=422)


def test_just_the_tickets_of_a_list_of_a_report_are_shown(ann, desk):
    keep(desk, full_report())
    name = list_name(LISTED)
    assert subjects(ann.see(f"/tickets?report={WEEK}&list={name}")) == ["T-9001", "T-1034"]
    ann.see(f"/tickets?list={name}", status=422)
    ann.see(f"/tickets?report=2026-W60&list={name}", status=422)
