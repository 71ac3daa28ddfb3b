"""The two processes that stay: the server and the worker."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast

import click
from flask import Flask, current_app

from api.commands.plain import PlainCommand, parts, tell
from api.config import Settings
from api.errors_database import DatabaseUnusable
from api.jobs import stop_on_signals
from api.memory import use_few_arenas
from api.server import serve as serve_until_stopped
from api.wiring import Parts

OWN_LOGGERS = ("api", "kb", "models", "pointsman")
# Waitress answers an oversized body in plain text; the application does as the API promises.
LEEWAY = 4


@click.command(cls=PlainCommand)
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.")
@click.option("--host", help="Address to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="How many processes serve.")
def serve(port: int | None, host: str | None, workers: int | None) -> None:
    """Run the production server until it is told to stop."""
    own = parts()
    settings = own.settings
    _log_to_stderr(settings)
    _refuse_unprepared()
    count = workers or settings.workers
    serve_until_stopped(
        _this_application() if count == 1 else _new_applications(own, count),
        host=host or settings.host,
        port=settings.port if port is None else port,
        threads=settings.threads,
        workers=count,
        max_body_bytes=LEEWAY * settings.max_body_bytes,
        trusted_proxy=settings.trusted_proxy,
        announce=lambda url: tell(f"Serving at {url}"),
    )


@click.command(cls=PlainCommand)
def worker() -> None:
    """Run queued jobs and the schedule until told to stop."""
    own = parts()
    _log_to_stderr(own.settings)
    _refuse_unprepared()
    stop = threading.Event()
    tell("Working; stop with Ctrl-C.")
    own.queue_reembedding()
    with stop_on_signals(stop):
        own.queue.run_worker(stop)


def _this_application() -> Callable[[], Flask]:
    """The one that the command runs within; it loads what is heavy while the server begins to listen."""
    use_few_arenas()
    parts().warm_up()
    application: Flask = cast(Any, current_app)._get_current_object()
    return lambda: application


def _new_applications(own: Parts, count: int) -> Callable[[], Flask]:
    """One for each process, with connections of its own: those of this process are given back."""
    own.close()
    return partial(_served, replace(own.settings, workers=count))


def _served(settings: Settings) -> Flask:
    from api.app import create_app

    use_few_arenas()
    own = Parts(settings)
    own.warm_up()  # while the application is put together
    return create_app(parts=own)


def _refuse_unprepared() -> None:
    trouble = parts().database_trouble()
    if trouble:
        raise DatabaseUnusable(trouble)


def _log_to_stderr(settings: Settings) -> None:
    """Log our own modules at the level that is set, and others from warnings on.

    What others log in detail may quote values, such as the parameters of SQL.
    """
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(settings.log_level.upper())
