"""The embedded queue: huey's SQLite storage orders the jobs, a ledger in the same file keeps their state.

huey forgets a message when it hands it out. So the ledger decides: a message is only the hint that a job
may be due, one too many does no harm, and one that was lost is sent again.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from api.jobs.embedded_worker import EmbeddedWorker
from api.jobs.ledger import Ledger, NewJob
from api.jobs.messages import Messages, open_storage
from api.jobs.port import SOON, JobCounts, JobState, JobTable, Payload, check_job

if TYPE_CHECKING:
    from sqlalchemy import Connection


def open_embedded_queue(
    path: Path, jobs: JobTable, *, threads: int, heartbeat_seconds: float, clock: Callable[[], datetime]
) -> EmbeddedQueue:
    """The queue in a SQLite file, which is made where it is missing.

    Raises:
        QueueUnavailable: the file cannot be opened.
    """
    storage = open_storage(path)
    ledger, messages = Ledger(storage), Messages(storage)
    ledger.create_tables()
    heartbeat = timedelta(seconds=heartbeat_seconds)
    return EmbeddedQueue(
        ledger, messages, EmbeddedWorker(ledger, messages, jobs, threads, heartbeat, clock), clock
    )


class EmbeddedQueue:
    """A job queue in a file of its own, for the processes of one machine."""

    def __init__(
        self, ledger: Ledger, messages: Messages, worker: EmbeddedWorker, clock: Callable[[], datetime]
    ) -> None:
        self._ledger = ledger
        self._messages = messages
        self._worker = worker
        self._clock = clock

    def enqueue(
        self,
        name: str,
        payload: Payload,
        *,
        key: str = "",
        connection: Connection | None = None,
        delay_seconds: float = 0,
    ) -> str:
        """Queue a job and return its id; see the port.

        The queue is not in the caller's database: with a ``connection``, the job is written right before its
        transaction commits. A savepoint that is rolled back does not take its jobs back.
        """
        check_job(name, payload, key, delay_seconds)
        delay = timedelta(seconds=delay_seconds)
        job_id, text = uuid4().hex, json.dumps(payload)
        if connection is None:
            return self._add(job_id, name, text, key, delay)
        if key and (other := self._ledger.find(key)):
            return other
        # The commit takes a moment more, and the job must not look for what is not there yet.
        _before_commit(connection, lambda: self._add(job_id, name, text, key, max(delay, SOON)))
        return job_id

    def run_worker(self, stop: threading.Event, *, until_empty: bool = False) -> None:
        """Run jobs and keep the schedule; see the port."""
        self._worker.work(stop, until_empty=until_empty)

    def waiting(self, limit: int) -> list[JobState]:
        """Jobs that are running or still to be run, the oldest first."""
        return self._ledger.live(limit)

    def failed(self, limit: int) -> list[JobState]:
        """The dead letters, the newest first."""
        return self._ledger.dead(limit)

    def retry(self, job_id: str) -> None:
        """Put a dead letter back into the queue; see the port."""
        self._ledger.revive(job_id, self._clock())
        self._messages.send(job_id)

    def counts(self) -> JobCounts:
        """How many jobs are waiting, running and failed."""
        return self._ledger.counts()

    def close(self) -> None:
        """Close the file."""
        self._messages.close()

    def _add(self, job_id: str, name: str, payload: str, key: str, delay: timedelta) -> str:
        now = self._clock()
        queued_id = self._ledger.add(NewJob(job_id, name, payload, key, queued_at=now, due_at=now + delay))
        if queued_id == job_id:
            self._messages.send(job_id, now + delay if delay else None)
        return queued_id


def _before_commit(connection: Connection, act: Callable[[], object]) -> None:
    from sqlalchemy import event

    waiting = [act]

    def commit(_: Connection) -> None:
        while waiting:
            waiting.pop()()

    def rollback(_: Connection) -> None:
        waiting.clear()

    if not connection.in_transaction():
        connection.begin()
    event.listen(connection, "commit", commit)
    event.listen(connection, "rollback", rollback)
