"""The weekly report over a year of tickets: grouping the weeks, making the report, and each of its forms."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from api.config import Settings
from api.database import make_engine
from api.reporting import report_of
from api.wiring import Parts
from benchmarks.apart import Spent, apart, spent
from benchmarks.installation import Installation
from benchmarks.resampling import resampled
from benchmarks.tables import Cell, Column, Table, machine, show, tell
from reports.render import FORMS, render
from reports.store import Grouping
from training.embedders import HOME, open_ticket_embedder
from triage.reading import read_accounts, read_tickets
from triage.store import TicketStore
from triage.text import clean
from triage.types import Ticket

SAMPLE = HOME / "sample" / "tickets"
ARTICLES = HOME / "sample" / "help_center"
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)  # the Monday after the sample's last week
WEEK = timedelta(weeks=1)
COLUMNS = (Column("step"), Column("seconds", 2), Column("CPU s", 2), Column("what"))

History = tuple[Ticket, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks report", description=__doc__)
    parser.add_argument("--weeks", type=int, default=52, metavar="N", help="of tickets (default: 52)")
    parser.add_argument("--seed", type=int, default=1, help="of what is resampled (default: 1)")
    chosen = parser.parse_args(arguments)
    show(report_table(chosen.weeks, chosen.seed))
    return 0


def report_table(weeks: int, seed: int) -> Table:
    """Make a year of tickets, then measure every step in a process of its own.

    Raises:
        CommandFailed: a command of the program failed.
    """
    sample = [ticket for ticket in read_tickets(SAMPLE / "tickets.jsonl").tickets if ticket.created_at]
    tickets = history(sample, weeks, seed)
    with tempfile.TemporaryDirectory(prefix="pointsman-report-") as folder:
        installation = Installation(Path(folder), demo=True)
        tell("Setting up ...")
        installation.run("init")
        installation.run("kb", "import", str(ARTICLES))
        _store(installation, tickets)
        tell("Grouping and reporting ...")
        rows, peak = apart(_measured, installation)
    notes = (
        f"{len(tickets):,} tickets of {weeks} weeks in SQLite, made of the sample's {len(sample)}: its own weeks,",
        "and copies with other words before them; vectors are stored, labels are those of people. The steps follow",
        f"one another in a process that took {peak:,.0f} MB at most. {machine()}",
    )
    return Table(f"The weekly report over {weeks} weeks", COLUMNS, tuple(rows), notes)


def history(sample: Sequence[Ticket], weeks: int, seed: int) -> History:
    """The sample in its own weeks, and copies in the weeks before, as many a week; of fewer weeks the last ones."""
    own_weeks = max(map(_weeks_ago, sample))
    wanted = max(len(sample), len(sample) * weeks // own_weeks)
    made = resampled([ticket.body for ticket in sample], wanted, seed)
    random = np.random.default_rng([seed, 2])
    found = []
    for number, (body, place) in enumerate(zip(made.texts, made.originals.tolist(), strict=True)):
        ticket = sample[place]
        if number >= len(sample):
            back = int(random.integers(own_weeks + 1, weeks + 1)) - _weeks_ago(ticket)
            ticket = replace(_earlier(ticket, WEEK * back), id=f"{ticket.id}-{number}", body=body)
        found.append(ticket)
    return tuple(ticket for ticket in found if _weeks_ago(ticket) <= weeks)


def _weeks_ago(ticket: Ticket) -> int:
    """1 for the last week."""
    return (NOW - _came(ticket)) // WEEK + 1


def _came(ticket: Ticket) -> datetime:
    return ticket.created_at or NOW


def _earlier(ticket: Ticket, back: timedelta) -> Ticket:
    replied, solved = ticket.first_replied_at, ticket.solved_at
    return replace(
        ticket,
        created_at=_came(ticket) - back,
        first_replied_at=replied and replied - back,
        solved_at=solved and solved - back,
    )


def _store(installation: Installation, tickets: History) -> None:
    tell(
        f"Storing {len(tickets):,} tickets with their vectors, which are made where they are not remembered ..."
    )
    embedder = open_ticket_embedder()
    cleaned = {ticket.id: clean(ticket.subject, ticket.body) for ticket in tickets}
    engine = make_engine(installation.database_url)
    store = TicketStore(engine)
    store.put_accounts(read_accounts(SAMPLE / "accounts.csv").accounts, NOW)
    store.upsert(tickets, NOW)
    store.save_clean(cleaned)
    vectors = embedder.encode([cleaned[ticket.id].text for ticket in tickets])
    store.put_vectors(embedder.fingerprint, list(cleaned), vectors)
    embedder.save()
    engine.dispose()


def _measured(installation: Installation) -> list[tuple[Cell, ...]]:
    parts = Parts(Settings.from_environment(installation.environment()), now=lambda: NOW)
    rows: list[tuple[Cell, ...]] = []
    grouping = spent(lambda: parts.issues.regroup(NOW - WEEK))
    rows.append(("all weeks but the last, one by one", *_clocks(grouping), _grouped(grouping.result)))
    sunday = spent(lambda: parts.issues.regroup(NOW))
    rows.append(("the last week, as every Sunday", *_clocks(sunday), _grouped(sunday.result)))
    made = spent(lambda: report_of(parts, parts.issues.last_week(NOW)))
    report = made.result
    rows.append(("the report of the last week", *_clocks(made), str(report.week)))
    for form in FORMS:
        done = spent(lambda form=form: render(report, form))  # type: ignore[misc]
        rows.append((f"the report as {form}", *_clocks(done), f"{len(done.result.content) / 1000:,.0f} kB"))
    parts.close()
    return rows


def _clocks(done: Spent[Any]) -> tuple[float, float]:
    return done.seconds, done.cpu_seconds


def _grouped(grouping: Grouping | None) -> str:
    return f"{grouping.issues} issues of {grouping.tickets:,} tickets" if grouping else "nothing to group"
