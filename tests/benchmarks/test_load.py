"""The load generator against a small server that answers what it is sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.installation import CommandFailed, Server
from benchmarks.load import getting, posting, rate, replies, times


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200 if self.headers["Authorization"] == "Bearer key" else 401, body)

    def do_GET(self) -> None:
        self._answer(200, json.dumps(self.path).encode())

    def log_message(self, format: str, *args: object) -> None:
        return

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Server(running.server_port, (), 0.0)
        running.shutdown()
        thread.join()


def test_each_thing_given_is_sent_in_its_own_request(server: Server):
    ask = posting("key", "/echo", lambda given: {"number": given})
    assert replies(server, ask, [1, 2, 3]) == [{"number": 1}, {"number": 2}, {"number": 3}]
    assert replies(server, getting("key", lambda given: f"/{given}"), [7]) == ["/7"]


def test_as_many_times_are_taken_as_were_asked_and_several_clients_share_them(server: Server):
    ask = posting("key", "/echo", lambda given: given)
    assert all(taken > 0 for taken in times(server, ask, range(5)))
    assert len(times(server, ask, range(5))) == 5
    assert rate(server, ask, range(9), clients=4) > 0


def test_a_refusal_is_told_with_what_was_said(server: Server):
    with pytest.raises(CommandFailed, match='answered 401: "hello"'):
        times(server, posting("wrong", "/echo", lambda given: given), ["hello"])
