"""The description of the API: for programs, and as a page for people."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from api.errors import PROBLEMS, UNKNOWN
from api.openapi import VERSION, document
from api.operations import OPERATIONS, Operation

blueprint = Blueprint("description", __name__, url_prefix="/api")


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Give the OpenAPI document."""
    return jsonify(document(VERSION))


@blueprint.get("/docs")
def docs() -> str:
    """Show the same to people."""
    described = document(VERSION)
    rows = [(name, _shown(row), _fields(row, described)) for name, row in OPERATIONS.items()]
    kinds = [*dict.fromkeys([*PROBLEMS.values(), UNKNOWN])]
    schemas = {name: _properties(schema) for name, schema in described["components"]["schemas"].items()}
    return render_template("docs.html", rows=rows, kinds=kinds, schemas=schemas)


def _shown(row: Operation) -> dict[str, Any]:
    return {
        "method": row.method,
        "path": "/api/v1" + re.sub(r"<(?:path:)?(\w+)>", r"{\1}", row.path),
        "summary": row.summary,
        "roles": ", ".join(sorted(row.roles)),
        "takes": row.takes.__name__ if row.takes else "",
        "gives": row.gives.__name__ if row.gives else ("text/csv" if row.media == "text/csv" else ""),
        "statuses": row.statuses,
        "problems": row.problems,
        "repeatable": row.repeatable,
        "conditional": row.conditional,
    }


def _fields(row: Operation, described: dict[str, Any]) -> list[dict[str, str]]:
    path = re.sub(r"<(?:path:)?(\w+)>", r"{\1}", row.path)
    parameters = described["paths"][path][row.method.lower()]["parameters"]
    return [
        {"name": each["name"], "in": each["in"], "kind": _kind(each["schema"]), "required": each["required"]}
        for each in parameters
    ]


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    required = schema.get("required", [])
    rows = [
        {"name": name, "kind": _kind(each), "required": name in required}
        for name, each in schema.get("properties", {}).items()
    ]
    return {"description": schema.get("description", ""), "rows": rows}


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    limits = [f"{word} {schema[key]}" for key, word in _LIMITS.items() if key in schema]
    words = [str(schema.get("format") or schema.get("type", "anything")), *limits]
    if "default" in schema:
        words.append(f"default {schema['default']!r}")
    return ", ".join(words)


_LIMITS = {"minimum": "from", "maximum": "to", "maxLength": "length up to"}
