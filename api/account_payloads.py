"""What comes in about accounts: pydantic models, and how they become values of ``triage``."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from api.errors import InvalidRequest
from api.payloads import Payload, QueryPayload
from api.replies import FaultReply
from triage.churn.ledger import Response, ResponseKind
from triage.reading import AccountReading, account_of, read_accounts
from triage.types import Account, RowFault

MOST_ACCOUNTS = 5000
CSV = "text/csv"
AccountId = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
FlagId = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[^\x00-\x1f\x7f]+$")]
Note = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
ListOrder = Literal["risk", "revenue", "to_save"]


class AtRiskQuery(QueryPayload):
    """Which part of the list; as many accounts as the hours of outreach reach where no limit is given."""

    limit: Annotated[int, Field(ge=1, le=500)] | None = None
    min_revenue: Annotated[float, Field(ge=0, le=1e12)] = 0.0
    by: ListOrder = "risk"
    cursor: Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9_-]*$")] = ""


class AtRiskTableQuery(QueryPayload):
    """Which accounts the table has; all of the list where no limit is given."""

    limit: Annotated[int, Field(ge=1, le=100_000)] = 100_000
    min_revenue: Annotated[float, Field(ge=0, le=1e12)] = 0.0
    by: ListOrder = "risk"


class AccountsBody(Payload):
    """Accounts, each with the columns of an account file; ``account_id`` is needed, others are kept as attributes."""

    accounts: Annotated[list[dict[str, JsonValue]], Field(min_length=1, max_length=MOST_ACCOUNTS)]


class AcknowledgeBody(Payload):
    """Somebody has seen the flag."""

    note: Note = ""


class DisagreeBody(Payload):
    """The account is not at risk. ``words_meant`` corrects what its messages were read as."""

    note: Note = ""
    words_meant: Literal["none", "at_risk", "explicit"] | None = None


class SnoozeBody(Payload):
    """Ask again later: after some days, or at a moment."""

    days: Annotated[int, Field(ge=1, le=365)] | None = None
    until: AwareDatetime | None = None
    note: Note = ""


class ActBody(Payload):
    """What was done for the account."""

    note: Annotated[Note, Field(min_length=1)]


ResponseBody = AcknowledgeBody | DisagreeBody | SnoozeBody | ActBody


def response_of(kind: ResponseKind, body: ResponseBody, who: str, now: datetime) -> Response:
    """The response to a flag that a body describes.

    Raises:
        InvalidRequest: a snooze ends before it begins, or does not say when.
    """
    until = _end_of(body, now) if isinstance(body, SnoozeBody) else None
    return Response(kind, now, who, body.note, until)


def read_body(body: AccountsBody | bytes) -> AccountReading:
    """The accounts of an import, and what is wrong with the others; the first row of a list is line 1.

    Raises:
        ImportUnreadable: CSV cannot be read at all.
    """
    if isinstance(body, bytes):
        with tempfile.TemporaryDirectory(prefix="pointsman-import-") as folder:
            path = Path(folder) / "accounts.csv"
            path.write_bytes(body)
            return read_accounts(path)
    accounts: dict[str, Account] = {}
    faults: list[RowFault] = []
    for line, row in enumerate(body.accounts, start=1):
        made = account_of(row, line)
        if isinstance(made, list):
            faults += made
        elif made.account_id in accounts:
            faults.append(
                RowFault(line, "account_id", f"{made.account_id!r} is given twice; the first was kept")
            )
        else:
            accounts[made.account_id] = made
    return AccountReading(tuple(accounts.values()), tuple(faults))


def _end_of(body: SnoozeBody, now: datetime) -> datetime:
    if (body.days is None) == (body.until is None):
        raise InvalidRequest((FaultReply(field="body.days", detail="give days, or until, and not both"),))
    until = body.until or now + timedelta(days=body.days or 0)
    if until <= now:
        raise InvalidRequest((FaultReply(field="body.until", detail="give a moment that is still to come"),))
    return until
