"""Ties a function to its row of the table: authorised, parsed, done once, replied."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Request, Response, request
from pydantic import ValidationError

from api.auth import Caller, api_caller
from api.current import parts_of_app
from api.errors import InvalidRequest, UnreadableBody, WrongMediaType
from api.operations import OPERATIONS, Operation
from api.payloads import Payload
from api.replies import FaultReply
from api.store import SavedResponse
from api.wiring import Parts

api = Blueprint("api", __name__, url_prefix="/api/v1")

View = Callable[..., Response]
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def operation(name: str) -> Callable[[View], View]:
    """Serve an operation of the table with a function of ``parts``, ``caller``, and what it takes."""
    row = OPERATIONS[name]

    def tie(view: View) -> View:
        def run(**path: str) -> Response:
            parts = parts_of_app()
            caller = api_caller(parts, row.roles)
            arguments: dict[str, Any] = path | _taken(row)
            return _once(parts, caller, row, lambda: view(parts, caller, **arguments))

        api.add_url_rule(row.path, name, run, methods=[row.method])
        return view

    return tie


def reply(payload: Payload, status: int = 200) -> Response:
    """A payload as JSON."""
    return Response(payload.model_dump_json(by_alias=True), status, mimetype="application/json")


def no_content() -> Response:
    """That it was done, and nothing more."""
    return Response(status=204)


def request_digest(sent: Request) -> str:
    """What makes two requests the same: method, address, type and body."""
    head = "\n".join((sent.method, sent.full_path, sent.mimetype)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(head + b"\n" + sent.get_data()).hexdigest()


def _taken(row: Operation) -> dict[str, Any]:
    """Body and query together, so that the faults of both are told at once."""
    taken: dict[str, Any] = {}
    faults: list[FaultReply] = []
    readers: list[tuple[str, Callable[[], object]]] = []
    if row.query is not None:
        query = row.query
        readers.append(("query", lambda: query.model_validate(_query_values())))
    if row.takes is not None:
        body = row.takes
        is_raw = row.raw != "" and request.mimetype == row.raw
        readers.append(("body", request.get_data if is_raw else lambda: _body(body)))
    for argument, read in readers:
        try:
            taken[argument] = read()
        except ValidationError as error:
            faults += InvalidRequest.from_validation(error).faults
    if faults:
        raise InvalidRequest(tuple(faults))
    return taken


def _query_values() -> dict[str, str | list[str]]:
    values = request.args.to_dict(flat=False)
    return {name: given[0] if len(given) == 1 else given for name, given in values.items()}


def _body(model: type[Payload]) -> Payload:
    if request.mimetype != "application/json":
        raise WrongMediaType(f"It was sent as {request.mimetype or 'nothing in particular'}.")
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        if any(each["type"] == "json_invalid" for each in error.errors(include_input=False)):
            raise UnreadableBody(error.errors(include_input=False)[0]["msg"]) from None
        raise


def _once(parts: Parts, caller: Caller, row: Operation, act: Callable[[], Response]) -> Response:
    """Do a request, or answer as the first time where it is a repetition.

    Raises:
        RequestConflict: its idempotency key was used for another request.
        RequestInProgress: the first one is not done yet.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None or not row.repeatable:
        return act()
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        fault = FaultReply(
            field="Idempotency-Key", detail="give 1 to 255 printable characters without spaces"
        )
        raise InvalidRequest((fault,))
    saved = parts.repeatable_requests.claim(caller.key_id, key, request_digest(request), parts.now())
    if saved is not None:
        repeated = Response(saved.body, saved.status, content_type=saved.content_type)
        repeated.headers["Idempotent-Replayed"] = "true"
        return repeated
    try:
        response = act()
    except BaseException:
        parts.repeatable_requests.release(caller.key_id, key)
        raise
    done = SavedResponse(response.status_code, response.get_data(), response.content_type or "")
    parts.repeatable_requests.complete(caller.key_id, key, done)
    return response
