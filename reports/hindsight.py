"""Tickets and accounts as they were known at a moment: what happened later is taken out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from triage.types import Account, Ticket


def tickets_as_known(tickets: Iterable[Ticket], at: datetime) -> tuple[Ticket, ...]:
    """Give the tickets that had come by then, each as it was then, the oldest first.

    How often a ticket was reopened and how it was rated is only kept as of today, so it counts from its solution on.
    """
    known = [_as_known(ticket, at) for ticket in tickets if ticket.created_at and ticket.created_at < at]
    return tuple(sorted(known, key=lambda ticket: (ticket.created_at or at, ticket.id)))


def accounts_as_known(accounts: Iterable[Account], day: date) -> tuple[Account, ...]:
    """Give the accounts that had signed up by a day; one that left later is there."""
    return tuple(
        replace(account, churned_on=None) if account.churned_on and account.churned_on > day else account
        for account in sorted(accounts, key=lambda account: account.account_id)
        if account.signed_up_on is None or account.signed_up_on <= day
    )


def _as_known(ticket: Ticket, at: datetime) -> Ticket:
    replied = ticket.first_replied_at if _before(ticket.first_replied_at, at) else None
    if ticket.solved_at is None or _before(ticket.solved_at, at):
        return ticket if replied == ticket.first_replied_at else replace(ticket, first_replied_at=replied)
    return replace(ticket, first_replied_at=replied, solved_at=None, status="open", csat=None, reopened=0)


def _before(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment < at
