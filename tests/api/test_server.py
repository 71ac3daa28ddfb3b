"""The server as processes of its own: what it does when it is to end, and when a part of it dies."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from api.server import ServerNotStarted, serve

ROOT = Path(__file__).parents[2]
SERVER = """
import os, sys, time
from pathlib import Path
from api.server import serve

def build():
    if Path("broken").exists():
        raise RuntimeError("no database")
    return answer

def answer(environ, start_response):
    if environ["PATH_INFO"] == "/die":
        os._exit(1)
    if environ["PATH_INFO"] == "/slow":
        Path("begun").touch()
        time.sleep(0.7)
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]

sys.path.insert(0, ".")
serve(
    build,
    host="127.0.0.1",
    port=0,
    workers=int(sys.argv[1]),
    drain_seconds=float(sys.argv[2]),
    max_body_bytes=1000,
    announce=lambda url: print(url, flush=True),
)
"""


class Server:
    """A server in processes of its own, and the folder it works in."""

    def __init__(self, folder: Path, workers: int, drain_seconds: float = 10) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(workers), str(drain_seconds)],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=10)

    def get(self, path: str = "/", body: bytes | None = None) -> tuple[int, str]:
        connection = self.connect()
        try:
            connection.request("GET", path, body)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def is_listening(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", int(self.url.rpartition(":")[2]))) == 0


@contextmanager
def running(folder: Path, workers: int, drain_seconds: float = 10) -> Iterator[Server]:
    server = Server(folder, workers, drain_seconds)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.communicate(timeout=10)


def wait_until(true: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def no_application() -> NoReturn:
    raise AssertionError("there is nothing to be built before the address is ours")


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_requests_in_flight_are_finished_and_new_ones_refused(
    tmp_path: Path, workers: int, asked: signal.Signals
) -> None:
    answers: list[tuple[int, str]] = []
    with running(tmp_path, workers) as server:
        idle = server.connect()
        idle.request("GET", "/")
        idle.getresponse().read()
        threads = [threading.Thread(target=lambda: answers.append(server.get("/slow"))) for _ in range(3)]
        for thread in threads:
            thread.start()
        wait_until((tmp_path / "begun").exists)
        time.sleep(0.1)
        server.process.send_signal(asked)
        wait_until(lambda: not server.is_listening(), 0.6)
        assert answers == []
        assert server.process.wait(5) == 0
        for thread in threads:
            thread.join()
        idle.close()
    assert [status for status, _ in answers] == [200, 200, 200]


def test_a_request_that_takes_too_long_is_cut_off(tmp_path: Path) -> None:
    with running(tmp_path, workers=1, drain_seconds=0.1) as server:
        connection = server.connect()
        connection.request("GET", "/slow")
        wait_until((tmp_path / "begun").exists)
        server.process.terminate()
        with pytest.raises(ConnectionError):
            connection.getresponse()
        connection.close()
        assert server.process.wait(5) == 0


def test_a_process_that_dies_is_replaced(tmp_path: Path) -> None:
    with running(tmp_path, workers=2) as server:
        with pytest.raises(ConnectionError):
            server.get("/die")
        # The other one goes on, and two answer again before long.
        survivor = server.get()
        assert survivor[0] == 200
        wait_until(lambda: server.get()[1] != survivor[1])


def test_the_children_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    with running(tmp_path, workers=2) as server:
        assert server.get()[0] == 200
        server.process.kill()
        wait_until(lambda: not server.is_listening())


def test_an_application_that_cannot_be_built_ends_the_server(tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    server = Server(tmp_path, workers=2)
    _, log = server.process.communicate(timeout=10)
    assert server.process.returncode == 1
    assert "RuntimeError: no database" in log
    assert "ServerNotStarted: The application could not be built; the log says why." in log


def test_a_body_over_the_limit_is_refused(tmp_path: Path) -> None:
    with running(tmp_path, workers=1) as server:
        assert server.get(body=b"x" * 1000)[0] == 200
        assert server.get(body=b"x" * 1001)[0] == 413


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        message = f"Cannot listen on port {port} of 127.0.0.1: .*in use.* choose another port"
        with pytest.raises(ServerNotStarted, match=message):
            serve(no_application, host="127.0.0.1", port=port)


def test_a_host_that_is_not_ours_is_named() -> None:
    with pytest.raises(ServerNotStarted, match=re.escape("Cannot listen on port 8000 of 192.0.2.1")):
        serve(no_application, host="192.0.2.1", port=8000)
