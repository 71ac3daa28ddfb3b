"""The tickets of the demo company, moved to the present: its last week becomes the last complete one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from api.wiring import Parts
from triage.reading import read_accounts, read_tickets
from triage.store.encoding import is_open
from triage.team import SLA, TEAMS
from triage.types import Account, Ticket, Topic

SAMPLE = Path(__file__).parents[1] / "sample" / "tickets"
WHO = "demo"
WEEK = timedelta(weeks=1)


def load_sample_tickets(own: Parts, each_week: Callable[[int], None] = lambda total: None) -> int:
    """Store the demo company's topics, teams, promises, accounts and tickets; where they are there, nothing changes.

    The tickets come week by week, as they would have, and after each of them ``each_week`` is called with how many
    there are in all; the clock of the parts stands at the end of that week then.

    Returns:
        How many tickets were stored.
    """
    tickets = read_tickets(SAMPLE / "tickets.jsonl").tickets
    if own.tickets.get_many([max(tickets, key=_came).id]):
        return 0
    now = own.now()
    shift = _shift(tickets, now)
    described = json.loads((SAMPLE / "topics.json").read_text("utf-8"))
    own.desk.put_topics([Topic(one["topic"], one["description"]) for one in described], WHO, now)
    for name in (TEAMS, SLA):
        if own.desk.setting(name).version == 0:
            document = json.loads((SAMPLE / f"{name}.json").read_text("utf-8"))
            own.desk.set_setting(name, document, 0, WHO, now)
    accounts = [_moved_account(one, shift) for one in read_accounts(SAMPLE / "accounts.csv").accounts]
    own.accounts.put_accounts(accounts, now=now)
    moved = sorted((_as_of(_moved(one, shift), now) for one in tickets), key=_came)
    stored = 0
    for end in _week_ends(_came(moved[0]), now):
        of_week = [one for one in moved if end - WEEK <= _came(one) < end]
        with _as_if(own, min(end, now)):
            stored += len(own.desk.put(of_week, now=own.now()).new)
            each_week(len(moved))
    return stored


@contextmanager
def _as_if(own: Parts, moment: datetime) -> Iterator[None]:
    """Let the parts go by a moment of the past."""
    clock = own.now
    own.now = lambda: moment
    try:
        yield
    finally:
        own.now = clock


def _week_ends(first: datetime, now: datetime) -> Iterator[datetime]:
    end = _monday(first)
    while end < now:
        end += WEEK
        yield end


def _came(ticket: Ticket) -> datetime:
    if ticket.created_at is None:
        raise ValueError(f"ticket {ticket.id} of the demo company has no moment")
    return ticket.created_at


def _shift(tickets: Sequence[Ticket], now: datetime) -> timedelta:
    last = max(map(_came, tickets))
    return timedelta(weeks=((_monday(now) - _monday(last)).days // 7) - 1)


def _monday(moment: datetime) -> datetime:
    day = moment - timedelta(days=moment.weekday())
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def _moved(ticket: Ticket, shift: timedelta) -> Ticket:
    def later(moment: datetime | None) -> datetime | None:
        return None if moment is None else moment + shift

    return replace(
        ticket,
        created_at=later(ticket.created_at),
        first_replied_at=later(ticket.first_replied_at),
        solved_at=later(ticket.solved_at),
    )


def _as_of(ticket: Ticket, now: datetime) -> Ticket:
    """What is known of a ticket now. Nobody has labelled the open ones yet, so that there is something to review."""
    if ticket.solved_at is not None and ticket.solved_at > now:
        ticket = replace(ticket, solved_at=None, status="open", csat=None)
    if ticket.first_replied_at is not None and ticket.first_replied_at > now:
        ticket = replace(ticket, first_replied_at=None)
    if is_open(ticket):
        ticket = replace(ticket, topic="", urgency="", churn_intent="", issue_id="")
    return ticket


def _moved_account(account: Account, shift: timedelta) -> Account:
    def later(day: date | None) -> date | None:
        return None if day is None else day + shift

    return replace(
        account,
        signed_up_on=later(account.signed_up_on),
        renews_on=later(account.renews_on),
        churned_on=later(account.churned_on),
    )
