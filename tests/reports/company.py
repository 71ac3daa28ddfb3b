"""A small company whose tickets repeat: what one writes like another does, week after week."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from triage.types import Account, Ticket

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)  # of 2026-W02
WEEKS = 8
EXPORT = (
    "The CSV export of invoices stops at half of the rows.",
    "At half of the rows the CSV export of invoices stops.",
    "The export of invoices, CSV, stops at half of the rows.",
)
LOGIN = (
    "My new phone gives no login codes, I am locked out.",
    "I am locked out: my new phone gives no login codes.",
    "No login codes: my new phone gives none, I am locked out.",
)


def odd(week: int, place: int) -> str:
    """A text that is like no other."""
    return f"Question {week * 8 + place} is about something else."


def tickets(weeks: int = WEEKS) -> list[Ticket]:
    """Each week two of the export (0 and 1), two of the login (2 and 3) and eight that are like no other."""
    found = []
    for week in range(weeks):
        begin = MONDAY + timedelta(weeks=week, hours=9)
        texts = [
            *(f"{EXPORT[(week + place) % 3]} Row {week * 9 + place}." for place in range(2)),
            *(f"{LOGIN[(week + place) % 3]} Model {week * 9 + place}." for place in range(2)),
            *(odd(week, place) for place in range(8)),
        ]
        for place, text in enumerate(texts):
            at = begin + timedelta(hours=11 * place)
            found.append(_ticket(f"t{week:02}{place:02}", text, at, f"A{place}"))
    return found


def accounts() -> list[Account]:
    """Twelve accounts."""
    return [
        Account(f"A{place}", f"Firm {place}", "Team", mrr=100.0 + place, currency="EUR")
        for place in range(12)
    ]


def _ticket(ticket_id: str, text: str, at: datetime, account: str) -> Ticket:
    return Ticket(
        ticket_id,
        subject=text[:60].rsplit(" ", 1)[0],
        body=text,
        created_at=at,
        account_id=account,
        status="solved",
        first_replied_at=at + timedelta(hours=1),
        solved_at=at + timedelta(hours=30),
        attributes={"agent_reply": "Choose a shorter period for the export."} if "xport" in text else {},
    )


class Subjects:
    """An embedder that knows what the company's tickets are about, and that no two odd ones are alike."""

    fingerprint = "subjects"
    dimension = 64
    max_tokens = 100

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts]) if texts else np.empty((0, 64), np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def _vector(self, text: str) -> NDArray[np.float32]:
        random = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(self.dimension)
        about = [place for place, word in enumerate(("export", "codes")) if word in text]
        vector = 0.075 * random if about else random
        vector[about] += 1.0
        return (vector / np.linalg.norm(vector)).astype(np.float32)
