"""What the rest of the program tells the weekly report: articles, gaps, who may leave, how the machine did."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from api.failures import log_failure
from kb.errors import ArticleNotFound, KnowledgeBaseError
from kb.store import ArticleStore
from kb.types import Scope
from models.errors import ModelError
from reports.report import (
    AccountAtRisk,
    ArticleLink,
    ChurnSection,
    KnowledgeGap,
    MachineSection,
    ModelUsed,
    Sentence,
    Window,
)
from reports.types import Figure
from reports.wording import counted
from triage.audit import AuditedLabel, measured_errors
from triage.churn.ledger import Flag, week_of
from triage.clocks import due_times, parse_sla_table
from triage.policy import parse_policy
from triage.team import DEFAULTS, POLICY, SLA
from triage.types import TASKS, DueTimes, Ticket

if TYPE_CHECKING:
    from api.wiring import Parts
    from triage.store import Judged
    from triage.store.flags import ChurnLedger

ANSWERS = 0.5  # the least probability with which an article counts as the answer, where nothing else is set
GAPS = 10
AUDITED = timedelta(days=91)
FLAGS_FOR = timedelta(weeks=4)
COMPARED = timedelta(weeks=4)  # before the week of the report
LISTED = 15
_EVERYWHERE = Scope()
_LONGEST = 2000  # characters of a question
_MODEL_TASKS = ("topic", "urgency", "churn_words", "churn")

logger = logging.getLogger(__name__)


def articles_of(parts: Parts, moment: datetime) -> Callable[[str], Sequence[ArticleLink]]:
    """A function from a question to the articles that answer it and were there at a moment."""
    least = parts.settings.answer_threshold or ANSWERS
    there: dict[str, bool] = {}

    def find(question: str) -> Sequence[ArticleLink]:
        try:
            hits = parts.knowledge.search(question[:_LONGEST], _EVERYWHERE, limit=3)
        except (KnowledgeBaseError, ModelError) as error:
            # A report without articles is better than none.
            log_failure(logger, "Looking up articles for the report", error)
            return ()
        for hit in hits:
            there.setdefault(hit.article_id, _was_there(parts, hit.article_id, moment))
        return [
            ArticleLink(hit.article_id, hit.title, hit.url, round(hit.probability, 4))
            for hit in hits
            if hit.probability >= least and there[hit.article_id]
        ]

    return find


def gaps_of(parts: Parts, window: Window) -> Sequence[KnowledgeGap]:
    """What was asked in vain in the week."""
    try:
        found = parts.knowledge.gaps(since=window.begin, limit=5 * GAPS)
    except (KnowledgeBaseError, ModelError) as error:
        log_failure(logger, "Looking up gaps for the report", error)
        return ()
    return [
        KnowledgeGap(
            gap.title,
            gap.count,
            gap.questions,
            gap.reasons,
            articles=(ArticleLink(gap.nearest_article_id, gap.nearest_title, "", gap.nearest_probability),)
            if gap.nearest_article_id
            else (),
        )
        for gap in found
        if gap.last_asked_at < window.end
    ][:GAPS]


def answered_tickets(parts: Parts, window: Window) -> Collection[str] | None:
    """The tickets that the knowledge base answered, of these and earlier weeks; None where it was asked for none."""
    asked = ArticleStore(parts.engine).tickets_asked_for(window.begin - COMPARED, window.as_of)
    return {ticket for ticket, answered in asked.items() if answered} if asked else None


def risks_of(parts: Parts, moment: datetime) -> Mapping[str, float]:
    """By account, the probability of leaving as it was told last."""
    told = _ledger(parts).risks_before(week_of(moment + timedelta(weeks=1)))
    return {one.account_id: one.risk for one in told if one.risk is not None}


def churn_of(parts: Parts, window: Window) -> ChurnSection:
    """Who was flagged of late and is still there, those with most revenue first, and the week's flags counted."""
    ledger = _ledger(parts)
    shown = [one for one in ledger.flags_between(window.end - FLAGS_FOR, window.end) if not one.withheld]
    latest: dict[str, Flag] = {one.account_id: one for one in sorted(shown, key=_when)}
    accounts = parts.tickets.accounts_of(sorted(latest))
    day = window.end.date()
    listed = []
    for account_id, flag in latest.items():
        account = accounts.get(account_id)
        if account is not None and account.churned_on is not None and account.churned_on <= day:
            continue
        listed.append(
            AccountAtRisk(
                account_id,
                account.name if account else account_id,
                flag.band,
                flag.risk,
                flag.reasons,
                plan=account.plan if account else "",
                revenue=account.mrr if account else flag.revenue,
                currency=account.currency if account else "",
                renews_on=account.renews_on if account else None,
                tickets=tuple(dict.fromkeys(one.ticket_id for one in flag.reasons if one.ticket_id)),
            )
        )
    listed.sort(key=lambda one: (-(one.risk or 0.0), -(one.revenue or 0.0), one.account_id))
    fresh = {one.account_id for one in shown if one.raised_at >= window.begin}
    left = ledger.left_between(window.begin.date(), day - timedelta(days=1))
    sentence = (
        f"{counted(len(fresh), 'account')} newly flagged this week; {counted(len(left), 'account')} left."
    )
    return ChurnSection(
        sentences=(Sentence(sentence),),
        accounts=tuple(listed[:LISTED]),
        figures=(
            Figure("newly_flagged", len(fresh), "accounts"),
            Figure("left", len(left), "accounts"),
        ),
    )


