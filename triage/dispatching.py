"""Who takes a ticket and by when, for all tickets of a call: what holds for them is read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.clocks import due_times
from triage.routing import Solved, assign
from triage.store import TicketStore
from triage.store.encoding import is_open
from triage.team import TeamState
from triage.types import Account, Assignment, DueTimes, Ticket, Urgency

HISTORY = timedelta(days=180)  # that tells who solves what
_HISTORY_HOLDS = timedelta(minutes=10)  # it is long, so a few tickets more change nothing


@dataclass(slots=True)
class Dispatch:
    """What holds for all tickets of a call. ``load`` grows with each ticket that is given away."""

    state: TeamState
    history: Sequence[Solved]
    load: dict[str, int]
    accounts: Mapping[str, Account]
    now: datetime

    def assigned(self, ticket: Ticket, language: str, topic: str, urgency: Urgency) -> Assignment:
        """Suggest who takes a ticket; nobody where it is closed or there are no teams."""
        if not is_open(ticket) or not self.state.teams:
            return Assignment()
        chosen = assign(
            topic,
            urgency,
            language,
            ticket.channel,
            self.state.teams,
            self.history,
            self.load,
            self.now,
            parents=self.state.parents,
        )
        if chosen.assignee and not ticket.assignee:
            self.load[chosen.assignee] = self.load.get(chosen.assignee, 0) + 1
        return chosen

    def due(self, ticket: Ticket, team: str, urgency: Urgency) -> DueTimes:
        """When the first reply and the solution are due, by the clock of the team that has the ticket."""
        account = self.accounts.get(ticket.account_id)
        return due_times(
            ticket.created_at or self.now,
            urgency,
            self.state.sla,
            plan=account.plan if account is not None else "",
            team=team,
            channel=ticket.channel,
        )


class Dispatcher:
    """Reads what a dispatch goes by; the history of who solved what is read again every ten minutes."""

    def __init__(self, store: TicketStore) -> None:
        self._store = store
        self._history: tuple[datetime, tuple[Solved, ...]] | None = None

    def dispatch(self, state: TeamState, tickets: Sequence[Ticket], now: datetime) -> Dispatch:
        """Look at who has how much to do, and at the tickets' accounts."""
        ids = dict.fromkeys(ticket.account_id for ticket in tickets if ticket.account_id)
        accounts = self._store.accounts_of(list(ids)) if ids else {}
        history = self._solved(now) if state.teams else ()
        return Dispatch(state, history, dict(self._store.load().assignees), accounts, now)

    def _solved(self, now: datetime) -> tuple[Solved, ...]:
        known = self._history
        if known is None or not timedelta(0) <= now - known[0] < _HISTORY_HOLDS:
            solved = tuple(
                Solved(one.assignee, one.topic, one.language, one.count, one.median_hours)
                for one in self._store.solved_since(now - HISTORY)
            )
            known = self._history = (now, solved)
        return known[1]
