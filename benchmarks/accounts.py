"""The time and memory of the nightly scoring of accounts; each step is a process of its own."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np

from api.database import make_engine
from benchmarks.apart import Spent, apart, spent
from benchmarks.made_accounts import NOW, YEARS, fill
from benchmarks.sample_outcomes import HORIZON_DAYS, told
from benchmarks.tables import Cell, Column, Table, machine, show, tell
from models.card import Card, Primary, TrainingData
from training.churn.candidates import assemble, fit_boosted, fit_linear, one_thread
from training.churn.weeks import weekly
from triage.account_values import ServedModel
from triage.accounts import AccountDesk
from triage.churn.events import events_of, seconds
from triage.churn.history import features_as_of
from triage.churn.windows import Moments
from triage.features.account import Member
from triage.features.confidence import Logistic
from triage.store import TicketStore
from triage.store.flags import ChurnLedger

ACCOUNTS, TICKETS = 10_000, 250_000  # which are over a million events
COLUMNS = (
    Column("step"),
    Column("seconds", 1),
    Column("CPU s", 1),
    Column("aim", 0),
    Column("peak MB", 0),
    Column("aim MB", 0),
    Column("what"),
)
_AIM_MB = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks accounts", description=__doc__)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, metavar="N", help="(default: 10000)")
    parser.add_argument("--tickets", type=int, default=TICKETS, metavar="N", help="(default: 250000)")
    chosen = parser.parse_args(arguments)
    show(account_table(chosen.accounts, chosen.tickets))
    return 0


def account_table(accounts: int, tickets: int) -> Table:
    """Measure each step over a database with so many accounts and tickets."""
    with tempfile.TemporaryDirectory(prefix="pointsman-accounts-") as folder:
        url = f"sqlite:///{Path(folder) / 'accounts.db'}"
        fill(url, accounts, tickets)
        rows = [_row(step, url) for step in STEPS]
    notes = (
        f"{accounts:,} accounts, {tickets:,} tickets over {YEARS} years in SQLite; those of the last",
        "90 days are triaged, a fifth speak of leaving. The model is the slowest candidate: a linear one and boosted",
        f"trees, each column explained by ablation. {machine()}",
    )
    return Table("Accounts by night", COLUMNS, tuple(rows), notes)


def slow_model() -> ServedModel:
    """The slowest candidate, learnt from the sample process."""
    run = told(1, weeks=52)
    weeks = weekly(run.accounts, events_of(run.tickets, run.accounts), ())
    rows = weeks.outcomes(HORIZON_DAYS, weeks.end, np.ones(len(weeks.moments), np.bool_))
    with one_thread():
        members: list[Member] = [fit_linear(rows), fit_boosted(rows)]
    model = assemble(rows.table, members, Logistic(np.ones(2), 0.0), HORIZON_DAYS)
    card = Card(
        task="churn",
        created_at=NOW,
        labels=("stays", "leaves"),
        data=TrainingData(fingerprint="0" * 64, rows=len(rows)),
        text_columns=(),
        metrics={"held_out": {"auc": 0.5}},
        primary=Primary(metric="held_out.auc"),
        thresholds={"watch": {"probability": 0.5}, "at_risk": {"probability": 0.8}},
        params={"shape": "history"},
    )
    return ServedModel(model, card, "made")


def _row(step: str, url: str) -> tuple[Cell, ...]:
    tell(f"Measuring {step} ...")
    aim, _ = STEPS[step]
    done, peak = apart(_measured, step, url)
    return (step, done.seconds, done.cpu_seconds, aim, peak, _AIM_MB, done.result)


def _measured(step: str, url: str) -> Spent[str]:
    engine = make_engine(url)
    store, ledger = TicketStore(engine), ChurnLedger(engine)
    served = slow_model()
    desk = AccountDesk(store, ledger, history=lambda: served)
    _, run = STEPS[step]
    done = spent(lambda: run(store, ledger, desk))
    engine.dispose()
    return done


def _features(store: TicketStore, ledger: ChurnLedger, desk: AccountDesk) -> str:
    accounts = store.list_accounts(limit=1_000_000)
    events = events_of(ledger.ticket_facts(), accounts)
    moments = Moments(np.arange(len(accounts)), np.full(len(accounts), seconds(NOW), np.int64))
    table = features_as_of(accounts, events, moments)
    return f"{len(events):,} events to {len(table):,} rows of {len(table.names)} columns"


def _score(store: TicketStore, ledger: ChurnLedger, desk: AccountDesk) -> str:
    done = desk.score(now=NOW)
    return f"{done.with_risk:,} scored, {done.flags:,} flags, {done.moves:,} moves"


def _one(store: TicketStore, ledger: ChurnLedger, desk: AccountDesk) -> str:
    desk.refresh(["account-7"], now=NOW + timedelta(minutes=1))
    return "read, scored, moved"


Step = Callable[[TicketStore, ChurnLedger, AccountDesk], str]
# What is measured, and in how many seconds it should be done.
STEPS: dict[str, tuple[int, Step]] = {
    "features of all accounts": (30, _features),
    "nightly scoring": (30, _score),
    "one account after a ticket": (1, _one),
}
