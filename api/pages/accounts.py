"""The accounts that may leave, one of them with its flags and quotes, and the ledger of past warnings."""

from __future__ import annotations

import math
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from api.account_payloads import (
    AcknowledgeBody,
    ActBody,
    AtRiskQuery,
    DisagreeBody,
    ResponseBody,
    SnoozeBody,
    response_of,
)
from api.auth import page_caller
from api.current import parts_of_app
from api.errors import InvalidRequest
from api.operations import LEADERS, STAFF
from api.pages.blueprint import pages
from api.replies import FaultReply
from api.times import today
from triage.churn.fairness import FEWEST
from triage.churn.ledger import ResponseKind, week_of
from triage.churn.words import days_to_renewal
from triage.store import TicketFilter
from triage.types import Account

ORDERS = {"risk": "Most likely to leave", "revenue": "Most revenue", "to_save": "Most to save"}
BANDS = {"none": "No band", "watch": "Watch", "at_risk": "At risk", "explicit": "Says they leave"}
RESPONSES = {"acknowledged": "Seen", "disagreed": "Disagreed", "snoozed": "Snoozed", "acted": "Acted"}
SOURCES = {"words": "Words", "history": "History"}
SNOOZES = (7, 14, 30)
WEEKS_BACK = 8
TICKETS = 10
_THANKS = {
    "acknowledge": "Noted that you have seen it.",
    "disagree": "Noted that you disagree; the account is off the list until something new is heard.",
    "snooze": "The account is off the list for now.",
    "act": "Noted what was done.",
}


@pages.get("/accounts", endpoint="accounts")
def accounts() -> str:
    """Show the list."""
    parts = parts_of_app()
    page_caller(parts, STAFF)
    try:
        query = AtRiskQuery.model_validate({key: value for key, value in request.args.items() if value})
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from None
    found = parts.accounts.at_risk(
        now=parts.now(), by=query.by, limit=query.limit, min_revenue=query.min_revenue
    )
    return render_template(
        "accounts.html",
        found=found,
        query=query,
        orders=ORDERS,
        bands=BANDS,
        responses=RESPONSES,
        snoozes=SNOOZES,
        today=today(parts),
        days_to_renewal=_days_to_renewal,
    )


@pages.get("/accounts/ledger", endpoint="account_ledger")
def ledger() -> str:
    """Show how the warnings fared."""
    parts = parts_of_app()
    page_caller(parts, LEADERS)
    now = parts.now()
    weeks = [parts.accounts.week(week_of(now - timedelta(weeks=back))) for back in range(WEEKS_BACK)]
    flags = parts.accounts.flags(limit=50).flags
    return render_template(
        "ledger.html",
        ledger=parts.accounts.ledger(now=now),
        weeks=weeks,
        flags=flags,
        named=parts.tickets.accounts_of(sorted({flag.account_id for flag in flags})),
        currencies=parts.tickets.currencies(),
        bands=BANDS,
        sources=SOURCES,
        responses=RESPONSES,
    )


@pages.get("/accounts/fairness", endpoint="account_fairness")
def fairness() -> str:
    """Show risk and its errors by plan, language and region."""
    parts = parts_of_app()
    page_caller(parts, LEADERS)
    return render_template("fairness.html", found=parts.accounts.fairness(now=parts.now()), fewest=FEWEST)


@pages.get("/accounts/<path:account_id>", endpoint="account")
def account(account_id: str) -> str:
    """Show an account."""
    parts = parts_of_app()
    page_caller(parts, STAFF)
    view = parts.accounts.account(account_id, now=parts.now())
    wanted = TicketFilter(accounts=frozenset({account_id}))
    return render_template(
        "account.html",
        view=view,
        tickets=[one.ticket for one in parts.tickets.list_tickets(wanted, limit=TICKETS).tickets],
        bands=BANDS,
        sources=SOURCES,
        responses=RESPONSES,
        snoozes=SNOOZES,
        today=today(parts),
        days_to_renewal=_days_to_renewal,
    )


@pages.post("/accounts/<path:account_id>/flags", endpoint="answer_flag")
def answer(account_id: str) -> ResponseReturnValue:
    """Keep what a person makes of a flag, and show the account again."""
    parts = parts_of_app()
    caller = page_caller(parts, STAFF)
    word = request.form.get("word", "")
    kind, body = _response_body(word)
    said = response_of(kind, body, caller.name, parts.now())
    meant = (body.words_meant or "") if isinstance(body, DisagreeBody) else ""
    for flag_id in request.form.getlist("flag_id") or [""]:
        parts.accounts.respond(account_id, flag_id, said, words_meant=meant)
    flash(_THANKS[word])
    if request.form.get("back") == "list":
        return redirect(url_for("pages.accounts"), 303)
    return redirect(url_for("pages.account", account_id=account_id), 303)


def _days_to_renewal(account: Account) -> timedelta | None:
    days = days_to_renewal(account, parts_of_app().now())
    return None if math.isnan(days) else timedelta(days=round(days))


def _response_body(word: str) -> tuple[ResponseKind, ResponseBody]:
    form = request.form
    note = form.get("note", "").strip()
    try:
        match word:
            case "acknowledge":
                return "acknowledged", AcknowledgeBody(note=note)
            case "disagree":
                return "disagreed", DisagreeBody(
                    note=note, words_meant="none" if form.get("misread") else None
                )
            case "snooze":
                days = form.get("days", "")
                return "snoozed", SnoozeBody(days=int(days) if days.isdecimal() else None, note=note)
            case "act":
                return "acted", ActBody(note=note)
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from None
    fault = FaultReply(field="word", detail="give acknowledge, disagree, snooze or act")
    raise InvalidRequest((fault,))
