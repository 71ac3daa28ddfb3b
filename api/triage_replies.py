"""How a triage goes out over HTTP: pydantic models, and how the values of ``triage`` become them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.payloads import Payload
from triage.types import Prediction, Triage

Share = Annotated[float, Field(ge=0, le=1)]


class ChoiceReply(Payload):
    """A label and its probability."""

    label: str
    probability: Share


class PredictionReply(Payload):
    """The best label of a task; ``accepted`` says that it keeps the stated error rate and may be set.

    The label is empty where there is no model yet, where the ticket is no work, and where it belongs to the blind
    sample and no person has labelled it.
    """

    label: str
    probability: Share
    accepted: bool
    alternatives: list[ChoiceReply]
    none_of_these: Share


class ReasonReply(Payload):
    """Why an account may leave; ``weight`` in log-odds."""

    text: str
    weight: float
    ticket_id: str
    quote: str


class ChurnReply(Payload):
    """``risk`` is null unless a model of the team's own accounts serves; the words alone decide the band then."""

    risk: Share | None
    band: Literal["none", "watch", "at_risk", "explicit"]
    horizon_days: int
    words: PredictionReply
    reasons: list[ReasonReply]


class WordsReply(Payload):
    """Characters of the ticket's subject or body that spoke for a label; ``weight`` in log-odds."""

    field: Literal["subject", "body"]
    start: int
    end: int
    speaks_for: Annotated[str, Field(serialization_alias="for")]
    weight: float
    task: str


class StatementReply(Payload):
    """One of several requests in a ticket: its place in ``field`` as it came, and what is said of it alone."""

    field: Literal["subject", "body"]
    start: int
    end: int
    topic: str
    topic_probability: Share
    urgency: str
    urgency_probability: Share


class SuggestedArticleReply(Payload):
    """An article that may answer, with the sentence that does."""

    article_id: str
    title: str
    url: str
    quote: str
    probability: Share


class SimilarTicketReply(Payload):
    """A ticket that looked alike; ``being_worked_on`` names the colleague who has it open now."""

    ticket_id: str
    subject: str
    similarity: float
    topic: str
    status: str
    being_worked_on: str


class TriageReply(Payload):
    """Everything about a ticket. ``due_at`` is when the first reply is due, ``resolution_due_at`` the solution."""

    ticket_id: str
    topic: PredictionReply
    topics: list[ChoiceReply]
    statements: list[StatementReply]
    urgency: PredictionReply
    churn: ChurnReply
    evidence: list[WordsReply]
    team: str
    assignee: str
    why: str
    due_at: datetime | None
    resolution_due_at: datetime | None
    suggested_articles: list[SuggestedArticleReply]
    similar_tickets: list[SimilarTicketReply]
    issue_id: str | None
    language: str
    noise: Literal["", "auto_reply", "spam", "thanks"]
    needs_person: bool
    blind: bool
    models: dict[str, str]


def triage_reply(triage: Triage) -> TriageReply:
    """A triage as it is sent."""
    churn = triage.churn
    return TriageReply(
        ticket_id=triage.ticket_id,
        topic=_prediction(triage.topic),
        topics=[ChoiceReply(label=one.label, probability=as_share(one.probability)) for one in triage.topics],
        statements=[StatementReply(**asdict(one)) for one in triage.statements],
        urgency=_prediction(triage.urgency),
        churn=ChurnReply(
            risk=churn.risk,
            band=churn.band,
            horizon_days=churn.horizon_days,
            words=_prediction(churn.words),
            reasons=[ReasonReply(**asdict(one)) for one in churn.reasons],
        ),
        evidence=[WordsReply(**asdict(one)) for one in triage.evidence],
        team=triage.assignment.team,
        assignee=triage.assignment.assignee,
        why=triage.assignment.why,
        due_at=triage.due.first_reply,
        resolution_due_at=triage.due.resolution,
        suggested_articles=[SuggestedArticleReply(**asdict(one)) for one in triage.suggested_articles],
        similar_tickets=[SimilarTicketReply(**asdict(one)) for one in triage.similar_tickets],
        issue_id=triage.issue_id or None,
        language=triage.language,
        noise=triage.noise,  # type: ignore[arg-type]
        needs_person=not triage.noise and (triage.audited or not triage.topic.accepted),
        blind=triage.audited,
        models=dict(triage.models),
    )


def _prediction(one: Prediction) -> PredictionReply:
    return PredictionReply(
        label=one.label,
        probability=as_share(one.probability),
        accepted=one.accepted,
        alternatives=[
            ChoiceReply(label=each.label, probability=as_share(each.probability)) for each in one.alternatives
        ],
        none_of_these=as_share(one.none_of_these),
    )


def as_share(value: float) -> float:
    """A probability within its bounds, whatever rounding made of it."""
    return min(max(value, 0.0), 1.0)
