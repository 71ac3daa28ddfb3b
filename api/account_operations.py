"""The rows of the table of HTTP operations that are about accounts."""

from __future__ import annotations

from api.account_payloads import (
    CSV,
    AccountsBody,
    AcknowledgeBody,
    ActBody,
    AtRiskQuery,
    AtRiskTableQuery,
    DisagreeBody,
    SnoozeBody,
)
from api.account_replies import (
    AccountReply,
    AtRiskReply,
    FlagReply,
    ImportedReply,
    LedgerReply,
    WeekReply,
)
from api.described import LEADERS, STAFF, Operation
from api.payloads import Payload
from api.store import Role
from api.ticket_payloads import DocumentBody
from api.ticket_replies import DocumentReply

ADMINS: frozenset[Role] = frozenset({"admin"})
_FLAG = "/accounts/<path:account_id>/flags/<path:flag_id>"


def _answer(word: str, summary: str, body: type[Payload]) -> Operation:
    return Operation("POST", f"{_FLAG}/{word}", summary, STAFF, takes=body, gives=FlagReply, repeatable=True)


ACCOUNT_OPERATIONS: dict[str, Operation] = {
    "at_risk": Operation(
        "GET",
        "/accounts/at-risk",
        "Accounts that may leave, ranked, with reasons and the quotes behind them",
        STAFF,
        query=AtRiskQuery,
        gives=AtRiskReply,
    ),
    "at_risk_table": Operation(
        "GET", "/accounts/at-risk.csv", "The same as a table", LEADERS, query=AtRiskTableQuery, media=CSV
    ),
    "flags_table": Operation(
        "GET", "/accounts/flags.csv", "All flags with responses and outcomes, as a table", LEADERS, media=CSV
    ),
    "fairness_table": Operation(
        "GET",
        "/accounts/fairness.csv",
        "Risk and its errors by plan, language and region, as a table",
        LEADERS,
        media=CSV,
    ),
    "ledger": Operation(
        "GET",
        "/accounts/ledger",
        "How the warnings fared, and what acting on them was worth",
        LEADERS,
        gives=LedgerReply,
    ),
    "week_of_flags": Operation(
        "GET",
        "/accounts/weeks/<week>",
        "A week such as 2026-W12: accounts flagged, resolved, saved and lost, with their revenue",
        LEADERS,
        gives=WeekReply,
        refusing=True,
    ),
    "read_account_settings": Operation(
        "GET",
        "/accounts/settings",
        "Hours of outreach, bands, competitors, the withheld share, the quiet time, and who is told of a crossing",
        ADMINS,
        gives=DocumentReply,
    ),
    "put_account_settings": Operation(
        "PUT",
        "/accounts/settings",
        "Change them from the version that was read",
        ADMINS,
        takes=DocumentBody,
        gives=DocumentReply,
        contested=True,
    ),
    "import_accounts": Operation(
        "POST",
        "/accounts",
        "Add or change accounts, as JSON or CSV; each by itself, with all faults told",
        LEADERS,
        takes=AccountsBody,
        gives=ImportedReply,
        repeatable=True,
        raw=CSV,
    ),
    "read_account": Operation(
        "GET",
        "/accounts/<path:account_id>",
        "An account: facts, words, history, flags and moves",
        STAFF,
        gives=AccountReply,
    ),
    "acknowledge_flag": _answer("acknowledge", "Say that a flag was seen", AcknowledgeBody),
    "disagree_with_flag": _answer("disagree", "Say that the account is not at risk", DisagreeBody),
    "snooze_flag": _answer("snooze", "Take an account off the list for a time", SnoozeBody),
    "act_on_flag": _answer("act", "Say what was done for the account", ActBody),
}
