"""Where the queues of the tests lie, and how a test goes about with them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from api.database import make_engine
from api.jobs import JobQueue, JobTable, Payload, make_queue


@dataclass(frozen=True)
class Place:
    """A database with nothing in it, and a folder."""

    url: str
    folder: Path

    def queue(self, jobs: JobTable, **options: Any) -> closing[JobQueue]:
        return closing(make_queue(self.url, self.folder, jobs, **options))

    def engine(self) -> sa.Engine:
        return make_engine(self.url)


def finish_all(queue: JobQueue) -> None:
    queue.run_worker(threading.Event(), until_empty=True)


def wait_until(true: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def fail(error: Exception) -> Callable[[Payload], None]:
    def handler(payload: Payload) -> None:
        raise error

    return handler
