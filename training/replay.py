"""Runs a topic model over past weeks as if live: each week is judged by what had been labelled before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from kb.embedder.port import Embedder
from training.errors import NothingToLearn
from training.labels.figures import threshold_facts
from training.labels.labelled import Labelled
from training.labels.topics import fit_topics
from triage.descriptions import describe
from triage.thresholds import probability_at
from triage.types import Ticket, Topic

Tell = Callable[[str], None]
FEWEST_BEFORE = 60  # labelled tickets before the first week that is judged
PROMISED_MINUTES = {"urgent": 60, "high": 240, "normal": 480, "low": 1440}  # to the first reply, by the clock


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a set label is worth. ``stated`` is the error rate at which labels are set; minutes are by the clock."""

    stated: float = 0.05
    routing_minutes: float = 3.0  # a person needs to read and route a ticket
    misroute_minutes: float = 30.0  # lost where a ticket went to the wrong team
    promised: Mapping[str, int] = field(default_factory=lambda: dict(PROMISED_MINUTES))


@dataclass(frozen=True, slots=True)
class WeekReplayed:
    """A week as it would have gone. ``accuracy`` is of all tickets, ``error`` of those that would have been set."""

    week: str
    tickets: int
    known_before: int
    accuracy: float
    coverage: float
    error: float | None
    minutes_saved: float
    misroutes: int
    load: Mapping[str, int]
    sla_gained: int
    sla_lost: int


@dataclass(frozen=True, slots=True)
class Replay:
    """All weeks, the sums over them, and what was assumed."""

    weeks: tuple[WeekReplayed, ...]
    totals: Mapping[str, float]
    assumptions: Assumptions

    def facts(self) -> dict[str, Any]:
        """Give it as JSON holds it."""
        return {
            "weeks": [asdict(week) for week in self.weeks],
            "totals": dict(self.totals),
            "assumptions": asdict(self.assumptions),
        }


def replay(
    tickets: Sequence[Ticket],
    data: Labelled,
    labels: Sequence[str],
    topics: Sequence[Topic],
    embedder: Embedder,
    assumed: Assumptions,
    tell: Tell,
) -> Replay:
    """Judge each week by a model, and by thresholds, that learnt only from the weeks before.

    ``tickets`` are dated and labelled, in the order of ``data``.

    Raises:
        NothingToLearn: the tickets hold too few weeks.
    """
    mondays = [_monday(ticket.created_at) for ticket in tickets]
    described = describe(topics, labels, embedder)
    weeks = []
    for monday in sorted(set(mondays)):
        before = np.array([one < monday for one in mondays])
        if before.sum() < FEWEST_BEFORE or len(set(data.labels[before].tolist())) < 2:
            continue
        tell(f"week of {monday}: learning from {before.sum()} tickets")
        fitted = fit_topics(labels, data.rows(before), described, lambda step: None)
        now = np.array([place for place, one in enumerate(mondays) if one == monday])
        said = fitted.model.predict([data.texts[int(one)] for one in now], data.vectors[now])
        stated = threshold_facts(
            fitted.crossed.right, fitted.crossed.probability, fitted.crossed.predicted, labels
        )["stated"]
        set_ones = said.confidence >= probability_at(stated, assumed.stated)
        weeks.append(
            _week(
                monday,
                [tickets[int(one)] for one in now],
                data.labels[now],
                said.best,
                set_ones,
                labels,
                int(before.sum()),
                assumed,
                _teams(tickets, before),
            )
        )
    if not weeks:
        raise NothingToLearn(
            f"no week has {FEWEST_BEFORE} labelled tickets before it: import more of the past"
        )
    return Replay(tuple(weeks), _totals(weeks), assumed)


def _week(
    monday: date,
    tickets: Sequence[Ticket],
    true: np.ndarray,
    best: np.ndarray,
    set_ones: np.ndarray,
    labels: Sequence[str],
    known_before: int,
    assumed: Assumptions,
    teams: Mapping[str, str],
) -> WeekReplayed:
    right = best == true
    wrong = set_ones & ~right
    gained = sum(
        _would_hit(ticket, assumed, -assumed.routing_minutes)
        for ticket, good in zip(tickets, set_ones & right, strict=True)
        if good
    )
    lost = sum(
        _would_miss(ticket, assumed, assumed.misroute_minutes)
        for ticket, bad in zip(tickets, wrong, strict=True)
        if bad
    )
    load = Counter(
        teams.get(labels[place], "") or "no team" for place, one in zip(best, set_ones, strict=True) if one
    )
    load["a person routes"] = int((~set_ones).sum())
    year, number, _ = monday.isocalendar()
    return WeekReplayed(
        week=f"{year}-W{number:02d}",
        tickets=len(tickets),
        known_before=known_before,
        accuracy=round(float(right.mean()), 4),
        coverage=round(float(set_ones.mean()), 4),
        error=round(float(wrong.sum() / set_ones.sum()), 4) if set_ones.any() else None,
        minutes_saved=round(
            float(
                (set_ones & right).sum() * assumed.routing_minutes - wrong.sum() * assumed.misroute_minutes
            ),
            1,
        ),
        misroutes=int(wrong.sum()),
        load=dict(sorted(load.items())),
        sla_gained=gained,
        sla_lost=lost,
    )


def _reply_minutes(ticket: Ticket) -> float | None:
    if ticket.first_replied_at is None or ticket.created_at is None:
        return None
    return (ticket.first_replied_at - ticket.created_at) / timedelta(minutes=1)


def _would_hit(ticket: Ticket, assumed: Assumptions, change: float) -> bool:
    """Say whether a late reply would have been in time, had it come that much sooner."""
    taken, promised = _reply_minutes(ticket), assumed.promised.get(ticket.urgency)
    return taken is not None and promised is not None and taken > promised >= taken + change


def _would_miss(ticket: Ticket, assumed: Assumptions, change: float) -> bool:
    """Say whether a reply in time would have been late, had it come that much later."""
    taken, promised = _reply_minutes(ticket), assumed.promised.get(ticket.urgency)
    return taken is not None and promised is not None and taken <= promised < taken + change


def _teams(tickets: Sequence[Ticket], before: np.ndarray) -> dict[str, str]:
    """Give the team that took most tickets of each topic before."""
    counts: dict[str, Counter[str]] = {}
    for ticket, known in zip(tickets, before, strict=True):
        if known and ticket.team:
            counts.setdefault(ticket.topic, Counter())[ticket.team] += 1
    return {topic: min(found, key=lambda team: (-found[team], team)) for topic, found in counts.items()}


def _totals(weeks: Sequence[WeekReplayed]) -> dict[str, float]:
    tickets = sum(week.tickets for week in weeks)
    set_ones = sum(week.coverage * week.tickets for week in weeks)
    misroutes = sum(week.misroutes for week in weeks)
    return {
        "weeks": len(weeks),
        "tickets": tickets,
        "accuracy": round(sum(week.accuracy * week.tickets for week in weeks) / tickets, 4),
        "coverage": round(set_ones / tickets, 4),
        "error": round(misroutes / set_ones, 4) if set_ones else 0.0,
        "minutes_saved": round(sum(week.minutes_saved for week in weeks), 1),
        "misroutes": misroutes,
        "sla_gained": sum(week.sla_gained for week in weeks),
        "sla_lost": sum(week.sla_lost for week in weeks),
    }


def _monday(moment: datetime | None) -> date:
    day = (moment or datetime.min.replace(tzinfo=UTC)).date()
    return day - timedelta(days=day.weekday())
