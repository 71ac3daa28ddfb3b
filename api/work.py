"""What the job queue knows to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import TYPE_CHECKING

from api.jobs import Daily, Job, Payload, Weekly

if TYPE_CHECKING:
    from api.wiring import Parts

# A client that has not repeated a request by then will not.
REPEATABLE_FOR = timedelta(days=2)


def job_table(parts: Parts) -> Mapping[str, Job]:
    """The jobs by name."""
    return {**_article_jobs(parts), **_ticket_jobs(parts), **_report_jobs(parts)}


def _article_jobs(parts: Parts) -> Mapping[str, Job]:
    settings = parts.settings

    def forget_requests(payload: Payload) -> None:
        parts.repeatable_requests.forget(parts.now() - REPEATABLE_FOR)

    def forget_questions(payload: Payload) -> None:
        parts.knowledge.forget_questions(before=parts.now() - timedelta(days=settings.keep_questions_days))

    def reembed(payload: Payload) -> None:
        parts.knowledge.reembed()

    return {
        "forget_requests": Job(forget_requests, every=Daily(time(3, 30), settings.time_zone)),
        "forget_questions": Job(forget_questions, every=Daily(time(3, 40), settings.time_zone)),
        "reembed": Job(reembed),
    }


def _ticket_jobs(parts: Parts) -> Mapping[str, Job]:
    settings = parts.settings

    def triage_tickets(payload: Payload) -> None:
        for _ in parts.desk.triage_waiting(now=parts.now()):
            pass

    def score_accounts(payload: Payload) -> None:
        parts.accounts.score(now=parts.now())

    def deliver_event(payload: Payload) -> None:
        from api.account_delivery import send_event

        send_event(parts, payload)

    def train_model(payload: Payload) -> None:
        from api.retraining import retrain

        retrain(parts, str(payload["task"]), str(payload["by"]))

    return {
        # What came of it is shown where it was asked for; a second try would end the same.
        "train_model": Job(train_model, retries=0),
        "score_accounts": Job(score_accounts, every=Daily(time(2, 10), settings.time_zone)),
        "deliver_event": Job(deliver_event, retries=8, backoff_seconds=60.0),
        # Every quarter of an hour too, for what a process left that died between storing and triaging.
        "triage_tickets": Job(triage_tickets, every=timedelta(minutes=15)),
    }


def _report_jobs(parts: Parts) -> Mapping[str, Job]:
    def regroup_issues(payload: Payload) -> None:
        parts.issues.regroup(parts.now())

    def make_report(payload: Payload) -> None:
        from api.reporting import make_due_report

        make_due_report(parts)

    def deliver_report(payload: Payload) -> None:
        from api.report_delivery import send_report
        from reports.types import Week

        send_report(parts, Week.parse(str(payload["week"])), str(payload["sink"]))

    return {
        # The night from Sunday to Monday, when the week is whole.
        "regroup_issues": Job(regroup_issues, every=Weekly(0, time(0, 10), parts.settings.time_zone)),
        # What weekday and time a team has set is looked up each time, so that it may change while a worker runs.
        "make_report": Job(make_report, every=timedelta(minutes=15)),
        # The tries go on for hours, longer than the claim of a dead process holds.
        "deliver_report": Job(deliver_report, retries=8, backoff_seconds=60.0),
    }
