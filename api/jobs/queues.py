"""Picks the job queue that goes with the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from api.jobs.errors import InvalidJob
from api.jobs.port import HEARTBEAT_SECONDS, JobQueue, JobTable, check_table, utc_now

# Most jobs wait for another system to answer, and a long one must not hold up the short ones.
WORKER_THREADS = 2
EMBEDDED_FILE = "jobs.db"


def make_queue(
    database_url: str,
    data_dir: Path,
    jobs: JobTable,
    *,
    threads: int = WORKER_THREADS,
    heartbeat_seconds: float = HEARTBEAT_SECONDS,
    clock: Callable[[], datetime] = utc_now,
) -> JobQueue:
    """The queue for a database: for SQLite in a file of its own in ``data_dir``, for PostgreSQL within it.

    ``threads`` is how many jobs one worker runs at a time. A worker that gives no sign of life for six
    heartbeats counts as dead. Close the queue when done.

    Raises:
        InvalidJob: the table of jobs has faults, or there is no queue for the kind of database.
        QueueUnavailable: the queue cannot be opened.
    """
    check_table(jobs)
    kind = database_url.split(":", 1)[0].split("+", 1)[0]
    if kind == "sqlite":
        from api.jobs.embedded import open_embedded_queue

        return open_embedded_queue(
            data_dir / EMBEDDED_FILE, jobs, threads=threads, heartbeat_seconds=heartbeat_seconds, clock=clock
        )
    if kind in {"postgresql", "postgres"}:
        from api.jobs.postgres import open_postgres_queue

        return open_postgres_queue(
            database_url, jobs, threads=threads, heartbeat_seconds=heartbeat_seconds, clock=clock
        )
    raise InvalidJob(
        (f"There is no job queue for a database of the kind {kind!r}; use sqlite or postgresql.",)
    )
