"""The jobs of the embedded queue, in tables of their own beside huey's: the state that survives a crash.

All SQL of the embedded queue is here. Times are seconds since 1970.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from huey.storage import SqliteStorage

from api.jobs.errors import AlreadyQueued, JobNotFound, QueueUnavailable
from api.jobs.port import JobCounts, JobState, Stage

_TABLES = (
    """CREATE TABLE IF NOT EXISTS job (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
        payload TEXT NOT NULL, key TEXT, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
        queued_at REAL NOT NULL, due_at REAL NOT NULL, beat_at REAL, error TEXT NOT NULL DEFAULT '')""",
    "CREATE UNIQUE INDEX IF NOT EXISTS job_key ON job (key) WHERE state IN ('waiting', 'running')",
    "CREATE INDEX IF NOT EXISTS job_state ON job (state, due_at)",
    "CREATE TABLE IF NOT EXISTS job_time (name TEXT PRIMARY KEY, started REAL NOT NULL)",
)
# A try counts once it is over.
_LIVE = """SELECT id, name, state, attempts - (state = 'running'), queued_at, error
    FROM job WHERE state != 'failed' ORDER BY number LIMIT ?"""
_DEAD = """SELECT id, name, state, attempts, queued_at, error
    FROM job WHERE state = 'failed' ORDER BY number DESC LIMIT ?"""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be written; an empty ``key`` is no key."""

    id: str
    name: str
    payload: str
    key: str
    queued_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a job once; it ends when another worker, thinking this one dead, takes it over."""

    id: str
    name: str
    payload: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The tables, reached over huey's storage so that both share one connection and its lock."""

    storage: SqliteStorage

    def create_tables(self) -> None:
        """Make the tables that are missing."""
        with self._write() as cursor:
            for statement in _TABLES:
                cursor.execute(statement)

    def add(self, job: NewJob) -> str:
        """Write a job; returns its id, or the id of the live job that has its key."""
        with self._write() as cursor:
            return _add(cursor, job)

    def find(self, key: str) -> str:
        """The id of the waiting or running job that has the key; empty where there is none."""
        with unavailable_on_error(), self.storage.db() as cursor:
            return _live_job(cursor, key)

    def add_scheduled(self, job: NewJob, time: datetime) -> bool:
        """Write a recurring job unless its ``time`` was claimed before, or its last run is not over."""
        with self._write() as cursor:
            cursor.execute("SELECT started FROM job_time WHERE name = ?", (job.name,))
            row = cursor.fetchone()
            if (row and row[0] >= time.timestamp()) or _add(cursor, job) != job.id:
                return False
            cursor.execute("INSERT OR REPLACE INTO job_time VALUES (?, ?)", (job.name, time.timestamp()))
            return True

    def claim(self, job_id: str, now: datetime) -> Claim | None:
        """Mark a waiting job as running; None where it is not waiting (any more)."""
        with self._write() as cursor:
            cursor.execute(
                "UPDATE job SET state = 'running', attempts = attempts + 1, beat_at = ?"
                " WHERE id = ? AND state = 'waiting'",
                (now.timestamp(), job_id),
            )
            if cursor.rowcount == 0:
                return None
            cursor.execute("SELECT id, name, payload, attempts FROM job WHERE id = ?", (job_id,))
            return Claim(*cursor.fetchone())

    def finish(self, claim: Claim) -> None:
        """Remove a job that succeeded."""
        self._change(
            "DELETE FROM job WHERE id = ? AND state = 'running' AND attempts = ?", claim.id, claim.attempts
        )

    def wait_again(self, claim: Claim, due_at: datetime, error: str) -> bool:
        """Put a job back into the queue; False where another worker has taken it over."""
        return self._change(
            "UPDATE job SET state = 'waiting', due_at = ?, error = ?"
            " WHERE id = ? AND state = 'running' AND attempts = ?",
            due_at.timestamp(),
            error,
            claim.id,
            claim.attempts,
        )

    def bury(self, claim: Claim, error: str) -> None:
        """Keep a job as a dead letter."""
        self._change(
            "UPDATE job SET state = 'failed', error = ? WHERE id = ? AND state = 'running' AND attempts = ?",
            error,
            claim.id,
            claim.attempts,
        )

    def revive(self, job_id: str, now: datetime) -> None:
        """Put a dead letter back into the queue with no tries counted.

        Raises:
            JobNotFound: no dead letter has that id.
            AlreadyQueued: a live job has its key.
        """
        with self._write() as cursor:
            cursor.execute("SELECT key FROM job WHERE id = ? AND state = 'failed'", (job_id,))
            row = cursor.fetchone()
            if row is None:
                raise JobNotFound(job_id)
            if other := _live_job(cursor, row[0]):
                raise AlreadyQueued(job_id, other)
            cursor.execute(
                "UPDATE job SET state = 'waiting', attempts = 0, due_at = ? WHERE id = ?",
                (now.timestamp(), job_id),
            )

    def beat(self, job_ids: Iterable[str], now: datetime) -> None:
        """Note that the worker running these jobs is alive."""
        with self._write() as cursor:
            cursor.executemany(
                "UPDATE job SET beat_at = ? WHERE id = ? AND state = 'running'",
                [(now.timestamp(), job_id) for job_id in job_ids],
            )

    def lost(self, silent_since: datetime) -> list[Claim]:
        """The running jobs of workers that gave no sign of life since then."""
        rows = self._read(
            "SELECT id, name, payload, attempts FROM job WHERE state = 'running' AND beat_at < ?",
            silent_since.timestamp(),
        )
        return [Claim(*row) for row in rows]

    def waiting_times(self) -> list[tuple[str, datetime]]:
        """Id and due time of all waiting jobs."""
        rows = self._read("SELECT id, due_at FROM job WHERE state = 'waiting' ORDER BY due_at")
        return [(row[0], datetime.fromtimestamp(row[1], UTC)) for row in rows]

    def next_due(self) -> datetime | None:
        """When the first of the waiting jobs is due."""
        ((due_at,),) = self._read("SELECT min(due_at) FROM job WHERE state = 'waiting'")
        return None if due_at is None else datetime.fromtimestamp(due_at, UTC)

    def live(self, limit: int) -> list[JobState]:
        """Running and waiting jobs, the oldest first."""
        return [_state(row) for row in self._read(_LIVE, limit)]

    def dead(self, limit: int) -> list[JobState]:
        """Dead letters, the newest first."""
        return [_state(row) for row in self._read(_DEAD, limit)]

    def counts(self) -> JobCounts:
        """How many jobs are in each state."""
        return JobCounts(**dict(self._read("SELECT state, count(*) FROM job GROUP BY state")))

    def _read(self, statement: str, *values: object) -> list[Any]:
        with unavailable_on_error():
            return list(self.storage.sql(statement, values, results=True))

    def _change(self, statement: str, *values: object) -> bool:
        with self._write() as cursor:
            cursor.execute(statement, values)
            return cursor.rowcount > 0

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Cursor]:
        with unavailable_on_error(), self.storage.db(commit=True) as cursor:
            yield cursor


