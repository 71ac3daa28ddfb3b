"""Makes triages of tickets: reads, predicts, routes, sets clocks, and finds what helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from triage.audit import DEFAULT_SHARE, is_audited
from triage.churn.scoring import AccountRisk
from triage.clocks import due_times
from triage.deciding import accepted, as_no_work, churn_risk
from triage.evidence import explain
from triage.predictor import Predicted
from triage.routing import Solved, assign
from triage.serving import Served, ServedModels
from triage.store import Labels, TicketStore, relabelled
from triage.store.encoding import is_open
from triage.suggesting import SuggestsArticles, TicketMemory
from triage.team import TeamState
from triage.types import (
    URGENCIES,
    Account,
    Assignment,
    CleanText,
    DueTimes,
    SuggestedArticle,
    Ticket,
    Triage,
    Urgency,
)

HISTORY = timedelta(days=180)  # that tells who solves what
SUGGESTED_IN_TURN = 8  # tickets at a time that articles are looked up for
QUESTION_WORDS = 60
BLIND_URGENCY: Urgency = "high"  # of a ticket of the blind sample, until a person has looked

Vector = NDArray[np.float32]
IssueOf = Callable[[Vector, Ticket], str]
RiskOf = Callable[[Ticket, Predicted, datetime], AccountRisk | None]


def no_issue(vector: Vector, ticket: Ticket) -> str:
    """Know of no repeat issues."""
    return ""


def no_risk(ticket: Ticket, predicted: Predicted, now: datetime) -> AccountRisk | None:
    """Have no model of accounts."""
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Drafted:
    """A triage that is not stored yet, with what else is kept of the ticket. ``margin`` is best less second best."""

    ticket: Ticket
    clean: CleanText
    triage: Triage
    vector: Vector
    margin: float


@dataclass(frozen=True, slots=True)
class Given:
    """A ticket to triage: its text as it was meant, and what people say of it by now."""

    ticket: Ticket
    clean: CleanText
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class Sample:
    """The blind sample: a secret and a share of the tickets."""

    salt: bytes
    share: float = DEFAULT_SHARE


@dataclass(slots=True)
class _Round:
    """What holds for all tickets of a call. ``load`` grows with each ticket that is given away."""

    state: TeamState
    served: Served
    history: Sequence[Solved]
    load: dict[str, int]
    accounts: Mapping[str, Account]
    now: datetime


class TriageMaker:
    """Drafts triages. What is wrong with the knowledge base or with a hook costs the suggestion, not the triage."""

    def __init__(
        self,
        store: TicketStore,
        models: ServedModels,
        memory: TicketMemory,
        sample: Sample,
        articles: SuggestsArticles | None = None,
        issue_of: IssueOf = no_issue,
        risk_of: RiskOf = no_risk,
    ) -> None:
        self._store = store
        self._models = models
        self._memory = memory
        self._sample = sample
        self._articles = articles
        self._issue_of = issue_of
        self._risk_of = risk_of
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="articles")

    def draft(self, given: Sequence[Given], state: TeamState, now: datetime) -> list[Drafted]:
        """Draft triages in the order given; articles are looked up meanwhile, where tickets are few."""
        if not given:
            return []
        found = self._begin_articles(given)
        current = self._round(state, [one.ticket for one in given], now)
        predicted = current.served.predictor.predict([one.clean for one in given])
        return [
            self._one(one, said, current, articles)
            for one, said, articles in zip(given, predicted, found, strict=True)
        ]

    def articles_for(self, clean: CleanText) -> tuple[SuggestedArticle, ...]:
        """Suggest articles for a ticket: by its subject and the first words of what it is about."""
        if self._articles is None or clean.noise:
            return ()
        question = " ".join(clean.text.split()[:QUESTION_WORDS])
        return self._articles.suggest(question) if question else ()

    def _begin_articles(
        self, given: Sequence[Given]
    ) -> Sequence[Future[tuple[SuggestedArticle, ...]] | None]:
        if self._articles is None or len(given) > SUGGESTED_IN_TURN:
            return [None] * len(given)
        return [self._pool.submit(self.articles_for, one.clean) for one in given]

    def _round(self, state: TeamState, tickets: Sequence[Ticket], now: datetime) -> _Round:
        load = self._store.load().assignees
        # How long each took is not counted yet; an equal time for all leaves the choice to the counts.
        history = [
            Solved(one.assignee, one.topic, one.language, one.count, 1.0)
            for one in (self._store.solved_since(now - HISTORY) if state.teams else ())
        ]
        ids = dict.fromkeys(ticket.account_id for ticket in tickets if ticket.account_id)
        accounts = self._store.accounts_of(list(ids)) if ids else {}
        return _Round(state, self._models.current(state.topics), history, dict(load), accounts, now)

    def _one(
        self,
        given: Given,
        predicted: Predicted,
        current: _Round,
        articles: Future[tuple[SuggestedArticle, ...]] | None,
    ) -> Drafted:
        ticket, clean = given.ticket, given.clean
        triage = self._predicted(ticket, clean, predicted, current)
        if clean.noise:
            return Drafted(ticket, clean, as_no_work(triage, clean.noise), predicted.vector, 1.0)
        blind = not ticket.topic and is_audited(ticket.id, self._sample.salt, self._sample.share)
        topic = given.labels.topic or ("" if blind else triage.topic.label)
        urgency = _urgency(given.labels.urgency or (BLIND_URGENCY if blind else triage.urgency.label))
        assignment = _assigned(ticket, clean, topic, urgency, current)
        done = replace(
            triage,
            audited=blind,
            assignment=assignment,
            due=_due(ticket, urgency, assignment, current),
            similar_tickets=tuple(self._memory.nearest(predicted.vector, current.now, without=ticket.id)),
            suggested_articles=articles.result() if articles is not None else (),
            issue_id=self._issue_of(predicted.vector, ticket),
        )
        return Drafted(ticket, clean, done, predicted.vector, _margin(triage))

    def _predicted(self, ticket: Ticket, clean: CleanText, predicted: Predicted, current: _Round) -> Triage:
        state, served = current.state, current.served

        def judged(task: str) -> dict[str, object]:
            facts = served.thresholds.get(task, {})
            name = "churn" if task == "churn_intent" else task
            return {name: accepted(task, getattr(predicted, name), state.policy, facts, state.names)}

        told = replace(predicted, **judged("topic"), **judged("urgency"), **judged("churn_intent"))  # type: ignore[arg-type]
        evidence = () if clean.noise else explain(served.predictor, ticket, clean, predicted)
        triage = Triage(
            ticket_id=ticket.id,
            topic=told.topic,
            urgency=told.urgency,
            churn=churn_risk(ticket.id, told, self._risk_of(ticket, told, current.now)),
            topics=told.topics,
            evidence=evidence,
            language=ticket.language or clean.language,
            models=dict(served.versions),
        )
        return relabelled(triage, state.names) if state.names else triage


def _assigned(ticket: Ticket, clean: CleanText, topic: str, urgency: Urgency, current: _Round) -> Assignment:
    if not is_open(ticket) or not current.state.teams:
        return Assignment()
    chosen = assign(
        topic,
        urgency,
        ticket.language or clean.language,
        ticket.channel,
        current.state.teams,
        current.history,
        current.load,
        current.now,
        parents=current.state.parents,
    )
    if chosen.assignee and not ticket.assignee:
        current.load[chosen.assignee] = current.load.get(chosen.assignee, 0) + 1
    return chosen


def _due(ticket: Ticket, urgency: Urgency, assignment: Assignment, current: _Round) -> DueTimes:
    account = current.accounts.get(ticket.account_id)
    return due_times(
        ticket.created_at or current.now,
        urgency,
        current.state.sla,
        plan=account.plan if account is not None else "",
        team=ticket.team or assignment.team,
        channel=ticket.channel,
    )


def _urgency(label: str) -> Urgency:
    return next((one for one in URGENCIES if one == label), "normal")


def _margin(triage: Triage) -> float:
    """How far the best topic is ahead of the second."""
    second = triage.topic.alternatives[0].probability if triage.topic.alternatives else 0.0
    return max(triage.topic.probability - second, 0.0)
