"""One row, whatever file or request it came in, to a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from triage.reading.columns import Columns
from triage.types import CHURN_INTENTS, URGENCIES, RowFault, Ticket

TICKET_FIELDS = (
    *("id", "created_at", "channel", "subject", "body", "language", "customer_id", "account_id", "status"),
    *("priority", "tags", "team", "assignee", "first_replied_at", "solved_at", "reopened", "csat"),
    *("topic", "urgency", "churn_intent", "issue_id"),
)
CLOCK_SKEW = timedelta(minutes=5)  # between the machine that wrote a moment and this one
_LONGEST_ID = 255
_NAMES = ("id", "customer_id", "account_id", "team", "assignee", "topic", "issue_id")


def ticket_of(
    row: Mapping[str, object],
    line: int,
    *,
    default_id: str = "",
    default_zone: ZoneInfo | None = None,
    now: datetime | None = None,
) -> Ticket | list[RowFault]:
    """Makes a ticket of ``row``, or lists all that is wrong with it.

    Args:
        row: Values by column, as text or as the JSON types; columns without a field become attributes.
        line: Where the row stands, for the faults.
        default_id: The id of a row that has none.
        default_zone: The zone of moments that are written without one; without it they are faults.
        now: The present; a ticket created later than five minutes from it is a fault.
    """
    columns = Columns(row, line)
    ticket = Ticket(
        id=columns.word("id") or default_id,
        subject=columns.text("subject").strip(),
        body=columns.text("body"),
        created_at=columns.moment("created_at", default_zone),
        channel=columns.word("channel"),
        language=columns.word("language").lower(),
        customer_id=columns.word("customer_id"),
        account_id=columns.word("account_id"),
        status=columns.word("status").lower(),
        priority=columns.word("priority"),
        tags=columns.words("tags"),
        team=columns.word("team"),
        assignee=columns.word("assignee"),
        first_replied_at=columns.moment("first_replied_at", default_zone),
        solved_at=columns.moment("solved_at", default_zone),
        reopened=columns.count("reopened") or 0,
        csat=columns.number("csat", least=1, most=5),
        topic=columns.word("topic"),
        urgency=columns.choice("urgency", URGENCIES),
        churn_intent=columns.choice("churn_intent", CHURN_INTENTS),
        issue_id=columns.word("issue_id"),
        attributes=columns.others(TICKET_FIELDS),
    )
    _check_words(columns, ticket)
    _check_moments(columns, ticket, now)
    return columns.faults or ticket


def _check_words(columns: Columns, ticket: Ticket) -> None:
    unread = any(fault.column in {"subject", "body"} for fault in columns.faults)
    if not unread and not ticket.subject and not ticket.body.strip():
        columns.fault("body", "is empty, and so is the subject; a ticket needs one of them")
    for name in _NAMES:
        value: str = getattr(ticket, name)
        if len(value) > _LONGEST_ID:
            columns.fault(name, f"has {len(value)} characters; at most {_LONGEST_ID} are kept")


def _check_moments(columns: Columns, ticket: Ticket, now: datetime | None) -> None:
    created = ticket.created_at
    if created is None:
        return
    if now is not None and created > now + CLOCK_SKEW:
        columns.fault("created_at", f"{created.isoformat()} lies in the future")
    for name, moment in (("first_replied_at", ticket.first_replied_at), ("solved_at", ticket.solved_at)):
        if moment is not None and moment < created:
            columns.fault(name, f"{moment.isoformat()} is before created_at, {created.isoformat()}")
