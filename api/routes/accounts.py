"""Accounts: who may leave and why, what people made of flags, imports and exports."""

from __future__ import annotations

from flask import Response

from api.account_payloads import (
    AccountsBody,
    AcknowledgeBody,
    ActBody,
    AtRiskQuery,
    AtRiskTableQuery,
    DisagreeBody,
    ResponseBody,
    SnoozeBody,
    read_body,
    response_of,
)
from api.account_shown import (
    account_reply,
    at_risk_reply,
    flag_reply,
    imported_reply,
    ledger_reply,
    week_reply,
)
from api.account_tables import at_risk_csv, fairness_csv, flags_csv
from api.accounting import change_settings
from api.auth import Caller
from api.cursors import from_cursor, to_cursor
from api.errors import InvalidRequest
from api.replies import FaultReply
from api.routes.operation import operation, reply
from api.ticket_payloads import DocumentBody
from api.ticket_replies import document_reply
from api.wiring import Parts
from triage.churn.ledger import ResponseKind


@operation("at_risk")
def at_risk(parts: Parts, caller: Caller, query: AtRiskQuery) -> Response:
    """Give a page of the list."""
    offset = _offset(query.cursor)
    found = parts.accounts.at_risk(
        now=parts.now(), by=query.by, limit=query.limit, min_revenue=query.min_revenue, offset=offset
    )
    end = offset + len(found.entries)
    return reply(at_risk_reply(found, to_cursor(str(end)) if end < found.total else None))


@operation("at_risk_table")
def at_risk_table(parts: Parts, caller: Caller, query: AtRiskTableQuery) -> Response:
    """Give the list as a table."""
    found = parts.accounts.at_risk(
        now=parts.now(), by=query.by, limit=query.limit, min_revenue=query.min_revenue
    )
    return _table(at_risk_csv(found), "at-risk.csv")


@operation("flags_table")
def flags_table(parts: Parts, caller: Caller) -> Response:
    """Give all flags as a table."""
    return _table(flags_csv(parts.accounts), "flags.csv")


@operation("fairness_table")
def fairness_table(parts: Parts, caller: Caller) -> Response:
    """Give risk and its errors by plan, language and region as a table."""
    return _table(fairness_csv(parts.accounts.fairness(now=parts.now())), "fairness.csv")


@operation("ledger")
def ledger(parts: Parts, caller: Caller) -> Response:
    """Give the ledger."""
    return reply(ledger_reply(parts.accounts.ledger(now=parts.now())))


@operation("week_of_flags")
def week_of_flags(parts: Parts, caller: Caller, week: str) -> Response:
    """Give a week."""
    try:
        found = parts.accounts.week(week)
    except ValueError:
        raise InvalidRequest((FaultReply(field="week", detail="give a week such as 2026-W12"),)) from None
    return reply(week_reply(found))


@operation("read_account_settings")
def read_account_settings(parts: Parts, caller: Caller) -> Response:
    """Give the settings."""
    return reply(document_reply(parts.accounts.settings_document()))


@operation("put_account_settings")
def put_account_settings(parts: Parts, caller: Caller, body: DocumentBody) -> Response:
    """Change the settings."""
    return reply(document_reply(change_settings(parts, body.document, body.version, caller.name)))


@operation("import_accounts")
def import_accounts(parts: Parts, caller: Caller, body: AccountsBody | bytes) -> Response:
    """Store accounts."""
    reading = read_body(body)
    stored = parts.accounts.put_accounts(reading.accounts, now=parts.now())
    return reply(imported_reply(stored, reading))


@operation("read_account")
def read_account(parts: Parts, caller: Caller, account_id: str) -> Response:
    """Give an account."""
    return reply(account_reply(parts.accounts.account(account_id, now=parts.now())))


@operation("acknowledge_flag")
def acknowledge(
    parts: Parts, caller: Caller, account_id: str, flag_id: str, body: AcknowledgeBody
) -> Response:
    """Note that a flag was seen."""
    return _answered(parts, caller, account_id, flag_id, "acknowledged", body)


@operation("disagree_with_flag")
def disagree(parts: Parts, caller: Caller, account_id: str, flag_id: str, body: DisagreeBody) -> Response:
    """Note that the account is not at risk."""
    return _answered(parts, caller, account_id, flag_id, "disagreed", body, body.words_meant or "")


@operation("snooze_flag")
def snooze(parts: Parts, caller: Caller, account_id: str, flag_id: str, body: SnoozeBody) -> Response:
    """Take an account off the list for a time."""
    return _answered(parts, caller, account_id, flag_id, "snoozed", body)


@operation("act_on_flag")
def act(parts: Parts, caller: Caller, account_id: str, flag_id: str, body: ActBody) -> Response:
    """Note what was done."""
    return _answered(parts, caller, account_id, flag_id, "acted", body)


def _answered(
    parts: Parts,
    caller: Caller,
    account_id: str,
    flag_id: str,
    kind: ResponseKind,
    body: ResponseBody,
    words_meant: str = "",
) -> Response:
    said = response_of(kind, body, caller.name, parts.now())
    return reply(flag_reply(parts.accounts.respond(account_id, flag_id, said, words_meant=words_meant)))


def _table(text: str, name: str) -> Response:
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _offset(cursor: str) -> int:
    try:
        given = from_cursor(cursor) if cursor else "0"
        if not (given.isascii() and given.isdigit() and len(given) < 10):
            raise ValueError
    except ValueError:
        fault = FaultReply(field="cursor", detail="give the value of next from the page before")
        raise InvalidRequest((fault,)) from None
    return int(given)
