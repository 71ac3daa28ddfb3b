"""What each job queue promises of jobs that succeed, asked of both."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.jobs import Job, Payload, make_queue
from api.jobs.errors import InvalidJob
from api.jobs.port import JobCounts
from tests.api.jobs.places import Place, finish_all


def test_a_job_is_run_once_with_its_payload_and_then_forgotten(place: Place) -> None:
    seen: list[Payload] = []
    with place.queue({"reply": Job(seen.append)}) as queue:
        queue.enqueue("reply", {"ticket": 7, "text": "Grüße, 你好", "parts": [1.5, None, {"a": True}]})
        finish_all(queue)
        finish_all(queue)
        assert seen == [{"ticket": 7, "text": "Grüße, 你好", "parts": [1.5, None, {"a": True}]}]
        assert queue.counts() == JobCounts(waiting=0, running=0, failed=0)


def test_jobs_are_run_in_the_order_they_came(place: Place) -> None:
    seen: list[int] = []
    with place.queue({"count": Job(lambda payload: seen.append(payload["n"]))}, threads=1) as queue:
        for n in range(5):
            queue.enqueue("count", {"n": n})
        assert [state.name for state in queue.waiting(3)] == ["count"] * 3
        finish_all(queue)
    assert seen == [0, 1, 2, 3, 4]


def test_a_waiting_job_can_be_seen(place: Place) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    with place.queue({"reply": Job(print)}) as queue:
        job_id = queue.enqueue("reply", {"text": "secret"})
        (state,) = queue.waiting(10)
    assert (state.id, state.name, state.state, state.attempts, state.error) == (
        job_id,
        "reply",
        "waiting",
        0,
        "",
    )
    assert before < state.queued_at < datetime.now(UTC) + timedelta(seconds=2)


def test_the_same_key_is_queued_once_while_waiting_or_running(place: Place) -> None:
    seen: list[str] = []

    def again(payload: Payload) -> None:
        seen.append(queue.enqueue("sync", {}, key="sync:zendesk"))

    with place.queue({"sync": Job(again)}, threads=1) as queue:
        first = queue.enqueue("sync", {}, key="sync:zendesk")
        assert queue.enqueue("sync", {}, key="sync:zendesk") == first
        other = queue.enqueue("sync", {}, key="sync:freshdesk")
        finish_all(queue)
    # The first asked while it was running itself; the other when the first was over, which made a third.
    third = seen[1]
    assert third not in (first, other)
    assert seen == [first, third, third]


def test_a_job_with_a_delay_waits_for_its_time(place: Place) -> None:
    seen: list[float] = []
    with place.queue({"later": Job(lambda payload: seen.append(time.monotonic()))}) as queue:
        start = time.monotonic()
        queue.enqueue("later", {}, delay_seconds=0.6)
        finish_all(queue)
        assert seen == []
        assert queue.counts().waiting == 1
        time.sleep(0.45)
        finish_all(queue)
    assert len(seen) == 1
    assert seen[0] - start >= 0.6


def test_a_job_queued_in_a_transaction_shares_its_fate(place: Place) -> None:
    seen: list[Payload] = []
    engine = place.engine()
    with place.queue({"reply": Job(seen.append)}) as queue:
        with engine.connect() as connection:
            queue.enqueue("reply", {"n": 1}, connection=connection)
            connection.rollback()
            queue.enqueue("reply", {"n": 2}, connection=connection)
            assert queue.counts() == JobCounts()
            connection.commit()
            connection.execute(sa.text("SELECT 1"))
            connection.commit()
        with pytest.raises(ZeroDivisionError), engine.begin() as connection:
            queue.enqueue("reply", {"n": 3}, key="k", connection=connection)
            _ = 1 / 0
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT 1"))
            queue.enqueue("reply", {"n": 4}, key="k", connection=connection)
        with engine.begin() as connection:
            queue.enqueue("reply", {"n": 5}, key="k", connection=connection)
        finish_all(queue)
    engine.dispose()
    assert seen == [{"n": 2}, {"n": 4}]


def test_what_cannot_be_queued_is_refused_with_all_its_faults(place: Place) -> None:
    with place.queue({}) as queue:
        with pytest.raises(InvalidJob) as caught:
            queue.enqueue("", {"at": datetime(2026, 3, 1, tzinfo=UTC)}, key="k" * 501, delay_seconds=-1)
        assert [fault.split(" ")[1] for fault in caught.value.faults] == ["name", "payload", "key", "is"]
        for payload in ({"text": "a\x00b"}, {"text": "\ud800"}, {"x": float("nan")}, {"a\x00": 1}):
            with pytest.raises(InvalidJob):
                queue.enqueue("reply", payload)
        assert queue.counts() == JobCounts()


def test_a_scheduled_job_is_run_once_by_several_workers(place: Place) -> None:
    seen: list[str] = []
    hours = [0]

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(hours=hours[0])

    jobs = {"report": Job(lambda payload: seen.append(payload["scheduled_for"]), every=timedelta(hours=5))}
    with place.queue(jobs, clock=clock) as one, place.queue(jobs, clock=clock) as two:
        for _ in range(2):
            finish_all(one)
            finish_all(two)
        hours[0] = 5
        finish_all(two)
        finish_all(one)
    first, second = (datetime.fromisoformat(text) for text in seen)
    assert second - first == timedelta(hours=5)
    assert first.timestamp() % timedelta(hours=5).total_seconds() == 0


def test_a_table_of_jobs_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    jobs = {"a": Job(print, retries=-1, backoff_seconds=0), "b": Job(print, every=timedelta(seconds=0.5))}
    with pytest.raises(InvalidJob) as caught:
        make_queue("sqlite:///x.db", tmp_path, jobs)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["job 'a'", "job 'a'", "job 'b'"]


def test_a_database_without_a_queue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidJob, match="of the kind 'mysql'"):
        make_queue("mysql://host/name", tmp_path, {})
