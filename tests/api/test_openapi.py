from __future__ import annotations

import re

from openapi_spec_validator import validate

from api.openapi import document
from api.operations import OPERATIONS


def test_the_document_is_valid_openapi():
    validate(document("1"))


def test_every_route_of_the_api_is_described(app):
    described = {
        (method.upper(), "/api/v1" + path)
        for path, methods in document("1")["paths"].items()
        for method in methods
    }
    served = {
        (method, re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert served == described


def test_every_operation_is_served(app):
    served = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {f"api.{name}" for name in OPERATIONS} <= served


def test_it_is_served_to_everybody_as_json_and_as_a_page(client):
    assert client.get("/api/openapi.json").get_json() == document("1")
    page = client.get("/api/docs").text
    assert all(f'id="{name}"' in page for name in OPERATIONS)
    assert 'id="article-not-found"' in page
    assert "<script" not in page


def test_a_question_is_described_with_its_limits():
    question = document("1")["components"]["schemas"]["QuestionBody"]
    assert question["required"] == ["question"]
    assert question["properties"]["question"]["maxLength"] == 50_000
    assert question["additionalProperties"] is False