@contextmanager
def unavailable_on_error() -> Iterator[None]:
    """Turn an error of SQLite into QueueUnavailable."""
    try:
        yield
    except sqlite3.Error as error:
        raise QueueUnavailable(
            f"The job queue's file cannot be used ({error}); is its disk full or busy?"
        ) from error


def _add(cursor: sqlite3.Cursor, job: NewJob) -> str:
    key = job.key or None
    if other := _live_job(cursor, key):
        return other
    times = (job.queued_at.timestamp(), job.due_at.timestamp())
    cursor.execute(
        "INSERT INTO job (id, name, payload, key, state, queued_at, due_at)"
        " VALUES (?, ?, ?, ?, 'waiting', ?, ?)",
        (job.id, job.name, job.payload, key, *times),
    )
    return job.id


def _live_job(cursor: sqlite3.Cursor, key: str | None) -> str:
    cursor.execute("SELECT id FROM job WHERE key = ? AND state IN ('waiting', 'running')", (key,))
    row = cursor.fetchone()
    return str(row[0]) if row else ""


def _state(row: tuple[str, str, Stage, int, float, str]) -> JobState:
    job_id, name, state, attempts, queued_at, error = row
    return JobState(job_id, name, state, attempts, datetime.fromtimestamp(queued_at, UTC), error)
