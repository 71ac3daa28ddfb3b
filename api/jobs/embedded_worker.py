"""Runs the jobs of the embedded queue, and takes over those of workers that died."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from api.jobs.errors import QueueUnavailable
from api.jobs.failures import UNKNOWN_JOB, WORKER_LOST, describe, log_failure
from api.jobs.ledger import Claim, Ledger, NewJob
from api.jobs.messages import Messages
from api.jobs.port import LOST_AFTER_BEATS, SOON, Job, JobTable, backoff, scheduled_key, scheduled_payload
from api.jobs.schedule import due_time

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 0.2
_SHORT_PAUSE_SECONDS = 0.02


class EmbeddedWorker:
    """Runs jobs on some threads of this process; any number of processes may do so."""

    def __init__(
        self,
        ledger: Ledger,
        messages: Messages,
        jobs: JobTable,
        threads: int,
        heartbeat: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._messages = messages
        self._jobs = jobs
        self._threads = threads
        self._heartbeat = heartbeat
        self._clock = clock
        # The jobs this process is running: what is missing here gets no sign of life, and is run again.
        self._running: set[str] = set()

    def work(self, stop: threading.Event, *, until_empty: bool) -> None:
        """Run jobs until ``stop`` is set, or until none is due; jobs that are running are finished."""
        with self._kept_up():
            if until_empty:
                self._work_until_empty(stop)
                return
            threads = [
                threading.Thread(target=self._work_until_stopped, args=(stop,)) for _ in range(self._threads)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def _work_until_stopped(self, stop: threading.Event) -> None:
        while not stop.is_set():
            found = False
            with _logging_faults():
                found = self._run_next()
            if not found:
                stop.wait(_PAUSE_SECONDS)

    def _work_until_empty(self, stop: threading.Event) -> None:
        while not stop.is_set():
            if self._run_next():
                continue
            next_due = self._ledger.next_due()
            if next_due is None or next_due > self._clock() + SOON:
                return
            stop.wait(_SHORT_PAUSE_SECONDS)

    def _run_next(self) -> bool:
        job_id = self._messages.take(self._clock())
        claim = self._ledger.claim(job_id, self._clock()) if job_id else None
        if claim is not None:
            self._running.add(claim.id)
            try:
                self._run(claim)
            finally:
                self._running.discard(claim.id)
        return job_id is not None

    def _run(self, claim: Claim) -> None:
        job = self._jobs.get(claim.name)
        if job is None:
            logger.error("Job %s was given up: no handler has the name %r.", claim.id, claim.name)
            self._ledger.bury(claim, UNKNOWN_JOB)
            return
        try:
            job.handler(json.loads(claim.payload))
        except (Exception, SystemExit) as error:
            self._fail(claim, job, error)
        except BaseException:
            self._queue_again(claim, self._clock(), "")
            raise
        else:
            self._ledger.finish(claim)

    def _fail(self, claim: Claim, job: Job, error: BaseException) -> None:
        text = describe(error, json.loads(claim.payload))
        log_failure(logger, claim.id, claim.name, claim.attempts, error)
        if claim.attempts > job.retries:
            self._ledger.bury(claim, text)
        else:
            self._queue_again(claim, self._clock() + backoff(job, claim.attempts), text)

    def _queue_again(self, claim: Claim, due_at: datetime, error: str) -> None:
        if self._ledger.wait_again(claim, due_at, error):
            self._messages.send(claim.id, due_at)

    @contextmanager
    def _kept_up(self) -> Iterator[None]:
        """Look after the queue at each heartbeat meanwhile."""
        self._keep_up()
        done = threading.Event()

        def keep_up_until_done() -> None:
            while not done.wait(self._heartbeat.total_seconds()):
                with _logging_faults():
                    self._keep_up()

        thread = threading.Thread(target=keep_up_until_done)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _keep_up(self) -> None:
        now = self._clock()
        self._ledger.beat(tuple(self._running), now)
        for claim in self._ledger.lost(now - LOST_AFTER_BEATS * self._heartbeat):
            self._take_over(claim)
        for name, job in self._jobs.items():
            self._start_scheduled(name, job)
        self._send_lost_messages()

    def _take_over(self, claim: Claim) -> None:
        logger.warning("Job %s (%s) was left by a worker that died.", claim.id, claim.name)
        job = self._jobs.get(claim.name)
        # A job that kills its worker must not do so for ever.
        if job is not None and claim.attempts > job.retries:
            self._ledger.bury(claim, WORKER_LOST)
        else:
            self._queue_again(claim, self._clock(), WORKER_LOST)

    def _start_scheduled(self, name: str, job: Job) -> None:
        now = self._clock()
        time = None if job.every is None else due_time(job.every, now)
        if time is not None:
            payload = json.dumps(scheduled_payload(time))
            new = NewJob(uuid4().hex, name, payload, scheduled_key(name), queued_at=now, due_at=now)
            if self._ledger.add_scheduled(new, time):
                self._messages.send(new.id)

    def _send_lost_messages(self) -> None:
        """A process may die between writing a job and sending its message, or between taking the two."""
        if self._messages.count() < self._ledger.counts().waiting:
            sent = self._messages.job_ids()
            for job_id, due_at in self._ledger.waiting_times():
                if job_id not in sent:
                    self._messages.send(job_id, due_at)


@contextmanager
def _logging_faults() -> Iterator[None]:
    """A queue that cannot be reached for a while must not end the worker."""
    try:
        yield
    except QueueUnavailable as error:
        logger.error("%s", error)
