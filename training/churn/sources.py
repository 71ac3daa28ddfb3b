"""What a churn model learns from: a history of accounts and tickets, or a plain table with a label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.churn.files import read_history_accounts, read_history_tickets, read_table_accounts
from training.churn.rows import Rows, telling
from training.churn.weeks import Weeks, weekly
from training.errors import DatasetInvalid, NothingToLearn
from triage.churn.columns import is_numeric, is_personal, table_of, value_of
from triage.churn.events import events_of
from triage.types import Account, Ticket

LEFT = frozenset({"1", "1.0", "yes", "y", "true", "t", "left", "churned", "churn"})
STAYED = frozenset({"0", "0.0", "no", "n", "false", "f", "stayed", "active", "retained"})
GROUPS = ("plan", "language", "region", "country")
_TELLTALE = ("churn", "cancelled", "canceled")  # a column of such a name says the outcome in other words
_ID_SHARE = 0.5  # words that differ in more than half of the rows are names, not kinds


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The accounts with their rows: weekly ones of a history, or those of a table."""

    accounts: tuple[Account, ...]
    facts: dict[str, Any]
    notes: tuple[str, ...]
    languages: Mapping[str, str]
    weeks: Weeks | None = None
    table: Rows | None = None

    def rows(self, horizon_days: int) -> Rows:
        """Give all rows with the outcomes that are known."""
        if self.weeks is None:
            if self.table is None:
                raise NothingToLearn("There are no rows to learn from.")
            return self.table
        everything = np.ones(len(self.weeks.moments), np.bool_)
        return self.weeks.outcomes(horizon_days, self.weeks.end, everything)

    def group_columns(self, places: NDArray[np.int64]) -> dict[str, Sequence[str]]:
        """Give plan, language, region and country of rows by the places of their accounts, where there are any."""
        found: dict[str, Sequence[str]] = {}
        for column in GROUPS:
            values = [
                value_of(account, column)
                or (self.languages.get(account.account_id, "") if column == "language" else "")
                for account in self.accounts
            ]
            if any(values):
                found[column] = [values[place] for place in places.tolist()]
        return found


def read_history(
    accounts: Path, tickets: Path | None, features: Sequence[str], mapping: Mapping[str, str], encoding: str
) -> Source:
    """Read accounts with churned_on, and their tickets, to weekly rows."""
    known = read_history_accounts(accounts, mapping, encoding).accounts
    written = () if tickets is None else read_history_tickets(tickets, mapping, encoding)
    named = {account.account_id for account in known}
    strangers = sum(ticket.account_id not in named for ticket in written)
    notes = (
        [f"{strangers} tickets belong to no account of the file and are passed over."] if strangers else []
    )
    extra = [mapping.get(column, column) for column in features]
    weeks = weekly(known, events_of(written, known), extra)
    facts = {"shape": "history", "columns_named": list(features), "tickets": len(written) - strangers}
    facts["as_they_stand"] = ["plan", "seats", "revenue", "renews_on", *extra]
    return Source(known, facts, tuple(notes), _languages(written), weeks=weeks)


def read_table(
    accounts: Path, label: str, features: Sequence[str], mapping: Mapping[str, str], encoding: str
) -> Source:
    """Read a table with a label: each column is used but personal ones, names, and others that tell the outcome."""
    file = read_table_accounts(accounts, mapping, encoding)
    columns = list(dict.fromkeys(column for account in file.accounts for column in account.attributes))
    if label not in columns:
        raise DatasetInvalid(accounts, [f"there is no column {label!r}; there are {', '.join(columns)}"])
    left = _outcomes(file.accounts, label, accounts)
    columns.remove(label)
    dropped = _left_out(file.accounts, columns, features)
    used = [column for column in columns if column not in dropped]
    if not used:
        raise NothingToLearn("No column is left to learn from. Name some with --feature.")
    numeric = [column for column in used if is_numeric([value_of(one, column) for one in file.accounts])]
    table = telling(table_of(file.accounts, numeric, [column for column in used if column not in numeric]))
    notes = [f"{column} is not used: {why}." for column, why in dropped.items()]
    if file.doubles:
        notes.append(f"{file.doubles} rows are the same as one before and were dropped.")
    places = np.arange(len(left))
    rows = Rows(table, left, np.ones(len(left)), places, np.zeros(len(left), np.int64))
    facts = {
        "shape": "table",
        "label": label,
        "columns_named": list(features),
        "left_out": dropped,
        "doubles_dropped": file.doubles,
    }
    return Source(file.accounts, facts, tuple(notes), {}, table=rows)


def _outcomes(accounts: Sequence[Account], label: str, path: Path) -> NDArray[np.bool_]:
    values = [value_of(account, label).lower() for account in accounts]
    strange = sorted({value for value in values if value not in LEFT and value not in STAYED})
    if strange:
        shown = ", ".join(repr(value) for value in strange[:5])
        raise DatasetInvalid(path, [f"{label} has {shown}; it has to be yes or no, true or false, or 1 or 0"])
    return np.array([value in LEFT for value in values])


def _left_out(accounts: Sequence[Account], columns: Sequence[str], features: Sequence[str]) -> dict[str, str]:
    reasons = {}
    for column in columns:
        if column in features:
            continue
        values = [value_of(account, column) for account in accounts]
        different = len({value for value in values if value})
        if is_personal(column):
            reasons[column] = "it is personal; name it with --feature to use it"
        elif any(word in column.lower() for word in _TELLTALE):
            reasons[column] = "by its name it tells the outcome"
        elif different > max(20, _ID_SHARE * len(values)) and not is_numeric(values):
            reasons[column] = "its values are names or dates"
    return reasons


def _languages(tickets: Sequence[Ticket]) -> dict[str, str]:
    counted: dict[str, Counter[str]] = {}
    for ticket in tickets:
        if ticket.language:
            counted.setdefault(ticket.account_id, Counter())[ticket.language] += 1
    return {account: min(counts, key=lambda one: (-counts[one], one)) for account, counts in counted.items()}
