"""What goes out about tickets: pydantic models, and how the values of ``triage`` become them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from api.payloads import Payload
from api.replies import ProblemReply
from api.triage_replies import (
    ChoiceReply,
    SimilarTicketReply,
    SuggestedArticleReply,
    TriageReply,
    as_share,
    triage_reply,
)
from triage.reviewing import ReviewEntry
from triage.store import Setting, StoredTicket
from triage.types import Prediction, Topic
from triage.viewing import TicketView


class BatchItemReply(Payload):
    """The result of a ticket, or the problem with it; the other is null."""

    result: TriageReply | None = None
    problem: ProblemReply | None = None


class BatchReply(Payload):
    """One item a ticket, in the order they were sent."""

    items: list[BatchItemReply]


class TicketSummaryReply(Payload):
    """A ticket in a list, with what people say of it, else the prediction."""

    id: str
    created_at: datetime
    channel: str
    subject: str
    account_id: str
    status: str
    team: str
    assignee: str
    language: str
    topic: str
    urgency: str
    labelled: bool
    triaged: bool
    needs_person: bool
    blind: bool
    noise: str


class TicketsReply(Payload):
    """A page of tickets; ``next`` is the cursor of the page after it, null on the last."""

    items: list[TicketSummaryReply]
    next: str | None


class SaidReply(Payload):
    """A label that a person gave."""

    field: str
    label: str
    by: str
    at: datetime


class ClaimReply(Payload):
    """Who has a ticket open, and until when that holds; ``yours`` where it is the caller."""

    ticket_id: str
    by: str
    until: datetime
    yours: bool


class TicketReply(Payload):
    """A ticket as it came, what is known of it, and who else has it open."""

    ticket: TicketSummaryReply
    body: str
    clean_text: str | None
    triage: TriageReply | None
    triaged_at: datetime | None
    corrections: list[SaidReply]
    claim: ClaimReply | None


class ReviewReply(Payload):
    """A ticket that needs a person, and what its label would teach (0 to 1; the blind sample comes first)."""

    ticket: TicketSummaryReply
    why: str
    worth: float
    suggested: list[ChoiceReply]


class ReviewsReply(Payload):
    """The review queue, what teaches most first."""

    items: list[ReviewReply]


class TopicReply(Payload):
    """A topic of the team."""

    name: str
    description: str
    parent: str


class TopicsReply(Payload):
    """The team's topics by name."""

    items: list[TopicReply]


class MovedReply(Payload):
    """How many tickets had a label of people that is called otherwise now."""

    tickets: int


class DocumentReply(Payload):
    """Settings with their version, which a change has to name."""

    name: str
    version: int
    document: dict[str, JsonValue]
    changed_by: str
    changed_at: datetime | None


def summary_reply(stored: StoredTicket) -> TicketSummaryReply:
    """A ticket in a list, as it is sent; predictions that may not be seen were taken out before."""
    ticket, labels = stored.ticket, stored.labels
    return TicketSummaryReply(
        id=ticket.id,
        created_at=ticket.created_at or stored.received_at,
        channel=ticket.channel,
        subject=ticket.subject,
        account_id=ticket.account_id,
        status=ticket.status,
        team=ticket.team,
        assignee=ticket.assignee,
        language=ticket.language or (stored.clean.language if stored.clean else ""),
        topic=labels.topic or ("" if stored.audited else stored.predicted_topic),
        urgency=labels.urgency or ("" if stored.audited else stored.predicted_urgency),
        labelled=bool(labels.topic),
        triaged=stored.triaged,
        needs_person=stored.needs_person,
        blind=stored.audited,
        noise=stored.clean.noise if stored.clean else "",
    )


def ticket_reply(view: TicketView, caller: str) -> TicketReply:
    """A ticket with all that may be seen of it, as it is sent."""
    claim, triage = view.claim, view.triage
    told = None if triage is None else triage_reply(triage)
    if told is not None:
        told.similar_tickets = [SimilarTicketReply(**asdict(one)) for one in view.similar]
        told.suggested_articles = [SuggestedArticleReply(**asdict(one)) for one in view.articles]
    return TicketReply(
        ticket=summary_reply(view.stored),
        body=view.stored.ticket.body,
        clean_text=view.stored.clean.text if view.stored.clean else None,
        triage=told,
        triaged_at=view.triaged_at,
        corrections=[
            SaidReply(field=one.field, label=one.label, by=one.corrected_by, at=one.corrected_at)
            for one in view.corrections
        ],
        claim=None
        if claim is None
        else ClaimReply(ticket_id=claim.ticket_id, by=claim.by, until=claim.until, yours=claim.by == caller),
    )


def review_reply(entry: ReviewEntry) -> ReviewReply:
    """An entry of the review queue, as it is sent."""
    topic = entry.triage.topic if entry.triage is not None else Prediction("", 0.0)
    choices = [
        (topic.label, topic.probability),
        *((one.label, one.probability) for one in topic.alternatives),
    ]
    return ReviewReply(
        ticket=summary_reply(entry.stored),
        why=entry.why,
        worth=entry.worth,
        suggested=[ChoiceReply(label=label, probability=as_share(p)) for label, p in choices if label],
    )


def topics_reply(topics: tuple[Topic, ...]) -> TopicsReply:
    """Topics as they are sent."""
    return TopicsReply(items=[TopicReply(**asdict(one)) for one in topics])


def document_reply(setting: Setting) -> DocumentReply:
    """Settings as they are sent."""
    values: dict[str, Any] = asdict(setting)
    return DocumentReply(**values)
