"""What reading a file gives: the good rows, and what is wrong with the others."""

from __future__ import annotations

from dataclasses import dataclass

from triage.types import Account, RowFault, Ticket


@dataclass(frozen=True, slots=True)
class TicketReading:
    """Tickets in the order of the file, and the faults of the rows that were left out, by line."""

    tickets: tuple[Ticket, ...] = ()
    faults: tuple[RowFault, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountReading:
    """Accounts in the order of the file, and the faults of the rows that were left out, by line."""

    accounts: tuple[Account, ...] = ()
    faults: tuple[RowFault, ...] = ()
