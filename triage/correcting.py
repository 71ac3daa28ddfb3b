"""What follows when a person says what a ticket is about: who takes it, and by when, are decided anew."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from triage.dispatching import Dispatch, Dispatcher
from triage.errors import TicketNotFound, UnknownLabel
from triage.labelling import label_faults
from triage.making import BLIND_URGENCY, urgency_of
from triage.store import StoredTicket, TicketStore
from triage.store.encoding import is_open
from triage.team import TeamDecisions
from triage.types import Assignment, Correction, Triage


class Corrector:
    """Keeps corrections, and lets queue and clocks follow them."""

    def __init__(self, store: TicketStore, team: TeamDecisions) -> None:
        self._store = store
        self._team = team
        self._dispatcher = Dispatcher(store)

    def correct(self, correction: Correction, topics: Collection[str]) -> None:
        """Keep what a person says of a ticket; ``topics`` are those that the team has or had.

        A ticket that a person gave to somebody stays theirs; its due times follow the new labels all the same.

        Raises:
            UnknownLabel: a label is none of the team's; all faults are listed, nothing is kept.
            TicketNotFound: there is no such ticket.
        """
        faults = label_faults(correction, topics)
        if faults:
            raise UnknownLabel(tuple(faults))
        self._store.correct([correction])
        if correction.topic:
            with suppress(TicketNotFound):
                self._store.close_review(
                    correction.ticket_id, "done", correction.corrected_by, correction.corrected_at
                )
        if correction.topic or correction.urgency:
            self._dispatch_anew(correction.ticket_id, correction.corrected_at)

    def _dispatch_anew(self, ticket_id: str, now: datetime) -> None:
        stored, made = self._store.get(ticket_id), self._store.triage(ticket_id)
        if made is None or stored.forgotten or (made.triage.noise and not stored.labels.topic):
            return
        dispatch = self._dispatcher.dispatch(self._team.state(), [stored.ticket], now)
        again = _dispatched(stored, made.triage, dispatch)
        given = again.assignment
        moved = _is_free(stored, made.triage) and given.team and is_open(stored.ticket)
        with self._store.together():
            if (again.assignment, again.due) != (made.triage.assignment, made.triage.due):
                self._store.save_triages([again], now, {ticket_id: stored.needs_person})
            if moved and (given.team, given.assignee) != (stored.ticket.team, stored.ticket.assignee):
                self._store.assign_many({ticket_id: given}, now)


def _dispatched(stored: StoredTicket, before: Triage, dispatch: Dispatch) -> Triage:
    ticket, labels = stored.ticket, stored.labels
    topic = labels.topic or ("" if before.audited else before.topic.label)
    urgency = urgency_of(labels.urgency or (BLIND_URGENCY if before.audited else before.urgency.label))
    free = _is_free(stored, before)
    # Who has the ticket by our suggestion counts with it already, and keeps it where the team stays the same.
    unassigned = replace(ticket, assignee="") if free else ticket
    given = dispatch.assigned(unassigned, ticket.language or before.language, topic, urgency)
    if free and ticket.assignee and given.team == ticket.team:
        given = Assignment(given.team, ticket.assignee, before.assignment.why)
    team = given.team if free else ticket.team
    return replace(before, assignment=given, due=dispatch.due(ticket, team or given.team, urgency))


def _is_free(stored: StoredTicket, before: Triage) -> bool:
    """Whether nobody has the ticket, or only whom we gave it to."""
    held = (stored.ticket.team, stored.ticket.assignee)
    return held in {("", ""), (before.assignment.team, before.assignment.assignee)}
