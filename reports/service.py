"""Repeat issues as others use them: grouped each week, joined as tickets arrive, changed by persons, reported."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from kb.embedder.port import Embedder
from reports.deciding import Deciding
from reports.errors import IssueNotFound, NothingToReport
from reports.hindsight import accounts_as_known, tickets_as_known
from reports.joining import Joiner
from reports.looking import Looking, all_accounts
from reports.periods import days_of, local_day, shifted, span
from reports.report import WeeklyReport
from reports.store import Grouping, IssueStore, Known
from reports.sunday import Sunday
from reports.types import Issue, Week
from reports.weekly import Sources, assemble, material_of
from reports.weekly.material import window_of
from triage.store import TicketStore
from triage.types import Ticket

UNTOLD = Sources()
_END = datetime(9999, 1, 1, tzinfo=UTC)
_KEPT_SECONDS = 60.0
_COMPARED = timedelta(weeks=26)  # tickets older than that do not draw new ones to their issue


@dataclass(frozen=True, slots=True, eq=False)
class _Recent:
    """What new tickets are compared with, and when it was looked at."""

    generation: tuple[int, int]
    looked_at: float
    assigned: Mapping[str, str]
    joiner: Joiner


class IssueDesk(Deciding):
    """Issues and their weekly report.

    Args:
        store: what is known of issues.
        tickets: the tickets and accounts.
        embedder: of tickets, or a function that gives it, so that it is loaded when it is first needed.
        zone: whose Monday begins a week.
        sources: what other parts of the program tell the report.
    """

    def __init__(
        self,
        store: IssueStore,
        tickets: TicketStore,
        embedder: Callable[[], Embedder],
        zone: ZoneInfo,
        sources: Sources = UNTOLD,
    ) -> None:
        super().__init__(store)
        self._tickets = tickets
        self._embedder = embedder
        self._zone = zone
        self._sources = sources
        self._looking = Looking(tickets, embedder)
        self._known: _Recent | None = None
        self._lock = threading.Lock()

    def issues(self, as_of: datetime | None = None) -> tuple[Issue, ...]:
        """All issues that have tickets, by id, as they were known at a moment or are known now."""
        known = self._store.known(as_of)
        return self._looking.issues(known, self._known_tickets(as_of), self._zone)

    def issue(self, issue_id: str, as_of: datetime | None = None) -> Issue:
        """An issue; one that was merged gives the issue that took it up.

        Raises:
            IssueNotFound: there is none of that id.
        """
        known = self._store.known(as_of)
        current = known.identities.current(issue_id)
        keys = known.identities.tickets(current)
        if not keys:
            raise IssueNotFound(issue_id)
        ids = [known.tickets.get(key, key) for key in keys]
        stored = [one.ticket for one in self._tickets.get_many(ids).values()]
        own = tickets_as_known(stored, as_of or _END)
        found = self._looking.issues(_only(known, current), own, self._zone)
        if not found:
            raise IssueNotFound(issue_id)
        return found[0]

    def issue_of(self, vector: NDArray[np.floating], ticket: Ticket) -> str:
        """The open issue that a new ticket belongs to, or empty; nothing is kept.

        Args:
            vector: (dimension,), of the ticket embedder.
            ticket: it belongs to the issue that it has already, if it does.
        """
        recent = self._recent(ticket.created_at)
        return recent.assigned.get(ticket.id) or recent.joiner.issue_of(vector)

    def join(self, ticket_id: str, issue_id: str, now: datetime) -> None:
        """Let a ticket belong to an issue until the week is grouped; nothing where it has one, or there is none."""
        known = self._store.known()
        current = known.identities.current(issue_id)
        if ticket_id in known.identities.assigned or current not in set(known.identities.assigned.values()):
            return
        joined = replace(known.identities, assigned={**known.identities.assigned, ticket_id: current})
        self._store.save(known.identities, joined, now)

    def regroup(self, now: datetime) -> Grouping | None:
        """Group the tickets of the weeks that ended since the last time, one week after the other.

        Returns:
            The last grouping made; None where no week has ended since.
        """
        sunday = Sunday(self._store, self._tickets, self._embedder(), self._zone, self._looking)
        return sunday.catch_up(now)

    def last_week(self, now: datetime) -> Week:
        """The last week that is over."""
        return shifted(Week.of(local_day(now, self._zone)), -1)

    def report(
        self, week: Week, *, now: datetime, as_of: datetime | None = None, restated: bool = False
    ) -> WeeklyReport:
        """Report on a week as it was known at its end, or as of another moment.

        Args:
            week: of the report.
            now: what lies ahead of it cannot be reported.
            as_of: a moment; only what was known by then counts. The week's end where none is given.
            restated: with all that is known today, of the same week.

        Raises:
            NothingToReport: the week has not begun, or no ticket had come by its end.
        """
        begin, end = span(week, self._zone)
        if begin >= now:
            raise NothingToReport(f"{week} has not begun.")
        moment = now if restated else min(as_of or end, now)
        known = self._store.known(moment)
        window = window_of(week, self._zone, moment, restated)
        tickets = tickets_as_known(self._all_tickets(), moment)
        in_time = [one for one in tickets if one.created_at and one.created_at < window.end]
        if not in_time or moment <= begin:
            raise NothingToReport(f"Nothing was known of {week} by {moment.isoformat(timespec='minutes')}.")
        day = min(days_of(week)[-1], local_day(moment, self._zone))
        accounts = accounts_as_known(all_accounts(self._tickets), day)
        issues = self._looking.issues(known, in_time, self._zone)
        name = self._zone.key
        return assemble(material_of(week, self._zone, name, window, in_time, accounts, issues, self._sources))

    def _recent(self, moment: datetime | None) -> _Recent:
        """The issues as they were known within the last minute: every ticket that joins changes them."""
        clock = time.monotonic()
        with self._lock:
            if self._known is None or clock - self._known.looked_at > _KEPT_SECONDS:
                generation = self._store.generation()
                if self._known is not None and self._known.generation == generation:
                    self._known = replace(self._known, looked_at=clock)
                else:
                    self._known = self._read(moment or datetime.now(UTC), generation, clock)
            return self._known

    def _read(self, moment: datetime, generation: tuple[int, int], clock: float) -> _Recent:
        known = self._store.known().identities
        if not known.assigned:
            return _Recent(generation, clock, {}, Joiner(np.empty((0, 0), np.float32), (), {}))
        ids, vectors = self._tickets.vectors(self._embedder().fingerprint, moment - _COMPARED)
        joiner = Joiner.of(vectors, [known.assigned.get(one, "") for one in ids])
        return _Recent(generation, clock, known.assigned, joiner)

    def _known_tickets(self, as_of: datetime | None) -> tuple[Ticket, ...]:
        return tickets_as_known(self._all_tickets(), as_of or _END)

    def _all_tickets(self) -> list[Ticket]:
        return [one.ticket for one in self._tickets.training_tickets()]


def _only(known: Known, issue: str) -> Known:
    """What is known of one issue."""
    own = {key: one for key, one in known.identities.assigned.items() if one == issue}
    return replace(known, identities=replace(known.identities, assigned=own))
