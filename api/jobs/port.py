"""What a job queue promises, whichever database is behind it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol

from api.jobs.errors import InvalidJob
from api.jobs.schedule import Schedule, schedule_faults

if TYPE_CHECKING:
    from sqlalchemy import Connection

Payload = dict[str, Any]
Stage = Literal["waiting", "running", "failed"]

# How often a worker says that it is alive, and how many times it may fail to before its jobs are run again.
HEARTBEAT_SECONDS = 5.0
LOST_AFTER_BEATS = 6
LONGEST_BACKOFF = timedelta(hours=6)
# A worker that runs until the queue is empty also waits for what is due so soon.
SOON = timedelta(milliseconds=200)
NAME_LIMIT = 120
KEY_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Job:
    """What is done under a name, and how often it is tried.

    A handler may be run twice for one job (the machine may stop after the work and before it is noted),
    so doing it again must not harm. It is tried ``1 + retries`` times, with a pause of ``backoff_seconds``
    that doubles each time. With ``every`` it is also run on a schedule, by one of the workers; its payload
    is then ``{"scheduled_for": time in ISO 8601}``.
    """

    handler: Callable[[Payload], None]
    retries: int = 5
    backoff_seconds: float = 30.0
    every: Schedule | None = None


JobTable = Mapping[str, Job]


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as a page may show it.

    ``error`` is the class of the last failure and its first line, without payload text; ``attempts`` counts
    the tries that are over.
    """

    id: str
    name: str
    state: Stage
    attempts: int
    queued_at: datetime
    error: str = ""


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How many jobs are in each state; jobs that succeeded are not kept."""

    waiting: int = 0
    running: int = 0
    failed: int = 0


class JobQueue(Protocol):
    """Work that can wait, run at least once each."""

    def enqueue(
        self,
        name: str,
        payload: Payload,
        *,
        key: str = "",
        connection: Connection | None = None,
        delay_seconds: float = 0,
    ) -> str:
        """Queue a job and return its id.

        While a job with the same ``key`` is waiting or running, nothing is queued and that job's id is
        returned. With a ``connection`` the job is queued when its transaction commits, and never where
        it is rolled back.

        Raises:
            InvalidJob: the name, the payload or the delay cannot be queued.
            QueueUnavailable: the queue cannot be written.
        """

    def run_worker(self, stop: threading.Event, *, until_empty: bool = False) -> None:
        """Run jobs and keep the schedule until ``stop`` is set, or until nothing is due.

        A job that is running when ``stop`` is set is finished first. Jobs of workers that died are run again.
        """

    def waiting(self, limit: int) -> list[JobState]:
        """Jobs that are running or still to be run, the oldest first."""

    def failed(self, limit: int) -> list[JobState]:
        """The dead letters: jobs given up after their last try, the newest first."""

    def retry(self, job_id: str) -> None:
        """Put a dead letter back into the queue, with all its tries.

        Raises:
            JobNotFound: no dead letter has that id.
            AlreadyQueued: a job with the same key is waiting or running.
        """

    def counts(self) -> JobCounts:
        """How many jobs are waiting, running and failed."""

    def close(self) -> None:
        """Give back the connections; the queue is not used afterwards."""


def utc_now() -> datetime:
    """The time that a queue goes by, unless it is given another clock."""
    return datetime.now(UTC)


def backoff(job: Job, attempts: int) -> timedelta:
    """The pause after the given number of failed tries (1 or more)."""
    doubled = job.backoff_seconds * 2.0 ** min(attempts - 1, 30)
    return timedelta(seconds=min(doubled, LONGEST_BACKOFF.total_seconds()))


def scheduled_payload(time: datetime) -> Payload:
    """What the handler of a recurring job is given."""
    return {"scheduled_for": time.isoformat()}


def scheduled_key(name: str) -> str:
    """The key by which a recurring job is not queued again before its last run is over."""
    return f"every:{name}"


def check_table(jobs: JobTable) -> None:
    """Refuse a table of jobs that cannot be kept.

    Raises:
        InvalidJob: with all faults of all jobs.
    """
    faults = []
    for name, job in jobs.items():
        found = [*_name_faults(name), *(schedule_faults(job.every) if job.every is not None else ())]
        if job.retries < 0:
            found.append(f"retries is {job.retries}; give 0 or more")
        if job.backoff_seconds <= 0:
            found.append(f"backoff_seconds is {job.backoff_seconds}; give more than 0")
        faults += [f"job {name!r}: {fault}" for fault in found]
    if faults:
        raise InvalidJob(tuple(faults))


def check_job(name: str, payload: Payload, key: str, delay_seconds: float) -> None:
    """Refuse a job that one of the queues could not keep.

    Raises:
        InvalidJob: with all its faults.
    """
    faults = [*_name_faults(name), *_payload_faults(payload)]
    if len(key) > KEY_LIMIT or "\x00" in key:
        faults.append(f"the key has {len(key)} characters; give at most {KEY_LIMIT}, and no NUL")
    if not 0 <= delay_seconds < float("inf"):
        faults.append(f"delay_seconds is {delay_seconds}; give 0 or more")
    if faults:
        raise InvalidJob(tuple(faults))


def texts_in(value: object, *, keys: bool = False) -> Iterator[str]:
    """All strings of a JSON value, with or without the keys of its objects."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if keys:
                yield str(key)
            yield from texts_in(item, keys=keys)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item, keys=keys)


def _name_faults(name: str) -> tuple[str, ...]:
    if name and len(name) <= NAME_LIMIT:
        return ()
    return (f"the name has {len(name)} characters; give 1 to {NAME_LIMIT}",)


def _payload_faults(payload: Payload) -> list[str]:
    try:
        json.dumps(payload, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        # Python names the type or says what is out of range; it does not quote the value.
        return [f"the payload is not JSON: {error}"]
    if any("\x00" in text or not _is_unicode(text) for text in texts_in(payload, keys=True)):
        return [
            "a text of the payload holds a NUL character or half a surrogate pair, which no database keeps"
        ]
    return []


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
