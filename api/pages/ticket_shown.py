"""What the queue and a ticket's page show, made ready: nothing that the blind sample must not show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.auth import Caller
from api.pages.decisions import Decision, decisions_of
from api.pages.evidence import MOST_SHOWN, MarkedPiece, SpokenWords, marked_pieces, spoken_words
from api.pages.wording import NOISE
from api.wiring import Parts
from triage.deciding import shown
from triage.store import Claim, FieldCorrection, MadeTriage, StoredTicket
from triage.types import Assignment, DueTimes, SimilarTicket, SuggestedArticle, Triage


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A ticket in the queue; ``due`` is the next of its two moments."""

    stored: StoredTicket
    came_at: datetime
    topic: str
    urgency: str
    leaving: str
    noise: str
    blind: bool
    due_name: str = ""
    due: datetime | None = None
    worked_on_by: str = ""


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """One of several requests in a ticket, in the customer's words."""

    words: str
    topic: str
    urgency: str


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """A ticket's page. ``cut`` is the number of characters shown where there are more, else 0."""

    stored: StoredTicket
    came_at: datetime
    language: str
    noise: str
    subject: tuple[MarkedPiece, ...]
    body: tuple[MarkedPiece, ...]
    cut: int
    spoken: tuple[SpokenWords, ...]
    requests: tuple[ShownRequest, ...]
    blind: bool
    decisions: tuple[Decision, ...]
    due: DueTimes
    assignment: Assignment | None
    articles: tuple[SuggestedArticle, ...]
    similar: tuple[SimilarTicket, ...]
    corrections: tuple[FieldCorrection, ...]
    models: Mapping[str, str]
    claim: Claim | None
    is_mine: bool


def queue_rows(parts: Parts, tickets: Sequence[StoredTicket]) -> list[QueueRow]:
    """The rows of a page of the queue."""
    ids = [one.ticket.id for one in tickets]
    triages = parts.tickets.latest_triages(ids)
    claims = parts.tickets.claims(ids, parts.now())
    return [_row(one, triages.get(one.ticket.id), claims.get(one.ticket.id)) for one in tickets]


def shown_ticket(parts: Parts, caller: Caller, ticket_id: str, topics: Sequence[str]) -> ShownTicket:
    """A ticket as its page shows it.

    Raises:
        TicketNotFound: there is none of that id.
    """
    now = parts.now()
    view = parts.desk.view(ticket_id, now=now, reader=caller.name)
    # The view leaves out the reader's own claim, which the page lets them end.
    claim = parts.tickets.claims([ticket_id], now).get(ticket_id)
    stored, triage, blind = view.stored, view.triage, is_blind(view.stored)
    ticket = stored.ticket
    evidence = () if blind else view.evidence
    return ShownTicket(
        stored=stored,
        came_at=ticket.created_at or stored.received_at,
        language=ticket.language or (triage.language if triage else ""),
        noise=_noise(stored),
        subject=marked_pieces(ticket.subject, evidence, "subject"),
        body=marked_pieces(ticket.body, evidence, "body"),
        cut=MOST_SHOWN if len(ticket.body) > MOST_SHOWN else 0,
        spoken=tuple(spoken_words(ticket.subject, ticket.body, evidence)),
        requests=_requests(stored, triage) if triage and not blind else (),
        blind=blind,
        decisions=tuple(
            decisions_of(triage, stored.labels, view.corrections, topics, parts.desk.policy().stated)
        ),
        due=triage.due if triage else DueTimes(),
        assignment=triage.assignment if triage else None,
        articles=() if blind else view.articles,
        similar=() if blind else view.similar,
        corrections=view.corrections,
        models=triage.models if triage else {},
        claim=claim,
        is_mine=claim is not None and claim.by == caller.name,
    )


def is_blind(stored: StoredTicket) -> bool:
    """Whether something that the models say of a ticket stays hidden until a person has said it."""
    return stored.audited and not (stored.labels.topic and stored.labels.urgency)


def _requests(stored: StoredTicket, triage: Triage) -> tuple[ShownRequest, ...]:
    texts = {"subject": stored.ticket.subject, "body": stored.ticket.body}
    return tuple(
        ShownRequest(words, one.topic, one.urgency)
        for one in triage.statements
        if (words := " ".join(texts[one.field][one.start : one.end].split()))
    )


def _row(stored: StoredTicket, made: MadeTriage | None, claim: Claim | None) -> QueueRow:
    labels = stored.labels
    triage = shown(made.triage, labels) if made else None
    due_name, due = _next_due(stored, triage)
    return QueueRow(
        stored=stored,
        came_at=stored.ticket.created_at or stored.received_at,
        topic=labels.topic or (triage.topic.label if triage else ""),
        urgency=labels.urgency or (triage.urgency.label if triage else ""),
        leaving=labels.churn_intent or (triage.churn.words.label if triage else ""),
        noise=_noise(stored),
        blind=is_blind(stored),
        due_name=due_name,
        due=due,
        worked_on_by=claim.by if claim else "",
    )


def _next_due(stored: StoredTicket, triage: Triage | None) -> tuple[str, datetime | None]:
    ticket = stored.ticket
    if triage is None or ticket.solved_at is not None:
        return "", None
    if ticket.first_replied_at is None and triage.due.first_reply is not None:
        return "First reply", triage.due.first_reply
    return "Solution", triage.due.resolution


def _noise(stored: StoredTicket) -> str:
    return NOISE.get(stored.clean.noise, "") if stored.clean else ""
