"""How a failure is put into words that may be kept, shown and logged: without a word of the payload."""

from __future__ import annotations

import logging
from pathlib import Path

from api.jobs.port import Payload, texts_in

_LINE_LIMIT = 200
# A text of the payload is left out where the message has it as a whole, or this many characters of it.
_QUOTATION = 12
_SHORTEST = 4

UNKNOWN_JOB = "UnknownJob: no handler of this release has this name; retry it under a release that has one"
WORKER_LOST = "WorkerLost: the worker died while it ran this job"


def describe(error: BaseException, payload: Payload) -> str:
    """The error's class and the first line of its message, quotations from the payload left out."""
    lines = str(error).strip().splitlines()
    name = type(error).__name__
    return f"{name}: {_without_quotations(lines[0][:_LINE_LIMIT], payload)}" if lines else name


def log_failure(logger: logging.Logger, job_id: str, name: str, attempts: int, error: BaseException) -> None:
    """Say that a job failed and where, but not the error's message: it may quote what the payload names."""
    logger.warning(
        "Job %s (%s) failed at try %d: %s at %s", job_id, name, attempts, type(error).__name__, _place(error)
    )


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def _without_quotations(line: str, payload: Payload) -> str:
    quoted = [False] * len(line)
    for text in texts_in(payload):
        size = min(len(text), _QUOTATION)
        for start in range(len(line) - size + 1 if size >= _SHORTEST else 0):
            if line[start : start + size] in text:
                quoted[start : start + size] = [True] * size
    kept = [
        "…" if quoted[at] else letter
        for at, letter in enumerate(line)
        if not (quoted[at] and at and quoted[at - 1])
    ]
    return "".join(kept)
