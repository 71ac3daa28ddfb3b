"""What happens around every request: its id, the headers of its reply, a line in the log, and the figures.

Addresses are logged without their query, and bodies not at all: both may hold what customers wrote.
"""

from __future__ import annotations

import logging
import re
import time
from uuid import uuid4

from flask import Flask, Response, g, request

from api.metrics import Measures

access_log = logging.getLogger("pointsman.access")

_REQUEST_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_A_YEAR = 31_536_000


def watch(app: Flask, measures: Measures, *, secure: bool) -> None:
    """Have every request of an application identified, timed, counted and logged."""

    def begin() -> None:
        g.started = time.perf_counter()
        asked = request.headers.get("X-Request-ID", "")
        g.request_id = asked if _REQUEST_ID.fullmatch(asked) else uuid4().hex

    def end(response: Response) -> Response:
        _set_headers(response, secure)
        _record(response, measures)
        return response

    app.before_request(begin)
    app.after_request(end)


def request_id() -> str:
    """The id of this request, as its reply and the log have it."""
    return str(g.get("request_id", ""))


def _set_headers(response: Response, secure: bool) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_A_YEAR}")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-ID"] = request_id()


def _record(response: Response, measures: Measures) -> None:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    # The rule, not the address: as many series as there are routes.
    route = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.method in _METHODS else "other"
    measures.requests.labels(route, method, response.status_code).inc()
    measures.latency.labels(route, method).observe(seconds)
    caller = g.get("caller")
    access_log.info(
        "%s %s %d %.1fms key=%s request=%s",
        method,
        request.path if request.url_rule else "(unknown)",
        response.status_code,
        seconds * 1000,
        caller.key_id if caller else "-",
        request_id(),
    )
