"""What the job queue knows to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import TYPE_CHECKING

from api.jobs import Daily, Job, Payload

if TYPE_CHECKING:
    from api.wiring import Parts

# A client that has not repeated a request by then will not.
REPEATABLE_FOR = timedelta(days=2)


def job_table(parts: Parts) -> Mapping[str, Job]:
    """The jobs by name."""
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
