"""The real application over an empty database, with a clock that stands still.

Each reply of the API is held against its description.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
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
from models.card import Card, Primary, TrainingData
from models.registry import Registry
from tests.api.browsing import launched
from tests.reports.company import MONDAY, WEEKS, Subjects, accounts, tickets

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
COMPANY_NOW = MONDAY + timedelta(weeks=WEEKS, hours=8)
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


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    yield from launched()


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    shutil.copyfile(sqlite_template, tmp_path / "pointsman.db")
    return Settings(data_dir=tmp_path, embedder="hashing", secret_key="s" * 32)


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    parts = Parts(settings, now=lambda: NOW)
    yield parts
    parts.close()


@pytest.fixture(scope="session")
def company_folder(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A data folder with the company's weeks, grouped once, and small models of its own.

    A report loads the models to name their versions; those that come with the program take seconds each.
    """
    folder = tmp_path_factory.mktemp("company")
    shutil.copyfile(sqlite_template, folder / "pointsman.db")
    parts = company_parts_over(folder)
    parts.tickets.upsert(tickets(), COMPANY_NOW)
    parts.tickets.put_accounts(accounts(), COMPANY_NOW)
    parts.issues.regroup(COMPANY_NOW)
    parts.close()
    registry = Registry((folder / "models",))
    for task in ("urgency", "churn_words"):
        registry.promote(task, registry.save(task, {"task": task}, small_card(task)).name)
    return folder


@pytest.fixture
def company_parts(company_folder: Path, tmp_path: Path) -> Iterator[Parts]:
    """The parts over a copy of the company's folder, on the Monday after its last week."""
    shutil.copytree(company_folder, tmp_path, dirs_exist_ok=True)
    parts = company_parts_over(tmp_path)
    yield parts
    parts.close()


def company_parts_over(folder: Path) -> Parts:
    settings = Settings(data_dir=folder, embedder="hashing", secret_key="s" * 32)
    parts = Parts(settings, now=lambda: COMPANY_NOW)
    parts.__dict__["ticket_embedder"] = Subjects()
    return parts


def small_card(task: str) -> Card:
    return Card(
        task=task,
        created_at=MONDAY,
        labels=("no", "yes"),
        data=TrainingData(
            fingerprint="ab" * 32, rows=2, window_from=MONDAY, window_to=MONDAY, sources=("tickets.csv",)
        ),
        text_columns=("body",),
        metrics={"macro_f1": 0.8},
        primary=Primary(metric="macro_f1", tolerance=0.01),
        baseline={"macro_f1": 0.3},
        thresholds={"default": 0.6},
    )


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
