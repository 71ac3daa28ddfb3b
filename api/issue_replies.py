"""Issues as they are sent."""

from __future__ import annotations

from datetime import date, datetime

from api.payloads import Payload
from reports.types import Issue


class StateReply(Payload):
    """A change of state with its evidence; ``by`` is empty where counts made it."""

    state: str
    on: date
    why: str
    by: str


class LineageReply(Payload):
    """A step in the life of an issue's identity."""

    kind: str
    at: datetime
    others: list[str]
    by: str


class IssueSummaryReply(Payload):
    """An issue in a list; ``weekly`` counts its tickets by week."""

    id: str
    title: str
    titled_by: str
    state: str
    kind: str
    topic: str
    ticket_count: int
    first_seen: datetime
    last_seen: datetime
    weekly: dict[str, int]
    fixed_on: date | None
    fixed_in: str


class IssueReply(IssueSummaryReply):
    """An issue with its life; ``representatives`` are the tickets that show it best."""

    tickets: list[str]
    representatives: list[str]
    states: list[StateReply]
    lineage: list[LineageReply]


class IssuesReply(Payload):
    """A page of issues; ``next`` asks for the one after it."""

    items: list[IssueSummaryReply]
    next: str | None


def summary_reply(issue: Issue) -> IssueSummaryReply:
    """An issue in a list."""
    return IssueSummaryReply(**_summary(issue))  # type: ignore[arg-type]


def issue_reply(issue: Issue) -> IssueReply:
    """An issue with its life."""
    return IssueReply(
        **_summary(issue),  # type: ignore[arg-type]
        tickets=list(issue.tickets),
        representatives=list(issue.representatives),
        states=[StateReply(state=one.state, on=one.on, why=one.why, by=one.by) for one in issue.states],
        lineage=[
            LineageReply(kind=one.kind, at=one.at, others=list(one.others), by=one.by)
            for one in issue.lineage
        ],
    )


def _summary(issue: Issue) -> dict[str, object]:
    names = (
        "id",
        "title",
        "titled_by",
        "state",
        "kind",
        "topic",
        "first_seen",
        "last_seen",
        "fixed_on",
        "fixed_in",
    )
    return {name: getattr(issue, name) for name in names} | {
        "ticket_count": len(issue.tickets),
        "weekly": dict(sorted(issue.weekly.items())),
    }
