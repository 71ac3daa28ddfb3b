"""The ticket queue, and a ticket with what is thought of it, why, and what people say."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field, ValidationError

from api.auth import Caller, page_caller
from api.current import parts_of_app
from api.errors import InvalidRequest
from api.operations import LEADERS, STAFF
from api.pages.blueprint import pages
from api.pages.ticket_lists import named_tickets, page_of
from api.pages.ticket_shown import queue_rows, shown_ticket
from api.pages.wording import STATUSES, TASK_LABELS, TASK_TITLES, alarms_of, label_words
from api.payloads import QueryPayload
from api.replies import FaultReply
from api.wiring import Parts
from triage.routing import parse_teams
from triage.store import TicketFilter, TicketPage
from triage.types import TASKS, Correction

PAGE_SIZE = 25

Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00\r\n]*$")]


class QueueQuery(QueryPayload):
    """Which tickets the queue shows; empty means any, but unsolved ones where no status is given.

    With ``ids``, or ``report`` and ``list``, it is just those, whatever their status.
    """

    status: Word = ""
    topic: Word = ""
    team: Word = ""
    assignee: Word = ""
    urgency: Literal["", "low", "normal", "high", "urgent"] = ""
    needs_person: Literal["", "1"] = ""
    ids: Annotated[str, Field(max_length=4000, pattern=r"^[^\x00\r\n]*$")] = ""
    report: Word = ""
    list: Word = ""
    after: Annotated[str, Field(max_length=700, pattern=r"^[^\x00]*$")] = ""

    def as_filter(self) -> TicketFilter:
        """The store's filter."""
        return TicketFilter(
            statuses=frozenset({self.status}) if self.status not in {"", "any"} else None,
            is_open=True if not self.status else None,
            topics=_only(self.topic),
            teams=_only(self.team),
            assignees=_only(self.assignee),
            urgencies=_only(self.urgency),
            needs_person=True if self.needs_person else None,
        )


@pages.get("/tickets", endpoint="tickets")
def tickets() -> str:
    """Show a page of the queue."""
    parts = parts_of_app()
    caller = page_caller(parts, STAFF)
    try:
        query = QueueQuery.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from None
    found = _page(parts, query)
    filters = query.model_dump(exclude={"after"}, exclude_defaults=True)
    teams, assignees = _people(parts)
    return render_template(
        "tickets.html",
        alarms=alarms_of(parts.desk.quality(now=parts.now())) if caller.role in LEADERS else [],
        rows=queue_rows(parts, found.tickets),
        query=query,
        filtered=bool(filters),
        waiting=parts.tickets.count(TicketFilter(is_open=True, needs_person=True)),
        first=url_for("pages.tickets", **filters),
        following=url_for("pages.tickets", **filters, after=found.after) if found.after else "",
        statuses=STATUSES,
        urgencies=TASK_LABELS["urgency"],
        topics=_with(query.topic, [topic.name for topic in parts.desk.topics()]),
        teams=_with(query.team, teams),
        assignees=_with(query.assignee, assignees),
    )


@pages.get("/tickets/<path:ticket_id>", endpoint="ticket")
def ticket(ticket_id: str) -> str:
    """Show a ticket."""
    parts = parts_of_app()
    caller = page_caller(parts, STAFF)
    topics = [topic.name for topic in parts.desk.topics()]
    return render_template(
        "ticket.html",
        shown=shown_ticket(parts, caller, ticket_id, topics),
        topics=topics,
        tasks=TASK_TITLES,
        task_labels=TASK_LABELS,
    )


@pages.post("/ticket-labels", endpoint="correct_ticket")
def correct() -> ResponseReturnValue:
    """Keep what a person says of a ticket, and show it, or what is next in the review queue."""
    parts = parts_of_app()
    caller = page_caller(parts, STAFF)
    said = {task: label for task in TASKS if (label := request.form.get(task, ""))}
    if not said:
        raise InvalidRequest((FaultReply(field="label", detail="choose one"),))
    ticket_id = request.form.get("ticket_id", "")
    parts.desk.correct(
        Correction(ticket_id=ticket_id, corrected_at=parts.now(), corrected_by=caller.name, **said)
    )
    words = ", ".join(f"{TASK_TITLES[task]}: {label_words(label, task)}" for task, label in said.items())
    flash(f"Noted. {words}.")
    return redirect(_back(ticket_id), 303)


@pages.post("/ticket-claims", endpoint="claim_ticket")
def claim() -> ResponseReturnValue:
    """Say that one works on a ticket, or no longer does."""
    parts = parts_of_app()
    caller = page_caller(parts, STAFF)
    ticket_id = request.form.get("ticket_id", "")
    if request.form.get("release"):
        parts.desk.release(ticket_id, caller.name)
    else:
        _claim(parts, caller, ticket_id)
    return redirect(_back(ticket_id), 303)


def _page(parts: Parts, query: QueueQuery) -> TicketPage:
    named = named_tickets(parts, query.ids, query.report, query.list)
    try:
        if named is not None:
            return page_of(parts, named, query.after, PAGE_SIZE)
        return parts.desk.queue(query.as_filter(), query.after, PAGE_SIZE)
    except ValueError as error:
        raise InvalidRequest((FaultReply(field="after", detail=str(error)),)) from None


def _claim(parts: Parts, caller: Caller, ticket_id: str) -> None:
    held = parts.desk.claim(ticket_id, caller.name, parts.now())
    if held.by != caller.name:
        flash(f"{held.by} has it open already.")


def _people(parts: Parts) -> tuple[list[str], list[str]]:
    """Teams and people to choose from: those that are set up, and those that have tickets."""
    load = parts.tickets.load()
    set_up = parse_teams(parts.desk.teams().document)
    teams = {team.name for team in set_up} | set(load.teams)
    people = {member.name for team in set_up for member in team.members} | set(load.assignees)
    return sorted(teams - {""}), sorted(people - {""})


def _with(chosen: str, names: list[str]) -> list[str]:
    return names if not chosen or chosen in names else [chosen, *names]


def _only(name: str) -> frozenset[str] | None:
    return frozenset({name}) if name else None


def _back(ticket_id: str) -> str:
    if request.form.get("back") == "review":
        return url_for("pages.review")
    return url_for("pages.ticket", ticket_id=ticket_id)
