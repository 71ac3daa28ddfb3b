"""A desk over a database with two topics, and what it takes to make others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kb.embedder.hashing import HashingEmbedder
from triage.making import Sample
from triage.service import TriageDesk
from triage.serving import ServedModels, TrainedModels
from triage.store import TicketStore
from triage.types import SuggestedArticle, Ticket, Topic

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
TOPICS = (
    Topic("payments", "card payment refund charged twice money back"),
    Topic("login", "cannot sign in password locked out authenticator codes"),
)
REFUND = "My card was charged twice, please refund the payment."
LOCKED_OUT = "I cannot sign in, my password is refused and I am locked out."
ALWAYS = {"stated": {"0.05": {"probability": 0.0, "coverage": 1.0, "error": 0.0, "bound": 0.05}}}
TEAMS = {
    "teams": [
        {"name": "Money", "topics": ["payments"], "members": [{"name": "Jonas", "capacity": 2}]},
        {"name": "Front", "members": [{"name": "Aino", "capacity": 10}]},
    ]
}
SLA = {
    "policies": [
        {"urgency": "normal", "first_reply": {"minutes": 120}, "resolution": {"minutes": 480}},
        {"urgency": "high", "first_reply": {"minutes": 30}},
        {"urgency": "normal", "plan": "Gold", "first_reply": {"minutes": 15, "clock": "calendar"}},
    ]
}


class Shelf:
    """Suggests one article, and remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def suggest(self, text):
        self.asked.append(text)
        return (SuggestedArticle("help:refunds", "Refunds", "", "A refund takes five days.", 0.9),)


def desk_over(engine, *, share=0.0, accepting=False, topics=TOPICS, **parts):
    store = TicketStore(engine)
    if topics:
        store.put_topics(topics, "test", NOW)
    trained = TrainedModels(thresholds={"topic": ALWAYS} if accepting else {})
    numbers = iter(range(1, 1000))
    return TriageDesk(
        store,
        ServedModels(HashingEmbedder(), trained),
        Sample(b"s" * 16, share),
        new_id=lambda: f"new-{next(numbers)}",
        **parts,
    )


def ticket(ticket_id="t1", body=REFUND, **fields):
    return Ticket(ticket_id, **({"body": body, "created_at": NOW - MINUTE, "status": "open"} | fields))
