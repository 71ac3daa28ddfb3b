"""The demo company's weeks gone through one by one: tickets are grouped, and its people say what they repaired."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.sample_tickets import SAMPLE
from api.wiring import Parts
from reports.service import IssueDesk
from triage.reading import read_tickets

WHO = "demo"
_SAID_AT = time(9)  # on the Monday after


def group_sample_weeks(own: Parts) -> None:
    """Group the tickets of all weeks that ended, as they came in the demo."""
    first = read_tickets(SAMPLE / "tickets.jsonl").tickets[0]
    stored = own.tickets.get_many([first.id])[first.id].ticket
    moved = (stored.created_at or own.now()) - (first.created_at or own.now())
    live_through(own.issues, ZoneInfo(own.settings.time_zone), own.now(), moved)


def live_through(desk: IssueDesk, zone: ZoneInfo, now: datetime, moved: timedelta = timedelta()) -> None:
    """Group week by week; what the company repaired is said on the Monday after.

    What is said to be fixed is the issue that then holds most tickets of the planted one, if any does.

    Args:
        desk: of the sample's tickets.
        zone: whose Monday begins a week.
        now: up to when.
        moved: by how much the sample's tickets were moved in time.
    """
    planted: dict[str, set[str]] = defaultdict(set)
    for ticket in read_tickets(SAMPLE / "tickets.jsonl").tickets:
        planted[ticket.issue_id].add(ticket.id)
    fixes = json.loads((SAMPLE / "fixes.json").read_text("utf-8"))
    for fix in sorted(fixes, key=lambda one: str(one["fixed_on"])):
        on = date.fromisoformat(fix["fixed_on"]) + moved
        said = datetime.combine(on + timedelta(days=7 - on.weekday()), _SAID_AT, zone)
        desk.regroup(said)
        held = Counter({one.id: len(planted[fix["issue_id"]] & set(one.tickets)) for one in desk.issues()})
        for issue, tickets in held.most_common(1):
            if tickets:
                desk.fixed(issue, on, fix["fixed_in"], WHO, said)
    desk.regroup(now)
