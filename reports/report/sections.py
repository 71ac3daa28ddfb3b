"""The other sections of a weekly report: churn, knowledge gaps, volume and agents, how the machine did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reports.forecast import DayForecast, ForecastReview
from reports.report.issues import AgentReply, ArticleLink, Sentence, WeekPoint
from reports.types import Estimate, Figure
from triage.audit.promise import MeasuredError
from triage.types import Reason


@dataclass(frozen=True, slots=True)
class AccountAtRisk:
    """An account that may leave: ``risk`` is its probability within the horizon, None where only words speak.

    ``revenue`` is monthly; ``change`` says what moved since last week.
    """

    account_id: str
    name: str
    band: str
    risk: float | None
    reasons: tuple[Reason, ...]
    plan: str = ""
    revenue: float | None = None
    currency: str = ""
    renews_on: date | None = None
    change: str = ""
    issues: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChurnSection:
    """Who may leave, the week's flags counted, and how earlier ones came out."""

    sentences: tuple[Sentence, ...] = ()
    accounts: tuple[AccountAtRisk, ...] = ()
    figures: tuple[Figure, ...] = ()
    horizon_days: int = 90


@dataclass(frozen=True, slots=True)
class KnowledgeGap:
    """What customers or agents asked and no article answers. ``reasons`` are those of the knowledge base.

    ``articles`` came near; ``outline`` is a draft from agents' replies.
    """

    title: str
    count: int
    questions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    issue_id: str = ""
    articles: tuple[ArticleLink, ...] = ()
    outline: tuple[AgentReply, ...] = ()


@dataclass(frozen=True, slots=True)
class DayAgents:
    """The agents that a day needs in its busiest slot, and ``on_a_busy_day`` at the upper end of the forecast."""

    day: date
    tickets: Estimate
    busiest: datetime
    agents: int
    rostered: int
    on_a_busy_day: int


@dataclass(frozen=True, slots=True)
class VolumeSection:
    """What came by week (the week of the report last), what is to come, and the agents it takes.

    ``promise`` and ``assumptions`` say what the agents would keep and what was taken for granted.
    """

    history: tuple[WeekPoint, ...] = ()
    weeks: tuple[DayForecast, ...] = ()
    days: tuple[DayForecast, ...] = ()
    agents: tuple[DayAgents, ...] = ()
    review: ForecastReview | None = None
    promise: str = ""
    assumptions: str = ""


@dataclass(frozen=True, slots=True)
class MachineSection:
    """How the machine did: errors on the blind sample beside the promise, coverage, corrections."""

    audit: tuple[MeasuredError, ...] = ()
    figures: tuple[Figure, ...] = ()
    sentences: tuple[Sentence, ...] = ()
