"""The production server: waitress in one or several processes that finish what they began before they end."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from select import select
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from waitress.server import BaseWSGIServer

    AppFactory = Callable[[], WSGIApplication]

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5
# A connection that has just been made gets this long to send its request although the server is to end.
_FIRST_WORD_SECONDS = 0.5
_PAUSE_BEFORE_RESTART_SECONDS = 1.0
_ENDING_SECONDS = 5.0
_DID_NOT_START = 3
_MOST_CONNECTIONS = 500
_BACKLOG = 1024


class ServerNotStarted(Exception):
    """The address cannot be listened on, or children could not build the application."""


@dataclass(slots=True)
class _Stop:
    """Set from a signal's handler. An Event would not do: a second signal could find its lock taken."""

    asked: bool = False
    wake: Callable[[], object] = lambda: None

    def ask(self) -> None:
        self.asked = True
        self.wake()


class _Channel(Protocol):
    """What is looked at of a connection in waitress."""

    creation_time: float
    last_activity: float
    close_when_flushed: bool
    request: object | None
    requests: list[object]
    requests_lock: threading.Lock


def serve(
    app_factory: AppFactory,
    *,
    host: str,
    port: int,
    threads: int = 8,
    workers: int = 1,
    drain_seconds: float = 30.0,
    max_body_bytes: int = 16 * 1024 * 1024,
    trusted_proxy: str = "",
    announce: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve until SIGTERM or SIGINT; then accept nothing more, finish the requests in flight, and return.

    To be called in the main thread. The application is built in each process that serves: with several
    ``workers`` in children only, which share one listening socket and are replaced when they die. (Where
    processes are spawned instead of forked, the factory must be picklable.) Requests still running after
    ``drain_seconds`` are cut off. ``trusted_proxy`` is the address of a proxy whose X-Forwarded headers
    count. ``announce`` is called with the address once connections are accepted; port 0 picks a free port.

    Raises:
        ServerNotStarted: the address is taken or not ours, or children could not build the application.
    """
    settings = _settings(threads, max_body_bytes, trusted_proxy)
    listener = _listen(host, port)
    address = listener.getsockname()
    announce(f"http://{f'[{address[0]}]' if ':' in address[0] else address[0]}:{address[1]}")
    if workers == 1:
        _serve_here(app_factory, listener, settings, drain_seconds)
    else:
        _Crew(app_factory, listener, settings, drain_seconds).run(workers)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        raise ServerNotStarted(
            f"Cannot listen on port {port} of {host}: {error}. "
            "Stop the program that uses it, or choose another port or address."
        ) from error


def _serve_here(
    app_factory: AppFactory, listener: socket.socket, settings: dict[str, Any], drain_seconds: float
) -> None:
    from waitress import wasyncore
    from waitress.server import create_server

    stop = _Stop()
    _stop_with_parent(stop)
    _on_signals(stop.ask)
    channels: dict[int, Any] = {}
    server: Any = create_server(app_factory(), map=channels, sockets=[listener], **settings)
    stop.wake = server.pull_trigger
    while not stop.asked:
        wasyncore.loop(timeout=_LOOK_SECONDS, use_poll=True, map=channels, count=1)
    _stop_accepting(server, listener)
    deadline = time.monotonic() + drain_seconds
    while server.active_channels and time.monotonic() < deadline:
        for channel in list(server.active_channels.values()):
            _close_if_idle(channel)
        wasyncore.loop(timeout=0.05, use_poll=True, map=channels, count=1)
    if server.active_channels:
        logger.warning("%d connections were cut off.", len(server.active_channels))
    else:
        server.task_dispatcher.shutdown()


def _settings(threads: int, max_body_bytes: int, trusted_proxy: str) -> dict[str, Any]:
    settings = {
        "threads": threads,
        # waitress refuses a body of just this size.
        "max_request_body_size": max_body_bytes + 1,
        "connection_limit": _MOST_CONNECTIONS,
        "ident": "",
    }
    headers = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"}
    proxy = {"trusted_proxy": trusted_proxy, "trusted_proxy_count": 1, "trusted_proxy_headers": headers}
    return settings | proxy if trusted_proxy else settings


def _stop_accepting(server: BaseWSGIServer, listener: socket.socket) -> None:
    # Clients whose connection the system has accepted already would otherwise be turned away.
    for _ in range(_BACKLOG):
        if not select([listener], [], [], 0)[0]:
            break
        server.handle_accept()
    server.accepting = False
    server.del_channel()
    listener.close()


def _close_if_idle(channel: _Channel) -> None:
    is_new = channel.last_activity == channel.creation_time
    if is_new and time.time() < channel.creation_time + _FIRST_WORD_SECONDS:
        return
    with channel.requests_lock:
        if not channel.requests and channel.request is None:
            channel.close_when_flushed = True


def _on_signals(act: Callable[[], object]) -> None:
    def handle(number: int, frame: FrameType | None) -> None:
        act()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, handle)


def _stop_with_parent(stop: _Stop) -> None:
    """A child whose parent was killed must not keep the port."""
    parent = multiprocessing.parent_process()

    def wait_for_its_end(sentinel: int) -> None:
        wait([sentinel])
        stop.ask()

    if parent is not None:
        threading.Thread(target=wait_for_its_end, args=(parent.sentinel,), daemon=True).start()


class _Crew:
    """Children that serve on one socket, and the parent that replaces those that die."""

    def __init__(
        self, app_factory: AppFactory, listener: socket.socket, settings: dict[str, Any], drain_seconds: float
    ) -> None:
        self._arguments = (app_factory, listener, settings, drain_seconds)
        self._listener = listener
        self._drain_seconds = drain_seconds
        self._stop = _Stop()

    def run(self, size: int) -> None:
        _on_signals(self._stop.ask)
        founders = members = [self._start() for _ in range(size)]
        try:
            while not self._stop.asked:
                wait([member.sentinel for member in members], timeout=_LOOK_SECONDS)
                if any(founder.exitcode == _DID_NOT_START for founder in founders):
                    raise ServerNotStarted("The application could not be built; the log says why.")
                members = [member if member.exitcode is None else self._replace(member) for member in members]
        finally:
            self._listener.close()
            self._end(members)

    def _start(self) -> BaseProcess:
        # Elsewhere than on Linux, libraries of the system do not survive a fork.
        context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        member: BaseProcess = context.Process(target=_serve_in_child, args=self._arguments)
        member.start()
        return member

    def _replace(self, member: BaseProcess) -> BaseProcess:
        if self._stop.asked:
            return member
        logger.error("Process %s died (exit code %s) and is replaced.", member.pid, member.exitcode)
        time.sleep(_PAUSE_BEFORE_RESTART_SECONDS)
        return self._start()

    def _end(self, members: list[BaseProcess]) -> None:
        deadline = time.monotonic() + self._drain_seconds + _ENDING_SECONDS
        while (alive := [member for member in members if member.is_alive()]) and time.monotonic() < deadline:
            for member in alive:
                # Again and again: a child that has only just been made does not listen yet.
                member.terminate()
            wait([member.sentinel for member in alive], timeout=_LOOK_SECONDS)
        for member in members:
            member.kill()
            member.join()


def _serve_in_child(
    app_factory: AppFactory, listener: socket.socket, settings: dict[str, Any], drain_seconds: float
) -> None:
    def build() -> WSGIApplication:
        try:
            return app_factory()
        except Exception:
            logger.exception("The application cannot be built.")
            sys.exit(_DID_NOT_START)

    _serve_here(build, listener, settings, drain_seconds)
