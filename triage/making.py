"""Makes triages of tickets: reads, predicts, routes, sets clocks, and finds what helps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from triage.audit import DEFAULT_SHARE, is_audited
from triage.churn.scoring import AccountRisk
from triage.competitors import hear_competitors
from triage.deciding import accepted, as_no_work, churn_risk
from triage.dispatching import Dispatch, Dispatcher
from triage.evidence import explain
from triage.left_out import in_words
from triage.predictor import Predicted
from triage.serving import Served, ServedModels
from triage.statement import Statement
from triage.store import Labels, StoredTicket, TicketStore, relabelled
from triage.suggesting import Read, SuggestsArticles, TicketMemory
from triage.team import TeamState
from triage.text import question_of, to_field
from triage.types import (
    URGENCIES,
    CleanText,
    Evidence,
    SimilarTicket,
    SuggestedArticle,
    Ticket,
    Topic,
    Triage,
    Urgency,
)

SUGGESTED_IN_TURN = 8  # tickets at a time that articles are looked up for
BLIND_URGENCY: Urgency = "high"  # of a ticket of the blind sample, until a person has looked

Vector = NDArray[np.float32]
IssueOf = Callable[[Vector, Ticket], str]
_Articles = Future[tuple[SuggestedArticle, ...]] | None
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


@dataclass(frozen=True, slots=True)
class _Round:
    """What holds for all tickets of a call."""

    dispatch: Dispatch
    served: Served


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
        self._dispatcher = Dispatcher(store)
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
        dispatch = self._dispatcher.dispatch(state, [one.ticket for one in given], now)
        current = _Round(dispatch, self._models.current(state.topics))
        texts, predictor = [one.clean for one in given], current.served.predictor
        predicted = hear_competitors(predictor, texts, predictor.predict(texts), state.competitors)
        read = [
            Read(one.ticket.id, one.clean.text, said.vector)
            for one, said in zip(given, predicted, strict=True)
        ]
        similar = self._memory.nearest(read, now)
        return [
            self._one(one, said, current, (alike, articles))
            for one, said, alike, articles in zip(given, predicted, similar, found, strict=True)
        ]

    def articles_for(self, clean: CleanText) -> tuple[SuggestedArticle, ...]:
        """Suggest articles for a ticket, by its subject and what it asks."""
        if self._articles is None or clean.noise:
            return ()
        question = question_of(clean)
        return self._articles.suggest(question) if question else ()

    def evidence_of(
        self, stored: StoredTicket, triage: Triage, topics: Sequence[Topic]
    ) -> tuple[Evidence, ...]:
        """The evidence of a triage, down to words also where no model reads words, if the same model serves still."""
        served = self._models.current(topics)
        if stored.clean is None or served.versions.get("topic") != triage.models.get("topic"):
            return triage.evidence
        subject = stored.ticket.subject
        return in_words(served.predictor, subject, stored.clean, triage.topic, triage.evidence)

    def _begin_articles(self, given: Sequence[Given]) -> Sequence[_Articles]:
        if self._articles is None or len(given) > SUGGESTED_IN_TURN:
            return [None] * len(given)
        return [self._pool.submit(self.articles_for, one.clean) for one in given]

    def _one(
        self,
        given: Given,
        predicted: Predicted,
        current: _Round,
        helpful: tuple[tuple[SimilarTicket, ...], _Articles],
    ) -> Drafted:
        ticket, clean = given.ticket, given.clean
        triage = self._predicted(ticket, clean, predicted, current)
        if clean.noise:
            return Drafted(ticket, clean, as_no_work(triage, clean.noise), predicted.vector, 1.0)
        blind = not ticket.topic and is_audited(ticket.id, self._sample.salt, self._sample.share)
        topic = given.labels.topic or ("" if blind else triage.topic.label)
        urgency = urgency_of(given.labels.urgency or (BLIND_URGENCY if blind else triage.urgency.label))
        dispatch, (similar, articles) = current.dispatch, helpful
        assignment = dispatch.assigned(ticket, ticket.language or clean.language, topic, urgency)
        done = replace(
            triage,
            audited=blind,
            assignment=assignment,
            due=dispatch.due(ticket, ticket.team or assignment.team, urgency),
            similar_tickets=similar,
            suggested_articles=articles.result() if articles is not None else (),
            issue_id=self._issue_of(predicted.vector, ticket),
        )
        return Drafted(ticket, clean, done, predicted.vector, _margin(triage))

    def _predicted(self, ticket: Ticket, clean: CleanText, predicted: Predicted, current: _Round) -> Triage:
        dispatch, served = current.dispatch, current.served
        state = dispatch.state

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
            churn=churn_risk(ticket.id, told, self._risk_of(ticket, told, dispatch.now)),
            topics=told.topics,
            statements=_statements(ticket, clean, told),
            evidence=evidence,
            language=ticket.language or clean.language,
            models=dict(served.versions),
        )
        return relabelled(triage, state.names) if state.names else triage


def _statements(ticket: Ticket, clean: CleanText, told: Predicted) -> tuple[Statement, ...]:
    """The separate requests with their places in the ticket as it came."""
    return tuple(
        Statement(
            place.field,
            place.start,
            place.end,
            topic.label,
            topic.probability,
            urgency.label,
            urgency.probability,
        )
        for span, (topic, urgency) in zip(clean.statements, told.requests, strict=bool(told.requests))
        for place in [to_field(clean, ticket.subject, span.start, span.end)]
    )


def urgency_of(label: str) -> Urgency:
    """An urgency by its name; normal where there is none of it."""
    return next((one for one in URGENCIES if one == label), "normal")


def _margin(triage: Triage) -> float:
    """How far the best topic is ahead of the second."""
    second = triage.topic.alternatives[0].probability if triage.topic.alternatives else 0.0
    return max(triage.topic.probability - second, 0.0)
