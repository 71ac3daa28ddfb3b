"""The weekly report in the form that is asked for."""

from __future__ import annotations

from flask import Response, request

from api.auth import Caller
from api.errors import InvalidRequest
from api.issue_payloads import ReportQuery
from api.replies import FaultReply
from api.reporting import report_of
from api.routes.operation import operation
from api.wiring import Parts
from reports.render import FORMS, Form, Rendered, render
from reports.types import Week

BY_MEDIA: dict[str, Form] = {
    "application/json": "json",
    "text/html": "html",
    "text/markdown": "md",
    "application/zip": "csv",
    "text/csv": "csv",
    "application/pdf": "pdf",
}


@operation("weekly_report")
def weekly_report(parts: Parts, caller: Caller, week: str, query: ReportQuery) -> Response:
    """Give a week's report."""
    name, _, ending = week.partition(".")
    form = _form(ending)
    made = report_of(parts, week_named(name), as_of=query.as_of, restated=query.restated)
    return as_response(render(made, form, base_url=""))


def week_named(name: str) -> Week:
    """A week such as 2026-W12.

    Raises:
        InvalidRequest: there is no such week.
    """
    try:
        return Week.parse(name)
    except ValueError as error:
        raise InvalidRequest((FaultReply(field="week", detail=str(error)),)) from None


def as_response(made: Rendered) -> Response:
    """A report in a form; what is no page is offered as a file."""
    response = Response(made.content, content_type=made.media_type)
    if not made.media_type.startswith("text/html"):
        response.headers["Content-Disposition"] = f"attachment; filename={made.filename}"
    response.headers["Vary"] = "Accept"
    return response


def _form(ending: str) -> Form:
    if not ending:
        best = request.accept_mimetypes.best_match(list(BY_MEDIA), default="application/json")
        return BY_MEDIA[str(best)]
    if ending not in FORMS:
        detail = f"there is no form {ending!r}; give one of {', '.join(FORMS)}"
        raise InvalidRequest((FaultReply(field="week", detail=detail),))
    return ending
