"""Repeat issues: reading them, and what persons decide about them."""

from __future__ import annotations

from flask import Response, url_for

from api.auth import Caller
from api.errors import InvalidRequest
from api.issue_payloads import IssueChangeBody, IssueMergeBody, IssuesQuery, IssueTicketsBody
from api.issue_replies import IssuesReply, issue_reply, summary_reply
from api.replies import FaultReply
from api.reporting import change_issue, listed_issues
from api.routes.operation import operation, reply
from api.wiring import Parts


@operation("list_issues")
def list_issues(parts: Parts, caller: Caller, query: IssuesQuery) -> Response:
    """Give a page of issues."""
    found = listed_issues(parts, query.state)
    start = 0
    if query.cursor:
        ids = [issue.id for issue in found]
        if query.cursor not in ids:
            fault = FaultReply(field="cursor", detail="give the value of next from the page before")
            raise InvalidRequest((fault,))
        start = ids.index(query.cursor) + 1
    page = found[start : start + query.limit]
    following = page[-1].id if len(found) > start + query.limit else None
    return reply(IssuesReply(items=[summary_reply(issue) for issue in page], next=following))


@operation("read_issue")
def read_issue(parts: Parts, caller: Caller, issue_id: str) -> Response:
    """Give an issue."""
    return reply(issue_reply(parts.issues.issue(issue_id)))


@operation("change_issue")
def patch_issue(parts: Parts, caller: Caller, issue_id: str, body: IssueChangeBody) -> Response:
    """Keep what a person says of an issue."""
    change_issue(parts, issue_id, body, caller.name)
    return reply(issue_reply(parts.issues.issue(issue_id)))


@operation("merge_issue")
def merge_issue(parts: Parts, caller: Caller, issue_id: str, body: IssueMergeBody) -> Response:
    """Let an issue take up another."""
    parts.issues.merge(issue_id, body.other, caller.name, parts.now())
    return reply(issue_reply(parts.issues.issue(issue_id)))


@operation("split_issue")
def split_issue(parts: Parts, caller: Caller, issue_id: str, body: IssueTicketsBody) -> Response:
    """Split some tickets off."""
    fresh = parts.issues.split(issue_id, body.tickets, caller.name, parts.now())
    response = reply(issue_reply(parts.issues.issue(fresh)), 201)
    response.headers["Location"] = url_for("api.read_issue", issue_id=fresh)
    return response


@operation("move_to_issue")
def move_to_issue(parts: Parts, caller: Caller, issue_id: str, body: IssueTicketsBody) -> Response:
    """Move tickets here, all of them or none."""
    known = parts.tickets.get_many(body.tickets)
    faults = tuple(
        FaultReply(field=f"tickets.{place}", detail=f"there is no ticket {ticket!r}")
        for place, ticket in enumerate(body.tickets)
        if ticket not in known
    )
    if faults:
        raise InvalidRequest(faults)
    for ticket in body.tickets:
        parts.issues.move(ticket, issue_id, caller.name, parts.now())
    return reply(issue_reply(parts.issues.issue(issue_id)))
