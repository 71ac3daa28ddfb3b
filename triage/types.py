"""What travels in and out of triage: frozen values without behaviour that does I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from kb.types import Span
from triage.statement import Statement

Urgency = Literal["low", "normal", "high", "urgent"]
ChurnIntent = Literal["none", "at_risk", "explicit"]
URGENCIES: tuple[Urgency, ...] = (
    "low",
    "normal",
    "high",
    "urgent",
)  # in order: errors count by their distance
CHURN_INTENTS: tuple[ChurnIntent, ...] = ("none", "at_risk", "explicit")
OPEN_STATUSES = frozenset({"", "new", "open", "pending", "hold"})
TASKS = ("topic", "urgency", "churn_intent")  # what a person may correct, beside issue_id


@dataclass(frozen=True, slots=True)
class Ticket:
    """A customer's request as the help desk holds it. Moments are zoned; ``""`` and None mean not known.

    ``attributes`` holds the columns of an import that have no field of their own; ``topic``, ``urgency``,
    ``churn_intent`` and ``issue_id`` are labels that people gave, never predictions.
    """

    id: str
    subject: str = ""
    body: str = ""
    created_at: datetime | None = None
    channel: str = ""
    language: str = ""
    customer_id: str = ""
    account_id: str = ""
    status: str = ""
    priority: str = ""
    tags: tuple[str, ...] = ()
    team: str = ""
    assignee: str = ""
    first_replied_at: datetime | None = None
    solved_at: datetime | None = None
    reopened: int = 0
    csat: float | None = None
    topic: str = ""
    urgency: str = ""
    churn_intent: str = ""
    issue_id: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """A customer organisation. ``mrr`` is monthly recurring revenue in ``currency``."""

    account_id: str
    name: str = ""
    plan: str = ""
    seats: int | None = None
    mrr: float | None = None
    currency: str = ""
    signed_up_on: date | None = None
    renews_on: date | None = None
    nps: float | None = None
    churned_on: date | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Topic:
    """A label of the team's own. ``parent`` names another topic, or is empty; a tree has two levels at most."""

    name: str
    description: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row of an import: its line (1 is the header), the column, and why."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class CleanText:
    """A message as its writer meant it. ``parts`` are the spans of the original that were kept, in order.

    ``noise`` says that the message is no work at all: ``"auto_reply"``, ``"spam"``, ``"thanks"`` or ``""``.
    """

    text: str
    parts: tuple[Span, ...] = ()
    language: str = ""
    noise: Literal["", "auto_reply", "spam", "thanks"] = ""
    statements: tuple[Span, ...] = ()  # offsets into ``text``: the separate requests in it


@dataclass(frozen=True, slots=True)
class Choice:
    """A label with its calibrated probability."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """The best label of a task. ``accepted`` where its probability keeps the stated error rate.

    ``alternatives`` are the next best labels, best first; ``none_of_these`` is the probability that no label fits.
    """

    label: str
    probability: float
    accepted: bool = False
    alternatives: tuple[Choice, ...] = ()
    none_of_these: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that carried a decision: offsets into ``field`` of the ticket as it came, what they speak for, how much.

    ``weight`` is in log-odds (the label's score against the others') and is negative where the words speak against.
    """

    field: Literal["subject", "body"]
    start: int
    end: int
    speaks_for: str
    weight: float
    task: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an account may leave: in words, with the quote behind it where there is one."""

    text: str
    weight: float
    ticket_id: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class ChurnRisk:
    """What the words say and what the account's history says, always apart.

    ``risk`` is the probability that the account leaves within ``horizon_days``; without a model of the team's own
    history it is None and the words alone speak through ``words`` and ``band``.
    """

    words: Prediction
    band: Literal["none", "watch", "at_risk", "explicit"]
    risk: float | None = None
    horizon_days: int = 90
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class SuggestedArticle:
    """An article that may answer, with the sentence that does."""

    article_id: str
    title: str
    url: str
    quote: str
    probability: float


@dataclass(frozen=True, slots=True)
class SimilarTicket:
    """A ticket of the team's own that looked alike. ``being_worked_on`` names the colleague who has it open now."""

    ticket_id: str
    subject: str
    similarity: float  # the mean of the cosines of vectors and of words
    topic: str = ""
    status: str = ""
    being_worked_on: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who should take a ticket, and why; ``assignee`` is empty where nobody has room."""

    team: str = ""
    assignee: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class DueTimes:
    """When a first reply and a solution are due; None where the SLA table promises nothing."""

    first_reply: datetime | None = None
    resolution: datetime | None = None


@dataclass(frozen=True, slots=True)
class Triage:
    """Everything a help desk is told about a ticket. ``models`` maps each task to the version that spoke.

    ``audited`` tickets belong to the blind sample: predictions are kept and not shown.
    """

    ticket_id: str
    topic: Prediction
    urgency: Prediction
    churn: ChurnRisk
    topics: tuple[Choice, ...] = ()  # of all statements, the ticket's own first
    statements: tuple[Statement, ...] = ()  # the separate requests, where there are several
    evidence: tuple[Evidence, ...] = ()
    assignment: Assignment = Assignment()
    due: DueTimes = DueTimes()
    suggested_articles: tuple[SuggestedArticle, ...] = ()
    similar_tickets: tuple[SimilarTicket, ...] = ()
    issue_id: str = ""
    language: str = ""
    noise: str = ""
    models: Mapping[str, str] = field(default_factory=dict)
    audited: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person said of a ticket; empty fields say nothing."""

    ticket_id: str
    corrected_at: datetime
    corrected_by: str = ""
    topic: str = ""
    urgency: str = ""
    churn_intent: str = ""
    issue_id: str = ""


Details = Mapping[str, Any]
