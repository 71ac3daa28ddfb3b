"""Turns errors into replies: problem+json under the API, a page elsewhere."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from api.errors import UNKNOWN, NotSignedIn, faults_of, kind_of
from api.failures import log_failure
from api.replies import PROBLEM_MEDIA, ProblemReply
from api.traffic import request_id

RETRY_SECONDS = "5"
_MACHINE_PATHS = ("/api/", "/health/", "/metrics")

logger = logging.getLogger(__name__)


def answer_errors(app: Flask) -> None:
    """Have every error of an application answered as a problem."""
    app.register_error_handler(Exception, _answer)


def problem_response(problem: ProblemReply) -> Response:
    """A problem as it is sent."""
    response = Response(problem.model_dump_json(), problem.status, mimetype=PROBLEM_MEDIA)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Pointsman"'
    if problem.status == 503:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _answer(error: Exception) -> AnyResponse:
    if isinstance(error, HTTPException):
        return _http_answer(error)
    kind = kind_of(error)
    if kind.status >= 500 and not kind.detailed:
        log_failure(logger, f"Request {request_id()}", error)
    if not _is_machine() and isinstance(error, NotSignedIn):
        return redirect(url_for("pages.sign_in", next=request.full_path.rstrip("?")))
    return _reply(problem_of(error))


def _http_answer(error: HTTPException) -> AnyResponse:
    code = error.code or UNKNOWN.status
    if code < 400:
        return error.get_response()
    problem = ProblemReply(
        type="about:blank", title=error.name, status=code, detail=_description(error), request_id=request_id()
    )
    response = _reply(problem)
    kept = {"Allow", "Retry-After", "Accept-Ranges", "Content-Range"}
    response.headers.extend([(name, value) for name, value in error.get_headers() if name in kept])
    return response


def _reply(problem: ProblemReply) -> Response:
    if _is_machine():
        return problem_response(problem)
    return Response(render_template("problem.html", problem=problem), problem.status)


def _is_machine() -> bool:
    return request.path.startswith(_MACHINE_PATHS)


def problem_of(error: Exception) -> ProblemReply:
    """What is told of an error."""
    kind = kind_of(error)
    return ProblemReply(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=str(error) if kind.detailed else "",
        request_id=request_id(),
        errors=list(faults_of(error)),
    )


def _description(error: HTTPException) -> str:
    # Flask's own words for a missing address suggest that somebody typed it.
    if isinstance(error, NotFound):
        return "There is nothing at this address."
    if isinstance(error, RequestEntityTooLarge):
        most = current_app.config["MAX_CONTENT_LENGTH"]
        return f"A body may have {most:,} bytes at most; send less, or in several requests. Nothing was kept."
    return error.description or ""
