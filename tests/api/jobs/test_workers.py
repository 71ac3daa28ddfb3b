"""Workers beside each other, workers that stop, and workers that are killed; asked of both queues."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from api.jobs import Job, Payload
from api.jobs.port import JobCounts
from tests.api.jobs.places import Place, finish_all, wait_until

ROOT = Path(__file__).parents[3]


def test_a_worker_that_is_told_to_stop_finishes_its_job(place: Place) -> None:
    started, stop, done = threading.Event(), threading.Event(), []

    def slow(payload: Payload) -> None:
        started.set()
        time.sleep(0.4)
        done.append(payload["n"])

    with place.queue({"slow": Job(slow)}, threads=1) as queue:
        for n in range(3):
            queue.enqueue("slow", {"n": n})
        worker = threading.Thread(target=queue.run_worker, args=(stop,))
        worker.start()
        assert started.wait(5)
        assert queue.counts() == JobCounts(waiting=2, running=1)
        assert [state.state for state in queue.waiting(10)] == ["running", "waiting", "waiting"]
        stop.set()
        worker.join(5)
        assert not worker.is_alive()
        assert done == [0]
        assert queue.counts() == JobCounts(waiting=2)


def test_two_workers_share_the_jobs_and_run_none_twice(place: Place) -> None:
    seen: list[int] = []
    jobs = {"count": Job(lambda payload: seen.append(payload["n"]))}
    with place.queue(jobs) as one, place.queue(jobs) as two:
        for n in range(40):
            one.enqueue("count", {"n": n})
        threads = [threading.Thread(target=finish_all, args=(queue,)) for queue in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(seen) == list(range(40))


WORKER = """
import os, signal, sys, threading, time
from pathlib import Path
from api.jobs import Job, make_queue, stop_on_signals

def work(payload):
    Path(sys.argv[2], "begun").touch()
    if payload["deadly"]:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.5)
    Path(sys.argv[2], "ended").touch()

stop = threading.Event()
queue = make_queue(sys.argv[1], Path(sys.argv[2]), {"work": Job(work)}, heartbeat_seconds=0.1)
with stop_on_signals(stop):
    queue.run_worker(stop)
queue.close()
"""


def start_worker(place: Place) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WORKER, place.url, place.folder], cwd=ROOT)


def test_a_job_cut_off_by_kill_9_is_run_again_by_another_worker(place: Place) -> None:
    seen: list[Payload] = []
    with place.queue({"work": Job(seen.append)}, heartbeat_seconds=0.1) as queue:
        queue.enqueue("work", {"deadly": True}, key="work")
        assert start_worker(place).wait(10) == -signal.SIGKILL
        assert queue.counts() == JobCounts(running=1)
        # It is left alone while its worker may still be alive.
        finish_all(queue)
        assert seen == []
        time.sleep(0.6)
        finish_all(queue)
        assert queue.counts() == JobCounts()
    assert seen == [{"deadly": True}]


def test_a_job_that_kills_its_worker_at_the_last_try_becomes_a_dead_letter(place: Place) -> None:
    with place.queue({"work": Job(print, retries=0)}, heartbeat_seconds=0.1) as queue:
        job_id = queue.enqueue("work", {"deadly": True})
        start_worker(place).wait(10)
        time.sleep(0.6)
        finish_all(queue)
        (state,) = queue.failed(10)
    assert (state.id, state.attempts) == (job_id, 1)
    assert state.error == "WorkerLost: the worker died while it ran this job"


def test_a_worker_that_gets_sigterm_finishes_its_job_and_exits_with_0(place: Place) -> None:
    with place.queue({}) as queue:
        queue.enqueue("work", {"deadly": False})
        worker = start_worker(place)
        wait_until((place.folder / "begun").exists)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(5) == 0
        assert (place.folder / "ended").exists()
        assert queue.counts() == JobCounts()
