"""An installation of its own in a temporary folder: the ``flask`` commands and the server, as people run them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.processes import children
from training.embedders import HOME, WEIGHTS_DIR

_ANNOUNCEMENT = "Serving at http://127.0.0.1:"
_PATIENCE_SECONDS = 600.0
_LOOK_SECONDS = 0.02
_ENDING_SECONDS = 60.0
_ASKED_A_WORKER = 8  # answers in a row, each on a new connection, until every worker counts as ready


class CommandFailed(Exception):
    """A command of the program ended otherwise than it should; the message has what it said."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder and the settings that go with it; ``demo`` knows the vectors of the sample company beforehand."""

    data_dir: Path
    embedder: str = "default"
    demo: bool = False

    def environment(self) -> dict[str, str]:
        """The settings, and nothing of the caller's own installation."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("POINTSMAN_")}
        return inherited | {
            "FLASK_APP": "api.commands.program:create_app",
            "POINTSMAN_DATA_DIR": str(self.data_dir),
            "POINTSMAN_WEIGHTS_DIR": str(WEIGHTS_DIR),
            "POINTSMAN_EMBEDDER": self.embedder,
            "POINTSMAN_DEMO": str(self.demo).lower(),
        }

    @property
    def database_url(self) -> str:
        """The address of its database."""
        return f"sqlite:///{self.data_dir / 'pointsman.db'}"

    def start(self, *arguments: str, log: Path | None = None) -> subprocess.Popen[str]:
        """Start ``flask`` and let it run; what it says on stderr goes to ``log``."""
        errors = subprocess.DEVNULL if log is None else log.open("w")
        return subprocess.Popen(
            [sys.executable, "-m", "flask", *arguments],
            cwd=HOME,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=errors,
            text=True,
        )

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``flask`` to its end.

        Raises:
            CommandFailed: it failed, and ``check`` is set.
        """
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=HOME,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise CommandFailed(f"flask {' '.join(arguments)} failed: {done.stderr.strip()[-2000:]}")
        return done


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``ready_seconds`` from its start to every worker's readiness."""

    port: int
    workers: tuple[int, ...]
    ready_seconds: float

    def connect(self) -> HTTPConnection:
        """A connection that stays open."""
        return HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_SECONDS)


@contextmanager
def served(installation: Installation, workers: int) -> Iterator[Server]:
    """Run ``flask serve`` for as long as the block runs.

    Raises:
        CommandFailed: it ended early, or was not ready in ten minutes.
    """
    log = installation.data_dir / "server.log"
    started = time.perf_counter()
    process = installation.start("serve", "--port", "0", "--workers", str(workers), log=log)
    try:
        port = _port(process, log, started)
        _wait_until_ready(process, log, port, workers, started)
        ready = time.perf_counter() - started
        serving = tuple(children(process.pid)) if workers > 1 else (process.pid,)
        yield Server(port, serving, ready)
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Let a server finish; one that does not is killed."""
    process.terminate()
    try:
        process.wait(_ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _port(process: subprocess.Popen[str], log: Path, started: float) -> int:
    while True:
        _refuse_end(process, log, started)
        said = log.read_text("utf-8")
        place = said.find(_ANNOUNCEMENT)
        if place >= 0 and "\n" in said[place:]:
            return int(said[place + len(_ANNOUNCEMENT) :].split()[0])
        time.sleep(_LOOK_SECONDS)


def _wait_until_ready(
    process: subprocess.Popen[str], log: Path, port: int, workers: int, started: float
) -> None:
    """Wait for one answer, or with several workers for so many in a row that none of them can be missing."""
    wanted = 1 if workers == 1 else _ASKED_A_WORKER * workers
    seen = 0
    while seen < wanted:
        _refuse_end(process, log, started)
        if _is_ready(port):
            seen += 1
        else:
            seen = 0
            time.sleep(_LOOK_SECONDS)


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _refuse_end(process: subprocess.Popen[str], log: Path, started: float) -> None:
    ended = process.poll() is not None
    if ended or time.perf_counter() - started > _PATIENCE_SECONDS:
        said = log.read_text("utf-8").strip()[-2000:]
        raise CommandFailed(f"flask serve {'ended' if ended else 'was not ready in time'}: {said}")
