"""The rows of the table of HTTP operations that are about tickets."""

from __future__ import annotations

from api.described import EVERYONE, LEADERS, STAFF, Operation
from api.quality_replies import QualityReply
from api.ticket_payloads import (
    BatchBody,
    CorrectionBody,
    DocumentBody,
    MergeBody,
    RenameBody,
    ReviewsQuery,
    SplitBody,
    TicketBody,
    TicketsQuery,
    TopicsBody,
)
from api.ticket_replies import (
    BatchReply,
    ClaimReply,
    DocumentReply,
    MovedReply,
    ReviewsReply,
    TicketReply,
    TicketsReply,
    TopicsReply,
)
from api.triage_replies import TriageReply

_TICKET = "/tickets/<path:ticket_id>"

_TRIAGE: dict[str, Operation] = {
    "triage": Operation(
        "POST",
        "/triage",
        "Store a ticket and tell its topic, urgency, churn risk, who should take it by when, and why",
        EVERYONE,
        takes=TicketBody,
        gives=TriageReply,
        repeatable=True,
    ),
    "triage_batch": Operation(
        "POST",
        "/triage/batch",
        "The same for up to 500 tickets: a result or a problem for each, in order",
        EVERYONE,
        takes=BatchBody,
        gives=BatchReply,
        repeatable=True,
    ),
    "quality": Operation(
        "GET",
        "/triage/quality",
        "What was promised beside what is measured on the blind sample, and drift of the mix",
        LEADERS,
        gives=QualityReply,
    ),
}

_TICKETS: dict[str, Operation] = {
    "list_tickets": Operation(
        "GET", "/tickets", "Tickets, the newest first", STAFF, query=TicketsQuery, gives=TicketsReply
    ),
    "review_queue": Operation(
        "GET",
        "/tickets/reviews",
        "Tickets that need a person, what teaches most first",
        STAFF,
        query=ReviewsQuery,
        gives=ReviewsReply,
    ),
    "read_ticket": Operation(
        "GET", _TICKET, "A ticket with all that is known of it", STAFF, gives=TicketReply
    ),
    "correct_ticket": Operation(
        "POST",
        f"{_TICKET}/corrections",
        "Say what is right; it counts in training",
        EVERYONE,
        takes=CorrectionBody,
        statuses=(204,),
        repeatable=True,
    ),
    "claim_ticket": Operation(
        "POST",
        f"{_TICKET}/claim",
        "Say that you work on it now; a colleague's claim stays and is told",
        STAFF,
        gives=ClaimReply,
        repeatable=True,
    ),
    "release_ticket": Operation("DELETE", f"{_TICKET}/claim", "End your claim", STAFF, statuses=(204,)),
    "skip_review": Operation(
        "POST",
        f"{_TICKET}/skip",
        "Take it out of the review queue without a label",
        STAFF,
        statuses=(204,),
        repeatable=True,
    ),
}

_TEAM: dict[str, Operation] = {
    "list_topics": Operation("GET", "/topics", "The team's topics", EVERYONE, gives=TopicsReply),
    "put_topics": Operation(
        "PUT",
        "/topics",
        "Make topics, or give them other descriptions and places; all of them or none",
        LEADERS,
        takes=TopicsBody,
        gives=TopicsReply,
    ),
    "delete_topic": Operation(
        "DELETE",
        "/topics/<topic>",
        "Delete a topic that nothing uses",
        LEADERS,
        statuses=(204,),
        refusing=True,
    ),
    "rename_topic": Operation(
        "POST",
        "/topics/rename",
        "Rename a topic in all labels, predictions and settings",
        LEADERS,
        takes=RenameBody,
        gives=MovedReply,
        repeatable=True,
    ),
    "merge_topics": Operation(
        "POST",
        "/topics/merge",
        "Make several topics one that exists",
        LEADERS,
        takes=MergeBody,
        gives=MovedReply,
        repeatable=True,
    ),
    "split_topic": Operation(
        "POST",
        "/topics/split",
        "Move tickets of a topic to others",
        LEADERS,
        takes=SplitBody,
        statuses=(204,),
        repeatable=True,
    ),
    "read_settings": Operation(
        "GET",
        "/settings/<document>",
        "Teams, SLA table or policy, with the version that a change has to name",
        LEADERS,
        gives=DocumentReply,
        refusing=True,
    ),
    "put_settings": Operation(
        "PUT",
        "/settings/<document>",
        "Set teams, SLA table or policy; refused where another has changed them meanwhile",
        LEADERS,
        takes=DocumentBody,
        gives=DocumentReply,
        contested=True,
    ),
}

TICKET_OPERATIONS: dict[str, Operation] = _TRIAGE | _TICKETS | _TEAM