def machine_of(parts: Parts, window: Window) -> MachineSection:
    """The error on the blind sample of the last quarter, what was set without a person, and what was corrected.

    Labels count as people had given them by then.
    """
    store = parts.tickets
    judged = store.judged(window.end - AUDITED, window.end)
    said = {
        (one.ticket_id, one.field): one.label
        for one in store.corrections()
        if one.corrected_at <= window.as_of
    }
    promised = _promised(parts)
    audited = [
        AuditedLabel(task, getattr(one, task), said.get((one.ticket_id, task), ""), _accepted(one, task))
        for one in judged
        if one.audited
        for task in TASKS
    ]
    of_week = [one for one in judged if one.created_at >= window.begin]
    accepted = [one for one in of_week if one.topic_accepted]
    corrected = store.corrections(since=window.begin)
    changed = tuple(dict.fromkeys(one.ticket_id for one in corrected if one.corrected_at < window.end))
    return MachineSection(
        audit=measured_errors(audited, promised),
        figures=(
            Figure(
                "topics_set",
                len(accepted) / len(of_week) if of_week else None,
                "share",
                tickets=tuple(one.ticket_id for one in accepted),
                note="of the week's tickets have their topic without a person",
            ),
            Figure("corrections", len(changed), "tickets", tickets=changed),
        ),
    )


def models_of(parts: Parts) -> Sequence[ModelUsed]:
    """The models that are in use, by task."""
    used = []
    for task in _MODEL_TASKS:
        try:
            used.append(ModelUsed(task, parts.registry.current(task)))
        except ModelError:
            continue
    return used


def promises_of(parts: Parts) -> Callable[[Ticket], DueTimes]:
    """When each ticket's first reply and solution were due, by the table that holds now."""
    table = parse_sla_table(parts.tickets.setting(SLA).document or DEFAULTS[SLA])
    plans: dict[str, str] = {}

    def due(ticket: Ticket) -> DueTimes:
        if ticket.created_at is None or not table.policies:
            return DueTimes()
        if ticket.account_id and ticket.account_id not in plans:
            found = parts.tickets.accounts_of([ticket.account_id])
            plans[ticket.account_id] = found[ticket.account_id].plan if found else ""
        return due_times(
            ticket.created_at,
            ticket.urgency or "normal",  # type: ignore[arg-type]
            table,
            plan=plans.get(ticket.account_id, ""),
            team=ticket.team,
            channel=ticket.channel,
        )

    return due


def _was_there(parts: Parts, article_id: str, moment: datetime) -> bool:
    try:
        first = parts.knowledge.article_version(article_id, 1, _EVERYWHERE)
    except ArticleNotFound:
        return True
    return first.updated_at is None or first.updated_at <= moment


def _promised(parts: Parts) -> Mapping[str, float]:
    policy = parse_policy(parts.tickets.setting(POLICY).document or DEFAULTS[POLICY])
    return {task: policy.stated(task) for task in TASKS}


def _accepted(judged: Judged, task: str) -> bool:
    return bool(getattr(judged, f"{task}_accepted"))


def _ledger(parts: Parts) -> ChurnLedger:
    from triage.store.flags import ChurnLedger

    return ChurnLedger(parts.engine)


def _when(flag: Flag) -> tuple[datetime, str]:
    return flag.raised_at, flag.id
