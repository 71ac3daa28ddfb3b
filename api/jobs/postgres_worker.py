"""Runs the jobs of the queue in PostgreSQL by procrastinate's worker; takes over those of dead workers."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job as QueuedJob
from procrastinate.jobs import Status

from api.jobs.failures import WORKER_LOST, describe, log_failure
from api.jobs.port import (
    LOST_AFTER_BEATS,
    SOON,
    Job,
    JobTable,
    Payload,
    backoff,
    scheduled_key,
    scheduled_payload,
)
from api.jobs.schedule import due_time

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 1.0
_SHORT_PAUSE_SECONDS = 0.05
# For its heartbeat, the upkeep and the notes of failures.
_OWN_CONNECTIONS = 2
_NOTE = """INSERT INTO procrastinate_job_errors (job_id, error) VALUES (%(job_id)s, %(error)s)
    ON CONFLICT (job_id) DO UPDATE SET error = excluded.error"""
_DUE = """SELECT count(*) AS jobs FROM procrastinate_jobs
    WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now() + %(soon)s)"""


class PostgresWorker:
    """Runs jobs on some threads of this process; any number of processes and machines may do so."""

    def __init__(
        self, conninfo: str, jobs: JobTable, threads: int, heartbeat: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self._conninfo = conninfo
        self._jobs = jobs
        self._threads = threads
        self._heartbeat = heartbeat
        self._clock = clock
        # By name, the last time of the schedule that is known to be taken.
        self._started: dict[str, datetime] = {}

    def work(self, stop: threading.Event, *, until_empty: bool) -> None:
        """Run jobs until ``stop`` is set, or until none is due; jobs that are running are finished."""
        # psycopg needs a selector loop, which is not the default everywhere.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(self._work(stop, until_empty))

    async def _work(self, stop: threading.Event, until_empty: bool) -> None:
        app = self._make_app()
        async with app.open_async():
            await self._keep_up(app)
            upkeep = asyncio.create_task(self._keep_up_forever(app))
            work = asyncio.create_task(
                self._work_until_empty(app) if until_empty else self._work_forever(app)
            )
            while not stop.is_set() and not work.done():
                await asyncio.sleep(_SHORT_PAUSE_SECONDS)
            upkeep.cancel()
            # procrastinate takes it as the wish to stop, and finishes what is running.
            work.cancel()
            await asyncio.wait({upkeep, work})
            if not work.cancelled():
                work.result()

    async def _work_forever(self, app: procrastinate.App) -> None:
        while True:
            # It also returns when it lost the database; what it was running is then found as stalled.
            await _logging_faults(self._run_worker(app, wait=True))
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _work_until_empty(self, app: procrastinate.App) -> None:
        while (await app.connector.execute_query_one_async(_DUE, soon=SOON))["jobs"]:
            await self._run_worker(app, wait=False)
            await asyncio.sleep(_SHORT_PAUSE_SECONDS)

    async def _run_worker(self, app: procrastinate.App, *, wait: bool) -> None:
        seconds = self._heartbeat.total_seconds()
        await app.run_worker_async(
            concurrency=self._threads,
            wait=wait,
            listen_notify=wait,
            fetch_job_polling_interval=_PAUSE_SECONDS,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=seconds,
            stalled_worker_timeout=seconds * LOST_AFTER_BEATS,
        )

    async def _keep_up_forever(self, app: procrastinate.App) -> None:
        while True:
            await asyncio.sleep(self._heartbeat.total_seconds())
            await _logging_faults(self._keep_up(app))

    async def _keep_up(self, app: procrastinate.App) -> None:
        silence = self._heartbeat.total_seconds() * LOST_AFTER_BEATS
        for lost in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silence):
            await _logging_faults(self._take_over(app, lost))
        for name, job in self._jobs.items():
            await self._start_scheduled(app, name, job)

    async def _take_over(self, app: procrastinate.App, lost: QueuedJob) -> None:
        logger.warning("Job %s (%s) was left by a worker that died.", lost.id, lost.task_name)
        await _note(app, lost, WORKER_LOST)
        job = self._jobs.get(lost.task_name)
        # A job that kills its worker must not do so for ever.
        if job is not None and lost.attempts >= job.retries:
            await app.job_manager.finish_job(lost, status=Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(lost)

    async def _start_scheduled(self, app: procrastinate.App, name: str, job: Job) -> None:
        time = None if job.every is None else due_time(job.every, self._clock())
        if time is None or time <= self._started.get(name, datetime.min.replace(tzinfo=UTC)):
            return
        key, seconds = scheduled_key(name), int(time.timestamp())
        if list(await app.job_manager.list_jobs_async(queueing_lock=key, status="doing")):
            return
        new = QueuedJob(
            queue="default", lock=None, queueing_lock=key, task_name=name, task_kwargs={"timestamp": seconds}
        )
        try:
            await app.job_manager.defer_periodic_job(job=new, periodic_id="", defer_timestamp=seconds)
        except AlreadyEnqueued:
            return
        self._started[name] = time

    def _make_app(self) -> procrastinate.App:
        connector = procrastinate.PsycopgConnector(
            conninfo=self._conninfo, min_size=1, max_size=self._threads + _OWN_CONNECTIONS
        )
        app = procrastinate.App(connector=connector)
        for name, job in self._jobs.items():
            retry = _Backoff(job, self._clock)
            app.task(name=name, pass_context=True, retry=retry)(_runner(app, name, job))
        return app


class _JobFailed(Exception):
    """Tells procrastinate that a job failed, and nothing more."""


class _Backoff(procrastinate.BaseRetryStrategy):
    def __init__(self, job: Job, clock: Callable[[], datetime]) -> None:
        self._job = job
        self._clock = clock

    def get_retry_decision(
        self, *, exception: BaseException, job: QueuedJob
    ) -> procrastinate.RetryDecision | None:
        if job.attempts >= self._job.retries:
            return None
        return procrastinate.RetryDecision(retry_at=self._clock() + backoff(self._job, job.attempts + 1))


def _runner(app: procrastinate.App, name: str, job: Job) -> Callable[..., Awaitable[None]]:
    async def run(
        context: procrastinate.JobContext, *, payload: Payload | None = None, timestamp: int | None = None
    ) -> None:
        if timestamp is not None:
            payload = scheduled_payload(datetime.fromtimestamp(timestamp, UTC))
        try:
            await asyncio.to_thread(job.handler, payload or {})
        except (Exception, SystemExit) as error:
            log_failure(logger, str(context.job.id), name, context.job.attempts + 1, error)
            await _note(app, context.job, describe(error, payload or {}))
            raise _JobFailed from None

    return run


async def _note(app: procrastinate.App, job: QueuedJob, error: str) -> None:
    await app.connector.execute_query_async(_NOTE, job_id=job.id, error=error)


async def _logging_faults(work: Awaitable[None]) -> None:
    """A database that cannot be reached for a while must not end the worker."""
    try:
        await work
    except ConnectorException as error:
        logger.error("The job queue's database cannot be used (%s).", type(error.__cause__ or error).__name__)


def keep_payloads_out_of_logs() -> None:
    """Have procrastinate's log name jobs by id; it would write their payloads, which hold ticket text."""
    for name in ("jobs", "periodic", "worker", "worker.worker"):
        logging.getLogger(f"procrastinate.{name}").addFilter(_without_payload)


def _without_payload(record: logging.LogRecord) -> bool:
    job: dict[str, Any] | None = record.__dict__.pop("job", None)
    record.__dict__.pop("jobs", None)
    action = record.__dict__.get("action", "")
    if job is not None:
        record.msg, record.args = "Job %s (%s): %s", (job["id"], job["task_name"], action)
        record.exc_info = record.exc_text = None
    elif action == "ending_job":
        record.msg, record.args = "Waiting for a job to finish", ()
    return True
