"""The issues of a weekly report: the rows of the table, and a page each for the product team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports.impact import CostOfWaiting, PlanShare, Revenue
from reports.types import Estimate, Figure, Lineage, State, StateChange, Week
from reports.verification import Verification

IssueKind = Literal["defect", "how_to", "request", ""]
Direction = Literal["up", "down", ""]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the tickets behind it; ``issue_id`` where it speaks of one issue."""

    text: str
    tickets: tuple[str, ...] = ()
    issue_id: str = ""


@dataclass(frozen=True, slots=True)
class WeekPoint:
    """A week's count in a chart. ``expected`` is what the weeks before led to expect, with its band."""

    week: Week
    count: int
    tickets: tuple[str, ...] = ()
    expected: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The last weeks against those before. ``ratio`` of the rates, 1 for no change; a value of NaN says nothing.

    ``direction`` is set only where the change holds over all issues; ``certainty`` says in words how sure it is, such
    as "chance alone gives as many once in 400 times"; ``weeks`` how many last weeks are compared with those before.
    """

    ratio: Estimate
    certainty: str
    direction: Direction = ""
    weeks: int = 0


@dataclass(frozen=True, slots=True)
class ArticleLink:
    """The article that answers an issue."""

    article_id: str
    title: str
    url: str = ""
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class IssueRow:
    """An issue in the table, the most costly first.

    Args:
        id: of the issue.
        title: in the customers' words.
        state: at the end of the week.
        kind: defect, how_to, request, or not known.
        tickets: of this week, with the mean of the four weeks before in ``before``.
        weekly: a dozen weeks for the sparkline, the week of the report last.
        change: None while the issue is too young for a trend.
        accounts: those that this week's tickets came from.
        minutes: agents' time for this week's tickets.
        forecast: of the tickets in the coming four weeks together, if nothing is done.
        article: None for "no article".
    """

    id: str
    title: str
    state: State
    kind: IssueKind
    tickets: Figure
    weekly: tuple[WeekPoint, ...]
    change: Change | None
    accounts: Figure
    minutes: Figure
    plans: tuple[PlanShare, ...] = ()
    revenue: tuple[Revenue, ...] = ()
    forecast: Estimate | None = None
    article: ArticleLink | None = None

    @property
    def earlier(self) -> tuple[WeekPoint, ...]:
        """The four weeks before that of the report, the oldest first."""
        return self.weekly[-5:-1]


@dataclass(frozen=True, slots=True)
class CustomerQuote:
    """What a customer wrote, word for word."""

    text: str
    ticket_id: str
    written_on: date | None = None
    account: str = ""  # the name to show
    plan: str = ""


@dataclass(frozen=True, slots=True)
class AgentReply:
    """What an agent replied, word for word."""

    text: str
    ticket_id: str
    written_on: date | None = None
    agent: str = ""


@dataclass(frozen=True, slots=True)
class NamedCount:
    """A version, error code, product area, channel or language, with the tickets that name it."""

    name: str
    tickets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FixReview:
    """What was said of a fix, and what the tickets say of it."""

    fixed_on: date
    fixed_in: str = ""  # version or key of the tracker
    verification: Verification | None = None


@dataclass(frozen=True, slots=True)
class IssuePage:
    """What a product team needs to act on an issue; ``issue_id`` is that of a row.

    Args:
        issue_id: of the row.
        summary: what happens, in a sentence or two.
        quotes: of customers; those that show it best.
        first_seen: when the first ticket came.
        last_seen: when the latest came.
        tickets: all of the issue, since it began.
        trend: by week, as long as known (at most a year), with the expected band.
        versions: the versions named.
        codes: the error codes and the like that were named.
        plans: of the accounts touched since it began.
        revenue: of the accounts touched since it began.
        evidence: why it is in its state, and what else was counted.
        workaround: what agents replied that helped.
        waiting: the cost of not fixing, with ``cost`` in words.
        cost: the cost in a sentence.
        fix: where one was said.
        outline: a draft of the missing article, from agents' replies.
        states: its changes of state, the oldest first.
        lineage: its splits, merges and what persons did to it, the oldest first.
    """

    issue_id: str
    summary: str
    first_seen: datetime
    last_seen: datetime
    tickets: Figure
    quotes: tuple[CustomerQuote, ...] = ()
    trend: tuple[WeekPoint, ...] = ()
    versions: tuple[NamedCount, ...] = ()
    codes: tuple[NamedCount, ...] = ()
    plans: tuple[PlanShare, ...] = ()
    revenue: tuple[Revenue, ...] = ()
    evidence: tuple[Sentence, ...] = ()
    workaround: tuple[AgentReply, ...] = ()
    waiting: CostOfWaiting | None = None
    cost: str = ""
    fix: FixReview | None = None
    outline: tuple[AgentReply, ...] = ()
    states: tuple[StateChange, ...] = ()
    lineage: tuple[Lineage, ...] = ()
