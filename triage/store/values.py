"""What travels in and out of the store beside the values of ``triage.types``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from triage.errors import TicketConflict
from triage.types import CleanText, Ticket, Triage

ReviewWhy = Literal["below_threshold", "novel", "disagreement"]
ReviewState = Literal["open", "done", "skipped"]
Order = Literal["newest", "oldest"]


@dataclass(frozen=True, slots=True)
class Labels:
    """What people say of a ticket: their latest correction, else the label it came with; or ``""``."""

    topic: str = ""
    urgency: str = ""
    churn_intent: str = ""
    issue_id: str = ""


@dataclass(frozen=True, slots=True)
class StoredTicket:
    """A ticket with what is known of it. ``clean`` is None until its text was cleaned, and after it changed.

    ``predicted_topic`` and ``predicted_urgency`` are the latest, not to be shown where ``audited``.
    """

    ticket: Ticket
    labels: Labels
    clean: CleanText | None
    received_at: datetime
    updated_at: datetime
    predicted_topic: str = ""
    predicted_urgency: str = ""
    triaged: bool = False
    audited: bool = False
    needs_person: bool = False
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets are wanted. None means no limit; an empty set finds nothing.

    Topic and urgency are what people say, else the prediction; an audited ticket has only the former.
    The window is one of ``created_at`` (else of the receipt), ``created_before`` excluded.
    """

    statuses: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    teams: frozenset[str] | None = None
    assignees: frozenset[str] | None = None
    urgencies: frozenset[str] | None = None
    accounts: frozenset[str] | None = None
    customers: frozenset[str] | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    is_open: bool | None = None
    needs_person: bool | None = None
    audited: bool | None = None
    triaged: bool | None = None
    noise: bool | None = None


@dataclass(frozen=True, slots=True)
class TicketPage:
    """A page of a list; ``after`` asks for the next one and is empty on the last."""

    tickets: tuple[StoredTicket, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of each ticket or account that was given, by id in the order given."""

    new: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    conflicts: tuple[TicketConflict, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeTriage:
    """A triage as it was given, and when. Subject, topic and status of similar tickets are those of today."""

    triage: Triage
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """The latest prediction for a ticket beside what people say of it (``""``: nothing yet)."""

    ticket_id: str
    created_at: datetime
    made_at: datetime
    topic: str
    topic_probability: float
    topic_accepted: bool
    urgency: str
    urgency_probability: float
    urgency_accepted: bool
    churn_intent: str
    churn_probability: float
    churn_intent_accepted: bool
    audited: bool
    models: Mapping[str, str]
    said: Labels


@dataclass(frozen=True, slots=True)
class FieldCorrection:
    """One label that a person gave a ticket; ``field`` is a task or ``"issue_id"``."""

    ticket_id: str
    field: str
    label: str
    corrected_by: str
    corrected_at: datetime


@dataclass(frozen=True, slots=True)
class Setting:
    """A JSON document that an admin changes; ``version`` counts from 1, 0 where it was never set."""

    name: str
    version: int
    document: Any
    changed_by: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """Who changed what and when, with both states as JSON values."""

    who: str
    what: str
    subject: str
    before: Any
    after: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A ticket that a person should look at; ``worth`` says how much its label would teach."""

    ticket_id: str
    why: ReviewWhy
    worth: float
    state: ReviewState = "open"
    queued_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who has a ticket open, and until when that holds."""

    ticket_id: str
    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Load:
    """How many open tickets each assignee and each team has; ``""`` is nobody."""

    assignees: Mapping[str, int] = field(default_factory=dict)
    teams: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SolvedCount:
    """How many tickets of a topic and language an assignee has solved, and in how many hours by the median.

    ``median_hours`` is -1 where no time of solving is known.
    """

    assignee: str
    team: str
    topic: str
    language: str
    count: int
    median_hours: float
