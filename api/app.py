"""The web application: pages and API over the assembled parts."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import Flask

from api import commands, pages, problems, routes, traffic
from api.config import Settings
from api.metrics import Measures
from api.secret import session_secret
from api.sizes import sizes, triage_figures
from api.wiring import Parts

SESSION_DAYS = 14
STATIC_SECONDS = 3600


def create_app(settings: Settings | None = None, parts: Parts | None = None) -> Flask:
    """The application; settings are read from the environment where none are given.

    Raises:
        InvalidSettings: with all faults of the environment.
    """
    parts = parts or Parts(settings or Settings.from_environment())
    measures = Measures(partial(sizes, parts), partial(triage_figures, parts))
    app = Flask("api")
    app.extensions["pointsman"] = parts
    app.extensions["pointsman.measures"] = measures
    _configure(app, parts.settings)
    traffic.watch(app, measures, secure=parts.settings.secure_cookies)
    problems.answer_errors(app)
    routes.register(app)
    pages.register(app)
    commands.register(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.secret_key = session_secret(settings)
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        SESSION_COOKIE_NAME="pointsman",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=SESSION_DAYS),
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_SECONDS,
    )
    # An article's id may be an address, which has two slashes.
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
