"""Files of tickets and accounts (CSV, JSON Lines, JSON, mbox) to values, with every fault of every row."""

from __future__ import annotations

from triage.reading.accounts import account_of
from triage.reading.files import read_accounts, read_tickets
from triage.reading.results import AccountReading, TicketReading
from triage.reading.tickets import ticket_of

__all__ = ["AccountReading", "TicketReading", "account_of", "read_accounts", "read_tickets", "ticket_of"]
