"""The pages for people: ask and read, triage tickets, and keep topics and knowledge base in order."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from api.auth import current_caller, page_token
from api.current import parts_of_app
from api.operations import LEADERS
from api.pages import (
    account_settings,
    accounts,
    asking,
    issues,
    models,
    quality,
    reviewing,
    signing_in,
    sla_settings,
    team_settings,
    tickets,
    topics,
    upkeep,
    wording,
)
from api.pages.blueprint import pages
from api.times import day_text

__all__ = [
    "account_settings",
    "accounts",
    "asking",
    "issues",
    "models",
    "quality",
    "register",
    "reviewing",
    "signing_in",
    "sla_settings",
    "team_settings",
    "tickets",
    "topics",
    "upkeep",
]


def register(app: Flask) -> None:
    """Serve the pages."""

    def shared() -> dict[str, object]:
        caller = current_caller()
        return {
            "caller": caller,
            "leads": caller is not None and caller.role in LEADERS,
            "csrf_token": page_token,
            "demo": parts_of_app().settings.demo,
        }

    def day(moment: datetime | date | None) -> str:
        return day_text(parts_of_app(), moment)

    app.context_processor(shared)
    app.add_template_filter(day, "day")
    wording.register(app)
    app.register_blueprint(pages)
