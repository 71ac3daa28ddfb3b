"""The HTTP API: one function an operation, and the addresses that machines look after the program with."""

from __future__ import annotations

from flask import Flask

from api.routes import (
    accounts,
    answers,
    articles,
    description,
    gaps,
    health,
    issues,
    reports,
    settings,
    tickets,
    topics,
    triage,
)
from api.routes.operation import api

__all__ = [
    "accounts",
    "answers",
    "articles",
    "gaps",
    "issues",
    "register",
    "reports",
    "settings",
    "tickets",
    "topics",
    "triage",
]


def register(app: Flask) -> None:
    """Serve the API."""
    app.register_blueprint(api)
    app.register_blueprint(description.blueprint)
    app.register_blueprint(health.blueprint)
    # Probes look at the root; clients of the API find the same beside the rest of it.
    app.register_blueprint(health.blueprint, name="health_of_api", url_prefix="/api/v1")
