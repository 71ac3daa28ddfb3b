"""How the quality of triage goes out over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.payloads import Payload
from triage.quality import QualityReport, TaskQuality


class TaskQualityReply(Payload):
    """What is promised of a task, and what is measured on the blind sample; shares of 1, null where unknown."""

    task: str
    promised_error: float
    promised_coverage: float | None
    coverage: float | None
    verdict: Literal["kept", "broken", "too few yet"]
    error: float | None
    error_least: float
    error_most: float
    audited: int
    waiting: int
    needed: int | None
    corrections: int


class DriftTestReply(Payload):
    """One comparison of this week with the eight before; ``effect`` is a share of the tickets."""

    question: Literal["topics", "nearness"]
    verdict: Literal["steady", "drifted", "too few yet"]
    p_value: float
    effect: float
    floor: float


class QualityReply(Payload):
    """Is what was promised kept, and does the mix of tickets still look like the one that was learnt from?"""

    at: datetime
    alarm: bool
    tasks: list[TaskQualityReply]
    drift: list[DriftTestReply]
    models: dict[str, str]
    tickets: int
    waiting: int
    reviews: dict[str, int]


def quality_reply(report: QualityReport) -> QualityReply:
    """A report as it is sent."""
    tests = report.drift.tests if report.drift is not None else ()
    return QualityReply(
        at=report.at,
        alarm=report.alarm,
        tasks=[_task(one) for one in report.tasks],
        drift=[
            DriftTestReply(
                question=one.question,
                verdict=one.verdict,
                p_value=one.p_value,
                effect=one.effect,
                floor=one.floor,
            )
            for one in tests
        ],
        models=dict(report.models),
        tickets=report.tickets,
        waiting=report.waiting,
        reviews=dict(report.reviews),
    )


def _task(one: TaskQuality) -> TaskQualityReply:
    measured = one.measured
    return TaskQualityReply(
        task=one.task,
        promised_error=one.promised_error,
        promised_coverage=one.promised_coverage,
        coverage=one.coverage,
        verdict=measured.verdict,
        error=measured.error,
        error_least=measured.least,
        error_most=measured.most,
        audited=measured.tickets,
        waiting=measured.waiting,
        needed=measured.needed,
        corrections=one.corrections,
    )
