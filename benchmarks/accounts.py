"""``python -m benchmarks.accounts``: the time and memory of the nightly scoring; each step is a process of its own."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from api.database import make_engine, migrate
from benchmarks.processes import peak_memory_mb
from benchmarks.sample_outcomes import HORIZON_DAYS, told
from benchmarks.tables import Cell, Column, Table, machine, rendered, tell
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
from triage.store.encoding import UNCLEAN, UNTRIAGED
from triage.store.flags import ChurnLedger
from triage.store.tables import tickets as ticket_table
from triage.store.tables import triages as triage_table
from triage.types import Account, Ticket

NOW = datetime(2026, 11, 20, 2, 10, tzinfo=UTC)
YEARS = 3
ACCOUNTS, TICKETS = 10_000, 250_000  # which are over a million events
_TRIAGED, _BATCH = timedelta(days=90), 20_000
_CHURN = (*("none",) * 8, "at_risk", "explicit")
_URGENCIES = ("low", "normal", "normal", "high", "urgent")
COLUMNS = (
    Column("step"),
    Column("seconds", 1),
    Column("CPU s", 1),
    Column("aim", 0),
    Column("peak MB", 0),
    Column("aim MB", 0),
    Column("what"),
)
STEPS = ("features", "score", "one")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accounts", description=__doc__)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, metavar="N")
    parser.add_argument("--tickets", type=int, default=TICKETS, metavar="N")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.step:
        print(json.dumps(_measured(chosen.step, chosen.database)))
        return 0
    with tempfile.TemporaryDirectory(prefix="pointsman-accounts-") as folder:
        url = f"sqlite:///{Path(folder) / 'accounts.db'}"
        fill(url, chosen.accounts, chosen.tickets)
        rows = [_row(step, url) for step in STEPS]
    notes = (
        f"{chosen.accounts:,} accounts, {chosen.tickets:,} tickets over {YEARS} years in SQLite; those of the last",
        "90 days are triaged, a fifth speak of leaving. The model is the slowest candidate: a linear one and boosted",
        f"trees, each column explained by ablation. {machine()}",
    )
    command = shlex.join(["python", "-m", "benchmarks.accounts", *sys.argv[1:]])
    print(rendered(Table("Accounts by night", COLUMNS, tuple(rows), notes), command))
    return 0


def fill(url: str, accounts: int, tickets: int) -> None:
    """Make a database with so many accounts and tickets."""
    engine = make_engine(url)
    migrate(engine)
    TicketStore(engine).put_accounts([_account(place) for place in range(accounts)], NOW)
    random = np.random.default_rng(5)
    with tqdm(desc="Filling", total=tickets, unit="ticket", file=sys.stderr, mininterval=5) as bar:
        for start in range(0, tickets, _BATCH):
            size = min(_BATCH, tickets - start)
            rows = list(_ticket_rows(start, size, accounts, random))
            spoken = [_triage_row(row) for row in rows if row["triage_id"] is not None]
            with engine.begin() as connection:
                connection.execute(ticket_table.insert(), rows)
                if spoken:
                    connection.execute(triage_table.insert(), spoken)
            bar.update(size)
    engine.dispose()


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
    command = [sys.executable, "-m", "benchmarks.accounts", "--step", step, "--database", url]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    return (found["step"], found["seconds"], found["cpu"], found["aim"], found["peak"], 1000, found["what"])


def _measured(step: str, url: str) -> dict[str, object]:
    engine = make_engine(url)
    store, ledger = TicketStore(engine), ChurnLedger(engine)
    served = slow_model()
    desk = AccountDesk(store, ledger, history=lambda: served)
    steps: dict[str, tuple[str, int, Callable[[], str]]] = {
        "features": ("features of all accounts", 30, lambda: _features(store, ledger)),
        "score": ("nightly scoring", 30, lambda: _score(desk)),
        "one": ("one account after a ticket", 1, lambda: _one(desk)),
    }
    name, aim, run = steps[step]
    started, worked = time.perf_counter(), time.process_time()
    what = run()
    spent = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - worked}
    engine.dispose()
    return {"step": name, "aim": aim, "peak": peak_memory_mb(os.getpid()), "what": what} | spent


def _features(store: TicketStore, ledger: ChurnLedger) -> str:
    accounts = store.list_accounts(limit=1_000_000)
    events = events_of(ledger.ticket_facts(), accounts)
    moments = Moments(np.arange(len(accounts)), np.full(len(accounts), seconds(NOW), np.int64))
    table = features_as_of(accounts, events, moments)
    return f"{len(events):,} events to {len(table):,} rows of {len(table.names)} columns"


def _score(desk: AccountDesk) -> str:
    done = desk.score(now=NOW)
    return f"{done.with_risk:,} scored, {done.flags:,} flags, {done.moves:,} moves"


def _one(desk: AccountDesk) -> str:
    desk.refresh(["account-7"], now=NOW + timedelta(minutes=1))
    return "read, scored, moved"


def _account(place: int) -> Account:
    return Account(
        f"account-{place}",
        plan=("starter", "team", "pro")[place % 3],
        seats=1 + place % 90,
        mrr=20.0 + place % 500,
        currency="EUR",
        signed_up_on=date(2023, 1, 1) + timedelta(days=place % 700),
        renews_on=date(2026, 12, 1) + timedelta(days=place % 365),
    )


def _ticket_rows(
    start: int, size: int, accounts: int, random: np.random.Generator
) -> Iterator[dict[str, Any]]:
    empty = {field.name: "" for field in fields(Ticket)}
    owners = random.integers(0, accounts, size).tolist()
    ages = random.uniform(0, YEARS * 365.25, size).tolist()
    hours = random.exponential(8, size).tolist()
    kinds = random.integers(0, 1000, size).tolist()
    for place, (owner, age, reply, kind) in enumerate(zip(owners, ages, hours, kinds, strict=True)):
        created = NOW - timedelta(days=age)
        replied, solved = created + timedelta(hours=reply), created + timedelta(hours=4 * reply)
        number = start + place
        yield (
            empty
            | UNCLEAN
            | UNTRIAGED
            | {
                "id": f"t{number}",
                "account_id": f"account-{owner}",
                "digest": "",
                "subject": "A subject",
                "body": "Some words of a customer. " * 8,
                "created_at": created,
                "came_at": created,
                "received_at": created,
                "updated_at": created,
                "first_replied_at": replied if replied < NOW else None,
                "solved_at": solved if solved < NOW else None,
                "reopened": int(kind % 20 == 0),
                "csat": 1.0 + kind % 5 if kind % 3 == 0 else None,
                "tags": [],
                "attributes": {},
                "is_open": solved >= NOW,
                "triage_id": number + 1 if NOW - created < _TRIAGED else None,
                "predicted_urgency": _URGENCIES[kind % 5],
                **dict.fromkeys(("said_topic", "said_urgency", "said_churn_intent", "said_issue_id"), ""),
                **dict.fromkeys(("shown_topic", "shown_urgency"), ""),
            }
        )


def _triage_row(ticket: dict[str, Any]) -> dict[str, Any]:
    label = _CHURN[ticket["triage_id"] % 10]
    reason = {"text": "speaks of leaving", "weight": 2.0, "ticket_id": ticket["id"], "quote": "Some words"}
    churn = {"words": {"label": label, "probability": 0.9, "accepted": True}, "reasons": [reason]}
    return {
        "id": ticket["triage_id"],
        "ticket_id": ticket["id"],
        "made_at": ticket["came_at"],
        "topic": "",
        "topic_probability": 0.0,
        "topic_accepted": False,
        "urgency": ticket["predicted_urgency"],
        "urgency_probability": 0.9,
        "urgency_accepted": True,
        "churn_intent": label,
        "churn_probability": 0.9,
        "churn_band": label,
        "churn_risk": None,
        "noise": "",
        "models": {},
        "audited": False,
        "payload": {"churn": churn},
    }


if __name__ == "__main__":
    raise SystemExit(main())
