"""Browsers of people who have signed in, and a desk with tickets whose triage is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import NOW
from triage.store import ReviewItem
from triage.types import (
    Assignment,
    Choice,
    ChurnRisk,
    DueTimes,
    Evidence,
    Prediction,
    SuggestedArticle,
    Ticket,
    Topic,
    Triage,
)

BODY = "Since noon <no> payment works. We lose money every hour, please hurry."
TICKET = Ticket(
    "T/1",
    "Payments are down & out",
    BODY,
    NOW - timedelta(hours=2),
    channel="email",
    account_id="A-7",
    status="open",
)
TRIAGE = Triage(
    "T/1",
    topic=Prediction("payments", 0.914, True, (Choice("invoices", 0.05), Choice("bookings", 0.02))),
    urgency=Prediction("urgent", 0.61, False, (Choice("high", 0.3),)),
    churn=ChurnRisk(Prediction("at_risk", 0.7, False, (Choice("none", 0.2),)), "at_risk"),
    evidence=(
        Evidence("subject", 0, 8, "payments", 1.4, "topic"),
        Evidence("body", BODY.index("<no>"), BODY.index(" works"), "payments", 0.7, "topic"),
        Evidence("body", BODY.index("please"), len(BODY), "urgent", -0.3, "urgency"),
    ),
    assignment=Assignment("Money", "Ann", "Ann solved 12 like it."),
    due=DueTimes(NOW + timedelta(minutes=90), NOW + timedelta(days=2)),
    suggested_articles=(
        SuggestedArticle("help:down.md", "When payments fail", "", "Wait ten minutes.", 0.8),
    ),
    models={"topic": "2026.05.01-0a1b2c3d"},
)


def form_token(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]


class Browser:
    """Reads pages, and fills in their forms with the token they carry."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def see(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, response.text
        return response.text

    def send(self, path: str, form: dict[str, object], status: int = 200) -> str:
        with self.client.session_transaction() as session:
            token = session["csrf"]
        response = self.client.post(path, data=form | {"csrf_token": token}, follow_redirects=True)
        assert response.status_code == status, response.text
        return response.text


@pytest.fixture
def browse(app, parts) -> Callable[[str, str], Browser]:
    def signed_in(name: str, role: str) -> Browser:
        client = app.test_client()
        secret = parts.keys.add(name, role, None, "test", NOW).secret
        client.post("/sign-in", data={"key": secret, "csrf_token": form_token(client.get("/sign-in").text)})
        return Browser(client)

    return signed_in


@pytest.fixture
def mia(browse) -> Browser:
    """A manager."""
    return browse("Mia", "manager")


@pytest.fixture
def ann(browse) -> Browser:
    """An agent."""
    return browse("Ann", "agent")


@pytest.fixture
def topics(parts) -> None:
    parts.tickets.put_topics(
        [
            Topic("money", "All that costs"),
            Topic("payments", "Cards and refunds", "money"),
            Topic("invoices", "", "money"),
            Topic("bookings", "The calendar"),
        ],
        "test",
        NOW,
    )


@pytest.fixture
def ticket(parts, topics) -> Ticket:
    """A ticket whose payment topic was set, and whose urgency needs a person."""
    put(parts, TICKET, TRIAGE)
    return TICKET


@pytest.fixture
def blind_ticket(parts, topics) -> Ticket:
    """A ticket of the blind sample."""
    put(parts, TICKET, replace(TRIAGE, audited=True), ReviewItem("T/1", "below_threshold", 2.0))
    return TICKET


def put(parts, ticket: Ticket, triage: Triage, review: ReviewItem | None = None) -> None:
    parts.tickets.put_new([ticket], NOW - timedelta(hours=2))
    parts.tickets.save_triages([triage], NOW - timedelta(hours=2))
    if review is not None:
        parts.tickets.queue_reviews([review], NOW)
