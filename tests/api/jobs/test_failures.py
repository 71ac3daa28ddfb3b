"""What becomes of jobs that fail, asked of both queues."""

from __future__ import annotations

import logging
import time

import pytest

from api.jobs import Job, Payload
from api.jobs.errors import AlreadyQueued, JobNotFound
from api.jobs.port import JobCounts, backoff
from tests.api.jobs.places import Place, fail, finish_all


def test_a_job_that_fails_is_tried_again_after_longer_and_longer_pauses(place: Place) -> None:
    tries: list[float] = []

    def third_time_lucky(payload: Payload) -> None:
        tries.append(time.monotonic())
        if len(tries) < 3:
            raise ConnectionError("the help desk does not answer")

    with place.queue({"reply": Job(third_time_lucky, backoff_seconds=0.1)}) as queue:
        queue.enqueue("reply", {})
        finish_all(queue)
        assert queue.counts() == JobCounts()
    assert len(tries) == 3
    assert tries[1] - tries[0] >= 0.1
    assert tries[2] - tries[1] >= 0.2


def test_a_failure_is_shown_while_the_job_waits_for_its_next_try(place: Place) -> None:
    with place.queue({"reply": Job(fail(ConnectionError("no answer\nat all")), backoff_seconds=60)}) as queue:
        job_id = queue.enqueue("reply", {})
        finish_all(queue)
        (state,) = queue.waiting(10)
    assert (state.id, state.state, state.attempts) == (job_id, "waiting", 1)
    assert state.error == "ConnectionError: no answer"


def test_after_its_last_try_a_job_is_kept_until_it_is_put_back(place: Place) -> None:
    outcome: list[str] = ["fail"]

    def handler(payload: Payload) -> None:
        if outcome[-1] == "fail":
            raise ValueError("not today")
        outcome.append(payload["text"])

    with place.queue({"reply": Job(handler, retries=1, backoff_seconds=0.02)}) as queue:
        job_id = queue.enqueue("reply", {"text": "hello"})
        finish_all(queue)
        (state,) = queue.failed(10)
        assert (state.id, state.state, state.attempts, state.error) == (
            job_id,
            "failed",
            2,
            "ValueError: not today",
        )
        assert queue.counts() == JobCounts(failed=1)

        queue.retry(job_id)
        assert [(waiting.id, waiting.attempts) for waiting in queue.waiting(10)] == [(job_id, 0)]
        outcome.append("pass")
        finish_all(queue)
        assert outcome[-1] == "hello"
        assert queue.counts() == JobCounts()


def test_dead_letters_are_listed_newest_first(place: Place) -> None:
    with place.queue({"reply": Job(fail(ValueError("no")), retries=0)}) as queue:
        ids = [queue.enqueue("reply", {}) for _ in range(3)]
        finish_all(queue)
        assert [state.id for state in queue.failed(2)] == [ids[2], ids[1]]


def test_only_dead_letters_can_be_put_back(place: Place) -> None:
    with place.queue({"reply": Job(print)}) as queue:
        waiting = queue.enqueue("reply", {})
        for job_id in (waiting, "12345", "no-such-job", ""):
            with pytest.raises(JobNotFound, match="There is no failed job"):
                queue.retry(job_id)


def test_a_dead_letter_is_not_put_back_beside_a_job_with_its_key(place: Place) -> None:
    with place.queue({"sync": Job(fail(ValueError("no")), retries=0)}) as queue:
        dead = queue.enqueue("sync", {}, key="sync")
        finish_all(queue)
        live = queue.enqueue("sync", {}, key="sync")
        assert live != dead
        with pytest.raises(AlreadyQueued, match=f"job {live}"):
            queue.retry(dead)


def test_a_job_without_a_handler_becomes_a_dead_letter_at_once(place: Place) -> None:
    with place.queue({"reply": Job(print)}) as queue:
        job_id = queue.enqueue("replly", {})
        finish_all(queue)
        (state,) = queue.failed(10)
    assert (state.id, state.name) == (job_id, "replly")
    assert state.error.startswith("UnknownJob: no handler")


def test_an_error_is_kept_without_the_words_of_the_ticket(place: Place) -> None:
    text = "My card 4711 was charged twice, please help me!"
    payload = {"ticket": {"body": text, "tags": ["Refund"], "mail": "a@b.fi"}, "id": "t1"}
    errors = {
        "whole": ValueError(f"cannot read {text!r} of t1"),
        "part": ValueError("near 'was charged twice, pl' of t1"),
        "short": ValueError("tag Refund of a@b.fi and t1"),
        "key": KeyError("assignee"),
        "bare": ValueError(),
    }
    jobs = {name: Job(fail(error), retries=0) for name, error in errors.items()}
    with place.queue(jobs, threads=1) as queue:
        for name in jobs:
            queue.enqueue(name, payload)
        finish_all(queue)
        kept = {state.name: state.error for state in queue.failed(10)}
    assert kept == {
        "whole": "ValueError: cannot read '…' of t1",
        "part": "ValueError: near '…' of t1",
        "short": "ValueError: tag … of … and t1",
        "key": "KeyError: 'assignee'",
        "bare": "ValueError",
    }


def test_nothing_of_a_payload_or_an_error_is_logged(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with place.queue(
        {"reply": Job(fail(ValueError("canary in the error")), retries=1, backoff_seconds=0.02)}
    ) as queue:
        queue.enqueue("reply", {"text": "canary in the payload"}, key="once")
        queue.enqueue("unknown", {"text": "canary in the payload"})
        finish_all(queue)
        assert queue.counts() == JobCounts(failed=2)
    everything = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "canary" not in everything
    assert "(reply) failed at try 1: ValueError at places.py" in caplog.text


def test_pauses_double_up_to_six_hours() -> None:
    job = Job(print, backoff_seconds=30)
    assert [backoff(job, attempts).total_seconds() for attempts in (1, 2, 3, 10, 11, 5000)] == [
        30,
        60,
        120,
        15360,
        21600,
        21600,
    ]
