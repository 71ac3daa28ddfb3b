"""The embedded queue's order of work: huey's SQLite storage, carrying nothing but job ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from huey.storage import SqliteStorage

from api.jobs.ledger import unavailable_on_error

BUSY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Messages:
    """Who is next, and who is not due yet. A message that was taken is gone."""

    storage: SqliteStorage

    def send(self, job_id: str, due_at: datetime | None = None) -> None:
        """Have a job run at its turn, or when it is due."""
        with unavailable_on_error():
            if due_at is None:
                self.storage.enqueue(job_id.encode())
            else:
                self.storage.add_to_schedule(job_id.encode(), due_at)

    def take(self, now: datetime) -> str | None:
        """The next job that is due."""
        with unavailable_on_error():
            for message in self.storage.read_schedule(now):
                self.storage.enqueue(message)
            message = self.storage.dequeue()
        return None if message is None else bytes(message).decode()

    def count(self) -> int:
        """How many messages there are, due or not."""
        with unavailable_on_error():
            return int(self.storage.queue_size() + self.storage.schedule_size())

    def job_ids(self) -> set[str]:
        """The jobs that have a message."""
        with unavailable_on_error():
            messages = [*self.storage.enqueued_items(), *self.storage.scheduled_items()]
        return {bytes(message).decode() for message in messages}

    def close(self) -> None:
        """Close the file."""
        self.storage.close()


def open_storage(path: Path) -> SqliteStorage:
    """The storage in a SQLite file, which is made where it is missing.

    Raises:
        QueueUnavailable: the file cannot be made or opened.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with unavailable_on_error():
        return SqliteStorage("jobs", filename=str(path), timeout=BUSY_SECONDS)
