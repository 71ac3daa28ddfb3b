from __future__ import annotations

import json
import zlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from api.sample_issues import WHO, live_through
from api.sample_tickets import SAMPLE
from reports.service import IssueDesk
from reports.store import IssueStore
from triage.reading import read_accounts, read_tickets
from triage.store import TicketStore
from triage.text import clean

TICKETS = read_tickets(SAMPLE / "tickets.jsonl").tickets
END = datetime(2026, 11, 16, tzinfo=UTC)


class Knowing:
    """An embedder that knows which planted issue a ticket is of."""

    fingerprint = "knowing"
    dimension = 48
    max_tokens = 100

    def __init__(self, tickets):
        self._about = {clean(one.subject, one.body).text: one.issue_id for one in tickets}

    def encode(self, texts):
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text):
        about = self._about[text]
        own = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(self.dimension)
        shared = np.random.default_rng(zlib.crc32(about.encode())).standard_normal(self.dimension)
        vector = shared + 0.3 * own if about else own
        return (vector / np.linalg.norm(vector)).astype(np.float32)

    def count_tokens(self, texts):
        return [len(text.split()) for text in texts]


def test_what_is_said_to_be_fixed_is_planted_and_had_come_by_then():
    for fix in json.loads((SAMPLE / "fixes.json").read_text("utf-8")):
        came = [one.created_at.date() for one in TICKETS if one.issue_id == fix["issue_id"]]
        assert min(came) < date.fromisoformat(fix["fixed_on"])
        assert fix["fixed_in"]


def test_the_weeks_tell_of_the_fix_that_held_for_a_while(engine):
    named = ("reminders-twice", "charged-twice", "payout-late")
    chosen = [one for one in TICKETS if one.issue_id in named] + [one for one in TICKETS if not one.issue_id][
        :60
    ]
    store = TicketStore(engine)
    store.upsert(chosen, END)
    store.put_accounts(read_accounts(SAMPLE / "accounts.csv").accounts, END)
    desk = IssueDesk(IssueStore(engine), store, lambda: Knowing(chosen), ZoneInfo("UTC"))
    live_through(desk, ZoneInfo("UTC"), END)
    about = {one.id: one.issue_id for one in chosen}
    found = {about[issue.tickets[-1]]: issue for issue in desk.issues() if len(issue.tickets) > 9}
    assert found.keys() == set(named)
    reminders = found["reminders-twice"]
    assert (reminders.fixed_on, reminders.fixed_in) == (date(2026, 9, 6), "WREN-482")
    told = [(one.state, one.by) for one in reminders.states]
    assert told[-3:] == [("fixed", WHO), ("verified", ""), ("regressed", "")]
    assert date(2026, 11, 2) < reminders.states[-1].on <= date(2026, 11, 15)
    payout = {one.state: one.on for one in found["payout-late"].states}
    assert payout["growing"] - date(2026, 9, 21) < timedelta(weeks=2)
    assert found["payout-late"].state != "growing"
