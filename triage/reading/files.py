"""Reads whole files of tickets or accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from triage.reading.accounts import ACCOUNT_FIELDS, account_of
from triage.reading.delimited import delimited_rows
from triage.reading.json_rows import array_rows, line_rows
from triage.reading.mails import mail_rows
from triage.reading.opening import lines_of, start_of
from triage.reading.renaming import Renaming
from triage.reading.results import AccountReading, TicketReading
from triage.reading.row import Row
from triage.reading.tickets import TICKET_FIELDS, ticket_of
from triage.types import Account, RowFault, Ticket


def read_tickets(
    path: Path | str,
    *,
    mapping: Mapping[str, str] | None = None,
    encoding: str = "utf-8-sig",
    default_zone: ZoneInfo | None = None,
    now: datetime | None = None,
) -> TicketReading:
    """Reads tickets from CSV (comma, semicolon or tab), JSON Lines, a JSON array or an mbox file.

    A bad row is reported with all its faults and left out; of rows with the same id the first stays. Rows without an
    id get their number in the file, from 0.

    Args:
        path: The file.
        mapping: The field for each column (or mail header) that goes by another name.
        encoding: Of the text; a byte order mark is accepted.
        default_zone: The zone of moments that are written without one; without it they are faults.
        now: The present, to report tickets from the future.

    Raises:
        ImportUnreadable: The file is not there, not text in that encoding, or has no column to read.
    """
    renaming = Renaming.checked(mapping or {}, TICKET_FIELDS)
    tickets: dict[str, Ticket] = {}
    faults: list[RowFault] = []
    lines: dict[str, int] = {}
    for number, row in enumerate(_rows(Path(path), encoding, renaming, needed=("body", "subject"))):
        if row.fault:
            faults.append(RowFault(row.line, row.column, row.fault))
            continue
        made = ticket_of(row.values, row.line, default_id=str(number), default_zone=default_zone, now=now)
        if isinstance(made, list):
            faults += made
        elif made.id in lines:
            faults.append(_twice(row.line, "id", made.id, lines[made.id]))
        else:
            tickets[made.id], lines[made.id] = made, row.line
    return TicketReading(tuple(tickets.values()), tuple(faults))


def read_accounts(
    path: Path | str, *, mapping: Mapping[str, str] | None = None, encoding: str = "utf-8-sig"
) -> AccountReading:
    """Reads accounts from CSV, JSON Lines or a JSON array, with faults as ``read_tickets`` has them.

    Raises:
        ImportUnreadable: The file is not there, not text in that encoding, or has no column ``account_id``.
    """
    renaming = Renaming.checked(mapping or {}, ACCOUNT_FIELDS)
    accounts: dict[str, Account] = {}
    faults: list[RowFault] = []
    lines: dict[str, int] = {}
    for row in _rows(Path(path), encoding, renaming, needed=("account_id",)):
        if row.fault:
            faults.append(RowFault(row.line, row.column, row.fault))
            continue
        made = account_of(row.values, row.line)
        if isinstance(made, list):
            faults += made
        elif made.account_id in lines:
            faults.append(_twice(row.line, "account_id", made.account_id, lines[made.account_id]))
        else:
            accounts[made.account_id], lines[made.account_id] = made, row.line
    return AccountReading(tuple(accounts.values()), tuple(faults))


def _twice(line: int, column: str, value: str, first: int) -> RowFault:
    return RowFault(line, column, f"{value!r} is the id of line {first} already; that row was kept")


def _rows(path: Path, encoding: str, renaming: Renaming, needed: tuple[str, ...]) -> Iterator[Row]:
    """Yields the rows with their columns renamed, without those that are wholly blank."""
    names: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in _raw_rows(path, encoding, renaming):
        columns = tuple(row.values)
        if row.fault:
            yield row
        elif columns:
            if not names and not path.suffix.lower().startswith(".json"):
                renaming.check_columns(columns, needed)
            if columns not in names:
                names[columns] = renaming.names(columns)
            yield Row(row.line, dict(zip(names[columns], row.values.values(), strict=True)))
    if names:
        renaming.check_used({column for columns in names for column in columns})


def _raw_rows(path: Path, encoding: str, renaming: Renaming) -> Iterator[Row]:
    start = start_of(path, encoding)
    if path.suffix.lower() in {".mbox", ".mbx"} or start.startswith("From "):
        return mail_rows(path, renaming.columns)
    lines = lines_of(path, encoding)
    if start.startswith("["):
        return array_rows(lines)
    if start.startswith("{"):
        return line_rows(lines)
    return delimited_rows(lines, renaming.wanted)
