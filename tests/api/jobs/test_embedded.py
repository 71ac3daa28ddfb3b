"""What only the queue in a file can suffer."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.jobs import Job, Payload, make_queue
from api.jobs.errors import QueueUnavailable
from tests.api.jobs.places import Place, finish_all


def test_a_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").write_bytes(b"not a database, " * 100)
    with pytest.raises(QueueUnavailable, match="cannot be used"):
        make_queue("sqlite:///x.db", tmp_path, {})


def test_jobs_whose_message_was_lost_are_run_all_the_same(tmp_path: Path) -> None:
    seen: list[Payload] = []
    with Place("sqlite:///x.db", tmp_path).queue({"reply": Job(seen.append)}) as queue:
        queue.enqueue("reply", {"n": 1})
        with closing(sa.create_engine(f"sqlite:///{tmp_path}/jobs.db").raw_connection()) as connection:
            connection.cursor().execute("DELETE FROM task")
            connection.commit()
        finish_all(queue)
    assert seen == [{"n": 1}]
