"""Export files to accounts and tickets: a table may do without ids here, and a ticket without text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from training.errors import DatasetInvalid
from triage.reading import account_of, ticket_of
from triage.reading.accounts import ACCOUNT_FIELDS
from triage.reading.delimited import delimited_rows
from triage.reading.json_rows import array_rows, line_rows
from triage.reading.opening import lines_of, start_of
from triage.reading.renaming import Renaming
from triage.reading.row import Row
from triage.reading.tickets import TICKET_FIELDS
from triage.types import Account, RowFault, Ticket

_WORDLESS = "(no text)"


@dataclass(frozen=True, slots=True)
class AccountFile:
    """The accounts of a file, whether they had ids, and how many rows were the same as one before."""

    accounts: tuple[Account, ...]
    named: bool
    doubles: int = 0


def read_history_accounts(
    path: Path, mapping: Mapping[str, str] | None = None, encoding: str = "utf-8-sig"
) -> AccountFile:
    """Read accounts with their dates.

    Raises:
        DatasetInvalid: a row cannot be read; all of them are listed.
    """
    accounts, faults = [], []
    for row in _rows(path, mapping or {}, ACCOUNT_FIELDS, encoding):
        made = [RowFault(row.line, row.column, row.fault)] if row.fault else account_of(row.values, row.line)
        if isinstance(made, list):
            faults += made
        else:
            accounts.append(made)
    _complain(path, faults)
    _complain(path, _twice([account.account_id for account in accounts]))
    return AccountFile(tuple(accounts), named=True)


def read_table_accounts(
    path: Path, mapping: Mapping[str, str] | None = None, encoding: str = "utf-8-sig"
) -> AccountFile:
    """Read rows as they come, every column as an attribute; a row without ``account_id`` is known by its number.

    Of a file without ids, rows that are the same as one before are dropped: they would stand on both sides of a split.

    Raises:
        DatasetInvalid: a row cannot be read; all of them are listed.
    """
    accounts: list[Account] = []
    faults, seen, doubles, named = [], set(), 0, True
    for number, row in enumerate(_rows(path, mapping or {}, ACCOUNT_FIELDS, encoding)):
        if row.fault:
            faults.append(RowFault(row.line, row.column, row.fault))
            continue
        values = {column: "" if value is None else str(value).strip() for column, value in row.values.items()}
        account_id = values.pop("account_id", "")
        named = named and bool(account_id)
        content = tuple(values.items())
        doubles += (same := not account_id and content in seen)
        seen.add(content)
        if not same:
            accounts.append(Account(account_id or str(number), attributes=values))
    _complain(path, faults)
    _complain(path, _twice([account.account_id for account in accounts]))
    return AccountFile(tuple(accounts), named, doubles)


def read_history_tickets(
    path: Path, mapping: Mapping[str, str] | None = None, encoding: str = "utf-8-sig"
) -> tuple[Ticket, ...]:
    """Read tickets; they need no text, and a moment without an offset is taken as UTC.

    Raises:
        DatasetInvalid: a row cannot be read; all of them are listed.
    """
    tickets, faults = [], []
    for number, row in enumerate(_rows(path, mapping or {}, TICKET_FIELDS, encoding)):
        if row.fault:
            faults.append(RowFault(row.line, row.column, row.fault))
            continue
        values = dict(row.values)
        values["subject"] = values.get("subject") or _WORDLESS
        made = ticket_of(values, row.line, default_id=str(number), default_zone=ZoneInfo("UTC"))
        if isinstance(made, list):
            faults += made
        else:
            tickets.append(made)
    _complain(path, faults)
    return tuple(tickets)


def columns_of(path: Path, encoding: str = "utf-8-sig") -> tuple[str, ...]:
    """Name the columns of the first row."""
    for row in _raw(path, encoding, frozenset()):
        return tuple(row.values)
    return ()


def _rows(path: Path, mapping: Mapping[str, str], fields: tuple[str, ...], encoding: str) -> Iterator[Row]:
    present = columns_of(path, encoding)
    own = {column: field for column, field in mapping.items() if column in present and field in fields}
    renaming = Renaming.checked(own, fields)
    for row in _raw(path, encoding, renaming.wanted):
        if row.fault or row.values:
            names = renaming.names(tuple(row.values))
            yield row if row.fault else Row(row.line, dict(zip(names, row.values.values(), strict=True)))


def _raw(path: Path, encoding: str, wanted: frozenset[str]) -> Iterator[Row]:
    start, lines = start_of(path, encoding), lines_of(path, encoding)
    if start.startswith("["):
        return array_rows(lines)
    return line_rows(lines) if start.startswith("{") else delimited_rows(lines, wanted)


def _twice(ids: list[str]) -> list[RowFault]:
    counts = Counter(ids)
    return [
        RowFault(ids.index(one) + 2, "account_id", f"{one!r} is there {count} times")
        for one, count in counts.items()
        if count > 1
    ]


def _complain(path: Path, faults: list[RowFault]) -> None:
    if faults:
        raise DatasetInvalid(path, [f"line {fault.line}: {fault.column} {fault.reason}" for fault in faults])
