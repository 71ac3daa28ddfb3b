"""A load generator: requests one after the other on a connection that stays open, or from several clients at once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from http.client import HTTPConnection
from typing import Any, TypeVar

from benchmarks.installation import CommandFailed, Server
from benchmarks.processes import cpu_seconds

CLIENTS = 4

Given = TypeVar("Given")
Ask = Callable[[HTTPConnection, Given], bytes]


def getting(key: str, address: Callable[[Given], str]) -> Ask[Given]:
    """Ask with GET, at an address for each thing given."""

    def ask(connection: HTTPConnection, given: Given) -> bytes:
        connection.request("GET", address(given), headers={"Authorization": f"Bearer {key}"})
        return _read(connection)

    return ask


def posting(key: str, path: str, body: Callable[[Given], object]) -> Ask[Given]:
    """Ask with POST, with a body of JSON for each thing given."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(connection: HTTPConnection, given: Given) -> bytes:
        connection.request("POST", path, json.dumps(body(given)), headers)
        return _read(connection)

    return ask


def replies(server: Server, ask: Ask[Given], given: Sequence[Given]) -> list[Any]:
    """Ask one after the other, and give what is answered, read as JSON."""
    with closing(server.connect()) as connection:
        return [json.loads(ask(connection, one)) for one in given]


def times(server: Server, ask: Ask[Given], given: Sequence[Given]) -> list[float]:
    """Ask one after the other on one connection; the milliseconds of each."""
    taken = []
    with closing(server.connect()) as connection:
        for one in given:
            started = time.perf_counter()
            ask(connection, one)
            taken.append((time.perf_counter() - started) * 1000)
    return taken


def rate(server: Server, ask: Ask[Given], given: Sequence[Given], clients: int = CLIENTS) -> float:
    """Have several clients ask at once, each its share; requests in a second.

    Raises:
        CommandFailed: not every request was answered.
    """
    answered: list[float] = []
    threads = [
        threading.Thread(target=lambda share=share: answered.extend(times(server, ask, share)))
        for share in (given[number::clients] for number in range(clients))
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if len(answered) < len(given):
        raise CommandFailed(f"Of {len(given)} requests {len(answered)} were answered.")
    return len(given) / seconds


def cpu(server: Server) -> float:
    """The processor time of all workers so far, in seconds."""
    return sum(cpu_seconds(worker) for worker in server.workers)


def _read(connection: HTTPConnection) -> bytes:
    response = connection.getresponse()
    content = response.read()
    if response.status != 200:
        said = content[:500].decode(errors="replace")
        raise CommandFailed(f"The server answered {response.status}: {said}")
    return content
