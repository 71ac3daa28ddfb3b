"""The real application over an empty database, with a clock that stands still.

Each reply of the API is held against its description.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from api.app import create_app
from api.config import Settings
from api.openapi import document
from api.store import Role
from api.wiring import Parts

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DESCRIBED = document("test")
SignIn = Callable[..., FlaskClient]


class CheckedClient(FlaskClient):
    """A client that holds each reply of the API against the OpenAPI document."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        path = response.request.path
        if path.startswith("/api/v1/") and response.status_code != 405:
            check_described(path, response)
        return response


def check_described(path: str, response: TestResponse) -> None:
    operation = described_operation(path, response.request.method)
    if operation is None:
        return
    described = operation["responses"][str(response.status_code)]
    if "content" not in described:
        assert response.data == b""
        return
    schema = described["content"][response.mimetype]["schema"]
    if response.is_json or response.mimetype == "application/problem+json":
        whole = {**schema, "components": DESCRIBED["components"]}
        Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
            response.get_json(force=True)
        )


def described_operation(path: str, method: str) -> dict[str, Any] | None:
    """The most literal path of the document that an address matches."""
    matching = [
        (template.count("{"), -len(template), template)
        for template in DESCRIBED["paths"]
        if re.fullmatch("/api/v1" + re.sub(r"\\\{\w+\\\}", ".+", re.escape(template)), path)
        and method.lower() in DESCRIBED["paths"][template]
    ]
    return DESCRIBED["paths"][min(matching)[2]][method.lower()] if matching else None


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    shutil.copyfile(sqlite_template, tmp_path / "pointsman.db")
    return Settings(data_dir=tmp_path, embedder="hashing", secret_key="s" * 32)


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    parts = Parts(settings, now=lambda: NOW)
    yield parts
    parts.close()


@pytest.fixture
def app(parts: Parts) -> Flask:
    app = create_app(parts=parts)
    app.test_client_class = CheckedClient
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody in particular."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, parts: Parts) -> SignIn:
    """Gives clients that send a new key of a role."""

    def signed_in(role: Role, audiences: set[str] | None = None) -> FlaskClient:
        secret = parts.keys.add(f"The {role}", role, audiences, "test", NOW).secret
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client

    return signed_in


@pytest.fixture
def manager(sign_in: SignIn) -> FlaskClient:
    return sign_in("manager")


@pytest.fixture
def agent(sign_in: SignIn) -> FlaskClient:
    return sign_in("agent")
