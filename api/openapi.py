"""The OpenAPI 3.1 document, made of the table of operations and the models."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from api.account_payloads import AccountId, FlagId
from api.operations import OPERATIONS, Operation
from api.payloads import ArticleId, Payload
from api.replies import PROBLEM_MEDIA, ProblemReply
from api.ticket_payloads import DocumentName, TicketId

VERSION = "1"
Json = dict[str, Any]
_REFERENCE = "#/components/schemas/{model}"
_PATHS: dict[str, Json] = {
    "account_id": TypeAdapter(AccountId).json_schema(),
    "answer_id": {"type": "string"},
    "flag_id": TypeAdapter(FlagId).json_schema(),
    "article_id": TypeAdapter(ArticleId).json_schema(),
    "issue_id": {"type": "string"},
    "week": {"type": "string"},
    "ticket_id": TypeAdapter(TicketId).json_schema(),
    "topic": {"type": "string"},
    "document": TypeAdapter(DocumentName).json_schema(),
}
_REASONS = {
    200: "Done.",
    201: "Added.",
    204: "Done; there is nothing to say.",
    304: "It is as it was when If-None-Match was read.",
    400: "The request cannot be read.",
    401: "There is no valid key.",
    403: "The key does not allow it.",
    404: "There is none, or none that the key may see.",
    409: "The first request with this Idempotency-Key is still at work, or another has changed what this would change.",
    412: "The article has changed meanwhile.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "The request has faults; all are listed.",
    500: "Something went wrong here.",
    503: "Not ready, or the database is not available.",
}


def document(version: str) -> Json:
    """The description of the API, as JSON values."""
    paths: dict[str, Json] = {}
    for name, row in OPERATIONS.items():
        path = re.sub(r"<(?:path:)?(\w+)>", r"{\1}", row.path)
        paths.setdefault(path, {})[row.method.lower()] = _described(name, row)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pointsman", "version": version, "description": "Answers that are quotes."},
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _described(name: str, row: Operation) -> Json:
    described: Json = {
        "operationId": name,
        "summary": row.summary,
        "description": f"For the roles {', '.join(sorted(row.roles))}.",
        "parameters": _parameters(row),
        "responses": _responses(row),
    }
    if row.takes is not None:
        content = _json_content(row.takes)
        content |= {row.raw: {"schema": {"type": "string"}}} if row.raw else {}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameters(row: Operation) -> list[Json]:
    named = re.findall(r"<(?:path:)?(\w+)>", row.path)
    in_query = _query_schema(row).get("properties", {})
    required = _query_schema(row).get("required", [])
    headers = {
        "Idempotency-Key": (row.repeatable, {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"}),
        "If-Match": (row.conditional, {"type": "string"}),
        "If-None-Match": (304 in row.statuses, {"type": "string"}),
    }
    return [
        *(_parameter(name, "path", _PATHS[name]) for name in named),
        *(_parameter(name, "query", schema, name in required) for name, schema in in_query.items()),
        *(_parameter(name, "header", schema, False) for name, (used, schema) in headers.items() if used),
    ]


def _parameter(name: str, place: str, schema: Json, required: bool = True) -> Json:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _query_schema(row: Operation) -> Json:
    return row.query.model_json_schema() if row.query is not None else {}


def _responses(row: Operation) -> Json:
    good = {str(status): _response(status, _content(row, status)) for status in row.statuses}
    bad = {
        str(status): _response(status, {PROBLEM_MEDIA: {"schema": _reference(ProblemReply)}})
        for status in row.problems
    }
    return good | bad


def _content(row: Operation, status: int) -> Json:
    if status == 304:
        return {}
    if row.also:
        return {media: {"schema": {}} for media in (row.media, *row.also)}
    if row.gives is not None:
        return _json_content(row.gives)
    return {row.media: {"schema": {"type": "string"}}} if row.media != "application/json" else {}


def _response(status: int, content: Json) -> Json:
    described: Json = {"description": _REASONS[status]}
    return described | {"content": content} if content else described


def _json_content(model: type[Payload]) -> Json:
    return {"application/json": {"schema": _reference(model)}}


def _reference(model: type[BaseModel]) -> Json:
    return {"$ref": _REFERENCE.format(model=model.__name__)}


def _schemas() -> Json:
    rows = OPERATIONS.values()
    read = {row.takes for row in rows if row.takes is not None}
    written = {row.gives for row in rows if row.gives is not None} | {ProblemReply}
    wanted = [(model, "validation") for model in read] + [(model, "serialization") for model in written]
    ordered = sorted(wanted, key=lambda pair: pair[0].__name__)
    _, found = models_json_schema(ordered, ref_template=_REFERENCE)  # type: ignore[arg-type]
    return dict(sorted(found["$defs"].items()))
