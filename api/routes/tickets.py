"""Tickets: lists, one with all that is known of it, corrections, claims, and the review queue."""

from __future__ import annotations

from flask import Response

from api.auth import Caller
from api.current import measures_of_app
from api.cursors import from_cursor, to_cursor
from api.errors import InvalidRequest
from api.replies import FaultReply
from api.routes.operation import no_content, operation, reply
from api.routes.triage import told
from api.ticket_payloads import CorrectionBody, ReviewsQuery, TicketsQuery, correction_of
from api.ticket_replies import (
    ClaimReply,
    ReviewsReply,
    TicketsReply,
    review_reply,
    summary_reply,
    ticket_reply,
)
from api.wiring import Parts
from triage.store import TicketFilter


@operation("list_tickets")
def list_tickets(parts: Parts, caller: Caller, query: TicketsQuery) -> Response:
    """Give a page of tickets."""
    try:
        page = parts.desk.queue(wanted_tickets(query), from_cursor(query.cursor), query.limit)
    except ValueError:
        fault = FaultReply(field="cursor", detail="give the value of next from the page before")
        raise InvalidRequest((fault,)) from None
    following = to_cursor(page.after) if page.after else None
    return reply(TicketsReply(items=[summary_reply(one) for one in page.tickets], next=following))


@operation("read_ticket")
def read_ticket(parts: Parts, caller: Caller, ticket_id: str) -> Response:
    """Give a ticket."""
    view = parts.desk.view(ticket_id, now=parts.now(), reader=caller.name)
    shown = ticket_reply(view, caller.name)
    if shown.triage is not None and view.triage is not None:
        visible = {one.article_id for one in told(parts, caller, view.triage).suggested_articles}
        visible |= {one.article_id for one in view.articles} if caller.audiences is None else set()
        shown.triage.suggested_articles = [
            one for one in shown.triage.suggested_articles if one.article_id in visible
        ]
    return reply(shown)


@operation("correct_ticket")
def correct_ticket(parts: Parts, caller: Caller, ticket_id: str, body: CorrectionBody) -> Response:
    """Keep what a person says of a ticket."""
    correction = correction_of(ticket_id, body, caller.name, parts.now())
    parts.desk.correct(correction)
    measures_of_app().count_correction(correction)
    return no_content()


@operation("claim_ticket")
def claim_ticket(parts: Parts, caller: Caller, ticket_id: str) -> Response:
    """Claim a ticket, or tell whose it is."""
    claim = parts.desk.claim(ticket_id, caller.name, parts.now())
    return reply(
        ClaimReply(ticket_id=ticket_id, by=claim.by, until=claim.until, yours=claim.by == caller.name)
    )


@operation("release_ticket")
def release_ticket(parts: Parts, caller: Caller, ticket_id: str) -> Response:
    """End a claim."""
    parts.tickets.get(ticket_id)
    parts.desk.release(ticket_id, caller.name)
    return no_content()


@operation("review_queue")
def review_queue(parts: Parts, caller: Caller, query: ReviewsQuery) -> Response:
    """Give the first of the review queue."""
    entries = parts.desk.review_queue(query.limit, parts.now())
    return reply(ReviewsReply(items=[review_reply(one) for one in entries]))


@operation("skip_review")
def skip_review(parts: Parts, caller: Caller, ticket_id: str) -> Response:
    """Leave a ticket unlabelled."""
    parts.desk.skip_review(ticket_id, caller.name, parts.now())
    return no_content()


def wanted_tickets(query: TicketsQuery) -> TicketFilter:
    """The filter that a query describes."""

    def only(value: str | None) -> frozenset[str] | None:
        return None if value is None else frozenset({value})

    return TicketFilter(
        statuses=only(query.status),
        topics=only(query.topic),
        urgencies=only(query.urgency),
        teams=only(query.team),
        assignees=only(query.assignee),
        accounts=only(query.account),
        is_open=query.open,
        needs_person=query.needs_person,
        created_from=query.since,
    )
