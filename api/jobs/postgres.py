"""The queue in PostgreSQL: procrastinate, whose tables lie beside the program's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, LiteralString

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException
from procrastinate.schema import SchemaManager
from psycopg.rows import tuple_row
from psycopg_pool import ConnectionPool
from sqlalchemy import make_url

from api.jobs.errors import AlreadyQueued, InvalidJob, JobNotFound, QueueUnavailable
from api.jobs.failures import UNKNOWN_JOB
from api.jobs.port import JobCounts, JobState, JobTable, Payload, Stage, check_job
from api.jobs.postgres_worker import PostgresWorker, keep_payloads_out_of_logs

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Any number does, as long as all processes that make the tables take the same.
SCHEMA_LOCK = 7_266_782
_CONNECT_SECONDS = 10
_MOST_CONNECTIONS = 4
_STAGES: dict[str, Stage] = {"todo": "waiting", "doing": "running", "failed": "failed", "aborted": "failed"}

# procrastinate keeps no error. The row goes with its job.
_ERRORS = """CREATE TABLE IF NOT EXISTS procrastinate_job_errors (
    job_id bigint PRIMARY KEY REFERENCES procrastinate_jobs ON DELETE CASCADE, error text NOT NULL)"""
_LIST = """SELECT job.id, job.task_name, job.status::text, job.attempts,
        (SELECT min(at) FROM procrastinate_events WHERE job_id = job.id AND type = 'deferred'),
        coalesce(failure.error, CASE WHEN job.status = 'failed' THEN %(unknown)s ELSE '' END)
    FROM procrastinate_jobs AS job LEFT JOIN procrastinate_job_errors AS failure ON failure.job_id = job.id
    WHERE job.status = ANY(%(states)s::procrastinate_job_status[])
    ORDER BY job.id * %(direction)s LIMIT %(limit)s"""
_LIVE_WITH_KEY = """SELECT id FROM procrastinate_jobs
    WHERE queueing_lock = %s AND status IN ('todo', 'doing') ORDER BY id LIMIT 1"""
_DEAD = """SELECT queueing_lock FROM procrastinate_jobs
    WHERE id = %s AND status IN ('failed', 'aborted') FOR UPDATE"""
_REVIVE = "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL WHERE id = %s"
_COUNT = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"


def open_postgres_queue(
    url: str, jobs: JobTable, *, threads: int, heartbeat_seconds: float, clock: Callable[[], datetime]
) -> PostgresQueue:
    """The queue in a database, where its tables are made if they are missing.

    Raises:
        QueueUnavailable: the database cannot be reached.
    """
    keep_payloads_out_of_logs()
    address = make_url(url.replace("postgres://", "postgresql://", 1)).set(drivername="postgresql")
    conninfo = address.render_as_string(hide_password=False)
    # A connection of its own: the pool would go on trying where the address is wrong.
    with _unavailable_on_error(), psycopg.connect(conninfo, connect_timeout=_CONNECT_SECONDS) as connection:
        _create_tables(connection)
    pool = ConnectionPool(
        conninfo,
        min_size=1,
        max_size=_MOST_CONNECTIONS,
        timeout=_CONNECT_SECONDS,
        open=True,
        check=ConnectionPool.check_connection,
    )
    app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
    worker = PostgresWorker(conninfo, jobs, threads, timedelta(seconds=heartbeat_seconds), clock)
    return PostgresQueue(pool, app, worker, clock)


class PostgresQueue:
    """A job queue for the processes of many machines."""

    def __init__(
        self,
        pool: ConnectionPool[psycopg.Connection[Any]],
        app: procrastinate.App,
        worker: PostgresWorker,
        clock: Callable[[], datetime],
    ) -> None:
        self._pool = pool
        self._app = app
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
        """Queue a job, within the caller's transaction if there is one, and return its id; see the port."""
        check_job(name, payload, key, delay_seconds)
        due_at = self._clock() + timedelta(seconds=delay_seconds) if delay_seconds else None
        if connection is not None:
            return self._add(_driver_connection(connection), name, payload, key, due_at)
        with _connection(self._pool) as own:
            return self._add(own, name, payload, key, due_at)

    def run_worker(self, stop: threading.Event, *, until_empty: bool = False) -> None:
        """Run jobs and keep the schedule; see the port."""
        with _unavailable_on_error():
            self._worker.work(stop, until_empty=until_empty)

    def waiting(self, limit: int) -> list[JobState]:
        """Jobs that are running or still to be run, the oldest first."""
        return self._list(["todo", "doing"], limit, direction=1)

    def failed(self, limit: int) -> list[JobState]:
        """The dead letters, the newest first."""
        return self._list(["failed", "aborted"], limit, direction=-1)

    def retry(self, job_id: str) -> None:
        """Put a dead letter back into the queue; see the port."""
        with _connection(self._pool) as connection:
            row = _first(connection, _DEAD, job_id) if job_id.isdecimal() else None
            if row is None:
                raise JobNotFound(job_id)
            if row[0] and (other := _live_job(connection, row[0])):
                raise AlreadyQueued(job_id, other)
            connection.execute(_REVIVE, (job_id,))

    def counts(self) -> JobCounts:
        """How many jobs are waiting, running and failed."""
        with _connection(self._pool) as connection:
            found: dict[str, int] = dict(connection.cursor(row_factory=tuple_row).execute(_COUNT).fetchall())
        return JobCounts(
            found.get("todo", 0), found.get("doing", 0), found.get("failed", 0) + found.get("aborted", 0)
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _add(
        self,
        connection: psycopg.Connection[Any],
        name: str,
        payload: Payload,
        key: str,
        due_at: datetime | None,
    ) -> str:
        with _unavailable_on_error():
            if key and (other := _live_job(connection, key)):
                return other
            job = self._app.configure_task(
                name, queueing_lock=key or None, schedule_at=due_at, connection=connection
            )
            return str(job.defer(payload=payload))

    def _list(self, states: list[str], limit: int, direction: int) -> list[JobState]:
        values = {"states": states, "limit": limit, "direction": direction, "unknown": UNKNOWN_JOB}
        with _connection(self._pool) as connection:
            rows = connection.cursor(row_factory=tuple_row).execute(_LIST, values).fetchall()
        return [JobState(str(row[0]), row[1], _STAGES[row[2]], *row[3:]) for row in rows]


def _create_tables(connection: psycopg.Connection[Any]) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (SCHEMA_LOCK,))
    if _first(connection, "SELECT to_regclass('procrastinate_jobs')") == (None,):
        connection.execute(SchemaManager.get_schema())
    connection.execute(_ERRORS)


