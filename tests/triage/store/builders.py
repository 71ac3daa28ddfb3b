"""Small tickets, triages and corrections."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from triage.types import Choice, ChurnRisk, Correction, Evidence, Prediction, Reason, Ticket, Triage

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
DAY = timedelta(days=1)


def ticket(ticket_id="t1", body="Where is my parcel?", **fields):
    return Ticket(ticket_id, **({"body": body, "created_at": NOW, "status": "open"} | fields))


def triage(ticket_id="t1", topic="Delivery", accepted=True, **fields):
    said = {
        "topic": Prediction(topic, 0.8, accepted, (Choice("Refunds", 0.1), Choice("Login", 0.05))),
        "urgency": Prediction("normal", 0.9, True),
        "churn": ChurnRisk(
            Prediction("at_risk", 0.6),
            "watch",
            reasons=(Reason("mentions leaving", 1.5, ticket_id, "we will leave"),),
        ),
        "topics": (Choice(topic, 0.8), Choice("Refunds", 0.3)),
        "evidence": (Evidence("body", 12, 18, topic, 1.2, "topic"),),
        "models": {"topic": "3"},
    }
    return Triage(ticket_id, **(said | fields))


def corrected(ticket_id="t1", at=NOW, by="Aino", **labels):
    return Correction(ticket_id, at, by, **labels)


def ids(found):
    return [one.ticket.id for one in found]
