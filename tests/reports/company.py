"""A small company whose tickets repeat: what one writes like another does, week after week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from triage.types import Account, Ticket

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)  # of 2026-W02
WEEKS = 8
EXPORT = (
    "The CSV export of invoices stops at half of the rows.",
    "Export of invoices to CSV stops, half of the rows are missing.",
    "CSV export: invoices stop at half, rows are missing.",
)
LOGIN = (
    "My new phone gives no login codes, so I am locked out.",
    "Locked out: the new phone shows no login codes.",
    "No login codes on a new phone, locked out again.",
)
ODD = (
    "Where can our gardener park the tractor?",
    "Please send a brochure about Lapland.",
    "The violin lesson moved to Thursday afternoon.",
    "A penguin walked across the reception desk.",
    "Do you sponsor village football teams?",
    "Our lift was painted green by mistake.",
    "Grandmother wants the recipe of your soup.",
    "The choir sings in the cellar on Sunday.",
)


def tickets(weeks: int = WEEKS) -> list[Ticket]:
    """Each week two of the export, one of the login and one that is like no other."""
    found = []
    for week in range(weeks):
        begin = MONDAY + timedelta(weeks=week, hours=9)
        texts = (EXPORT[week % 3], EXPORT[(week + 1) % 3], LOGIN[week % 3], ODD[week % len(ODD)])
        for place, text in enumerate(texts):
            found.append(_ticket(f"t{week:02}{place}", text, begin + timedelta(days=place), f"A{place}"))
    return found


def accounts() -> list[Account]:
    """Four accounts."""
    return [
        Account(f"A{place}", f"Firm {place}", "Team", mrr=100.0 + place, currency="EUR") for place in range(4)
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