def _live_job(connection: psycopg.Connection[Any], key: str) -> str:
    """The id of the waiting or running job with the key; until the transaction ends, no other can get it."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))
    row = _first(connection, _LIVE_WITH_KEY, key)
    return str(row[0]) if row else ""


def _first(
    connection: psycopg.Connection[Any], statement: LiteralString, *values: object
) -> tuple[Any, ...] | None:
    return connection.cursor(row_factory=tuple_row).execute(statement, values).fetchone()


def _driver_connection(connection: Connection) -> psycopg.Connection[Any]:
    if not connection.in_transaction():
        # Otherwise the caller's commit would find nothing begun, and the job be lost.
        connection.begin()
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise InvalidJob(("The connection is not of the driver psycopg; use postgresql+psycopg://.",))
    return driver


@contextmanager
def _connection(pool: ConnectionPool[psycopg.Connection[Any]]) -> Iterator[psycopg.Connection[Any]]:
    with _unavailable_on_error(), pool.connection() as connection:
        yield connection


@contextmanager
def _unavailable_on_error() -> Iterator[None]:
    try:
        yield
    except (psycopg.Error, ConnectorException) as error:
        # The message may hold values of the job; the class says enough.
        raise QueueUnavailable(
            f"The job queue's database cannot be used ({type(error).__name__})."
        ) from error
