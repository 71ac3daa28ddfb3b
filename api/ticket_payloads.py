"""What comes in about tickets: pydantic models, and how they become values of ``triage``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, JsonValue, WithJsonSchema

from api.payloads import Line, Name, Payload, QueryPayload
from kb.types import Fault
from triage.errors import InvalidTicket
from triage.reading import ticket_of
from triage.types import Correction, Ticket, Topic

MOST_TICKETS = 500

_Text = Annotated[JsonValue, WithJsonSchema({"type": ["string", "null"]})]
_Moment = Annotated[JsonValue, WithJsonSchema({"type": ["string", "null"], "format": "date-time"})]
_Count = Annotated[JsonValue, WithJsonSchema({"type": ["integer", "null"], "minimum": 0})]
_Stars = Annotated[JsonValue, WithJsonSchema({"type": ["number", "null"], "minimum": 1, "maximum": 5})]
_Words = Annotated[
    JsonValue, WithJsonSchema({"type": ["array", "string", "null"], "items": {"type": "string"}})
]
_Urgency = Annotated[JsonValue, WithJsonSchema({"enum": ["", "low", "normal", "high", "urgent", None]})]
_Intent = Annotated[JsonValue, WithJsonSchema({"enum": ["", "none", "at_risk", "explicit", None]})]
TicketId = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
DocumentName = Literal["teams", "sla", "policy"]


class TicketBody(Payload):
    """A ticket; only ``body`` or ``subject`` is needed, and what has no field of its own is kept as an attribute.

    Labels are those that people gave. With ``dry_run`` nothing is stored.
    """

    # Values are read by the rules of ticket files, so that all their faults are told together.
    model_config = ConfigDict(extra="allow", strict=True)

    id: _Text = None
    created_at: _Moment = None
    channel: _Text = None
    subject: _Text = None
    body: _Text = None
    language: _Text = None
    customer_id: _Text = None
    account_id: _Text = None
    status: _Text = None
    priority: _Text = None
    tags: _Words = None
    team: _Text = None
    assignee: _Text = None
    first_replied_at: _Moment = None
    solved_at: _Moment = None
    reopened: _Count = None
    csat: _Stars = None
    topic: _Text = None
    urgency: _Urgency = None
    churn_intent: _Intent = None
    issue_id: _Text = None
    dry_run: bool = False


class BatchBody(Payload):
    """Tickets that are each triaged by themselves; one that is faulty does not keep the others out."""

    tickets: Annotated[
        list[Annotated[JsonValue, WithJsonSchema({"type": "object"})]],
        Field(min_length=1, max_length=MOST_TICKETS),
    ]
    dry_run: bool = False


class CorrectionBody(Payload):
    """What a person says of a ticket; at least one of them."""

    topic: Line | None = None
    urgency: Line | None = None
    churn_intent: Line | None = None
    issue_id: Line | None = None


class TopicBody(Payload):
    """A topic; ``parent`` names the wider one it lies below, or is empty."""

    name: Name
    description: Annotated[str, Field(max_length=5000, pattern=r"^[^\x00]*$")] = ""
    parent: Line = ""


class TopicsBody(Payload):
    """Topics to make, or to give another description or place."""

    topics: Annotated[list[TopicBody], Field(min_length=1, max_length=500)]


class RenameBody(Payload):
    """Another name for a topic."""

    name: Name
    to: Name


class MergeBody(Payload):
    """Topics to make one that exists."""

    names: Annotated[list[Name], Field(min_length=1, max_length=100)]
    into: Name


class SplitBody(Payload):
    """Tickets of a topic, by id, and the topics they move to; those that do not exist are made."""

    name: Name
    into: Annotated[list[TopicBody], Field(max_length=100, default_factory=list)]
    where: Annotated[dict[TicketId, Name], Field(min_length=1, max_length=10_000)]


class DocumentBody(Payload):
    """Settings, made from those of a version (0 where there were none)."""

    version: Annotated[int, Field(ge=0, le=2**31 - 1)]
    document: dict[str, JsonValue]


def _day_or_moment(given: object) -> object:
    return given if not isinstance(given, str) or "T" in given else f"{given}T00:00:00+00:00"


class TicketsQuery(QueryPayload):
    """Which tickets, the newest first; ``since`` is a day or a moment."""

    status: Line | None = None
    topic: Line | None = None
    urgency: Line | None = None
    team: Line | None = None
    assignee: Line | None = None
    account: Line | None = None
    open: bool | None = None
    needs_person: bool | None = None
    since: Annotated[AwareDatetime, BeforeValidator(_day_or_moment)] | None = None
    cursor: Annotated[str, Field(max_length=1000, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ReviewsQuery(QueryPayload):
    """How many entries of the review queue."""

    limit: Annotated[int, Field(ge=1, le=200)] = 25


def ticket_from(values: Mapping[str, Any], now: datetime) -> Ticket:
    """The ticket that a body describes.

    Raises:
        InvalidTicket: with all its faults.
    """
    read = ticket_of(values, 0, now=now)
    if isinstance(read, Ticket):
        return read
    raise InvalidTicket(tuple(Fault(fault.column, fault.reason) for fault in read))


def values_of(body: TicketBody) -> dict[str, Any]:
    """A body as a row of a file: without what was not given."""
    return {name: value for name, value in body.model_dump(exclude_unset=True).items() if name != "dry_run"}


def correction_of(ticket_id: str, body: CorrectionBody, by: str, now: datetime) -> Correction:
    """What a person says, made now."""
    said = {name: (value or "").strip() for name, value in body.model_dump().items()}
    return Correction(ticket_id, now, by, **said)


def topics_of(bodies: list[TopicBody]) -> list[Topic]:
    """Topics that a body describes."""
    return [Topic(one.name, one.description, one.parent) for one in bodies]


def start_of(day: date, zone: str) -> datetime:
    """The first moment of a day where the team works."""
    return datetime.combine(day, time(0), ZoneInfo(zone))
