"""What is done at the end of each week: tickets are grouped, and issues change their state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kb.embedder.port import Embedder
from reports.faces import faces_of
from reports.gathering import Gathered, corrected_issues, gather
from reports.hindsight import accounts_as_known, tickets_as_known
from reports.looking import Looking, all_accounts
from reports.periods import local_day
from reports.regrouping import moments, regrouped, week_ended
from reports.states import first_told, next_change
from reports.store import Grouping, IssueStore
from reports.types import Issue, StateChange
from reports.weekly import Material, Sources, material_of
from reports.weekly.material import window_of
from reports.weekly.pages import verification_of
from triage.store import TicketStore
from triage.types import Account, Ticket


class Sunday:
    """Catches up on the weeks that have ended."""

    def __init__(
        self, store: IssueStore, tickets: TicketStore, embedder: Embedder, zone: ZoneInfo, looking: Looking
    ) -> None:
        self._store = store
        self._tickets = tickets
        self._embedder = embedder
        self._zone = zone
        self._looking = looking

    def catch_up(self, now: datetime) -> Grouping | None:
        """Group week by week; None where no week has ended since the last time."""
        gathered = gather(self._tickets, self._embedder, None, now)
        if not gathered.members:
            return None
        first = min(member.created_at for member in gathered.members)
        ends = moments(self._store.last_grouping(), first, now, self._zone)
        tickets = [one.ticket for one in self._tickets.training_tickets()] if ends else []
        accounts = list(all_accounts(self._tickets)) if ends else []
        made = None
        for end in ends:
            made = self._group(gathered.until(end), end)
            self._change_states(tickets, accounts, end)
        return made

    def _group(self, gathered: Gathered, at: datetime) -> Grouping:
        before = self._store.known()
        corrected = corrected_issues(self._tickets, (one.ticket_id for one in gathered.members))
        told = {*before.fixes, *before.kinds, *before.identities.dismissed}
        after = regrouped(before.identities, gathered, corrected, at, told)
        self._store.save(before.identities, after, at, {one.key: one.ticket_id for one in gathered.members})
        faces = faces_of(gathered, after.assigned, before.faces)
        self._store.show({one: face for one, face in faces.items() if before.faces.get(one) != face}, at)
        grouped = sum(member.key in after.assigned for member in gathered.members)
        made = Grouping(at, len(gathered.members), grouped, len(set(after.assigned.values())))
        self._store.add_grouping(made)
        return made

    def _change_states(self, tickets: Sequence[Ticket], accounts: Sequence[Account], at: datetime) -> None:
        known = self._store.known()
        then = tickets_as_known(tickets, at)
        issues = self._looking.issues(known, then, self._zone)
        week = week_ended(at, self._zone)
        window = replace(window_of(week, self._zone, at, False), end=at)
        material = material_of(
            week,
            self._zone,
            self._zone.key,
            window,
            then,
            accounts_as_known(accounts, week_day(window.end, self._zone)),
            issues,
            Sources(),
        )
        changes = {issue.id: _change(material, issue) for issue in issues}
        self._store.add_states({one: change for one, change in changes.items() if change}, at)


def week_day(end: datetime, zone: ZoneInfo) -> date:
    """The day on which a time ends."""
    return local_day(end - timedelta(microseconds=1), zone)


def _change(material: Material, issue: Issue) -> StateChange | None:
    """The change of an issue's state, if any; its first state is told too."""
    change = next_change(
        issue, material.trends.get(issue.id), verification_of(material, issue), material.today
    )
    if change is None and not issue.states and issue.state == "new":
        return StateChange("new", material.today, first_told(issue))
    return change
