"""Tickets of which some are known to say the same: the sample company's issues, and GitBugs' duplicate reports."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from training.errors import DatasetInvalid
from triage.reading import read_tickets
from triage.types import Ticket


@dataclass(frozen=True, slots=True)
class Sought:
    """For this ticket one of those should be found."""

    ticket_id: str
    wanted: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownDuplicates:
    """Dated tickets in order, what is sought, and pairs that belong in one issue."""

    name: str
    tickets: tuple[Ticket, ...]
    sought: tuple[Sought, ...]
    pairs: tuple[tuple[str, str], ...]


def read_sample(path: Path) -> KnownDuplicates:
    """Read tickets with an ``issue_id``: any other of the issue may be found; neighbours in time are pairs."""
    tickets = [ticket for ticket in read_tickets(path).tickets if ticket.created_at]
    by_issue: dict[str, list[str]] = defaultdict(list)
    for ticket in tickets:
        if ticket.issue_id:
            by_issue[ticket.issue_id].append(ticket.id)
    several = [ids for ids in by_issue.values() if len(ids) > 1]
    sought = tuple(Sought(one, frozenset(ids) - {one}) for ids in several for one in ids)
    pairs = tuple(pair for ids in several for pair in pairwise(ids))
    return KnownDuplicates("the sample company", tuple(tickets), sought, pairs)


def read_gitbugs(folder: Path) -> KnownDuplicates:
    """Read a project of GitBugs (Patil, 2025): each row of its test and train files is sought, in that direction.

    Raises:
        DatasetInvalid: a file or a column is missing.
    """
    files = sorted(folder.glob("*_bugs.csv"))
    if len(files) != 1:
        raise DatasetInvalid(folder, ["there is no single file *_bugs.csv"])
    (bugs,) = files
    tickets = sorted(map(_ticket, _rows(bugs)), key=lambda ticket: (ticket.created_at, ticket.id))
    known = {ticket.id for ticket in tickets}
    rows = [row for part in ("train", "test") for row in _rows(bugs.with_name(f"{bugs.stem}-{part}.csv"))]
    directed = [(row["Issue id"], row["Duplicate id"]) for row in rows]
    present = [(one, other) for one, other in directed if one in known and other in known]
    sought = tuple(Sought(one, frozenset({other})) for one, other in present)
    pairs = sorted({(min(pair), max(pair)) for pair in present})
    return KnownDuplicates(bugs.stem, tuple(tickets), sought, tuple(pairs))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise DatasetInvalid(path, ["there is no such file"])
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def _ticket(row: dict[str, str]) -> Ticket:
    created = datetime.strptime(row["Created"], "%d/%b/%y %H:%M").replace(tzinfo=UTC)
    return Ticket(row["Issue id"], subject=row["Summary"], body=row["Description"] or "", created_at=created)
