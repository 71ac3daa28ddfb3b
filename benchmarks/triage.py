"""A ticket end to end through HTTP: stored, judged and explained, with articles and similar tickets found.

Beside it, in the same run, scripts that tell a ticket's topic and nothing else.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np

from benchmarks.installation import CommandFailed, Installation, served
from benchmarks.load import CLIENTS, Ask, posting, rate, replies, times
from benchmarks.processes import memory_mb
from benchmarks.tables import Cell, Column, Table, machine, ratios, show, tell
from benchmarks.topic_peers import Body, peer_rows, text_of
from training.embedders import HOME
from training.labels.graded_task import WRITTEN

COLUMNS = (
    Column("way"),
    Column("learnt in s", 1),
    Column("p50 ms", 1),
    Column("p95 (<60)", 1),
    Column("tickets/s", 1),
    Column("in batches (>150)", 1),
    Column("MB a process", 0),
    Column("what it gives"),
)
SAMPLE = HOME / "sample" / "tickets"
_WARM_UP, _BATCH = 10, 100
_CLIENTS_A_WORKER = 4
_SHORT_WORDS = 30
_ACCOUNTS = 150
_GIVEN = ("topic", "urgency", "suggested_articles", "similar_tickets", "evidence")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks triage", description=__doc__)
    parser.add_argument("--requests", type=int, default=200, metavar="N", help="single ones (default: 200)")
    parser.add_argument("--batched", type=int, default=2000, metavar="N", help="in batches (default: 2000)")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="of the server (default: 2)")
    parser.add_argument(
        "--large", action="store_true", help="also with topics learnt on the large embedder (slower, better)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the order of the messages (default: 1)")
    chosen = parser.parse_args(arguments)
    show(triage_table(chosen.requests, chosen.batched, chosen.workers, large=chosen.large, seed=chosen.seed))
    return 0


def triage_table(requests: int, batched: int, workers: int, *, large: bool, seed: int) -> Table:
    """Measure the demo company's desk, first with topics from descriptions, then with learnt ones, and the scripts.

    Raises:
        CommandFailed: a command of the program failed.
    """
    messages = written_tickets(seed)
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory(prefix="pointsman-triage-") as folder:
        installation = Installation(Path(folder))
        tell("Loading the demo company ...")
        replace(installation, demo=True).run("demo")
        key = installation.run("keys", "add", "benchmark").stdout.strip()
        for embedder in ("", "small", *(["large"] if large else [])):
            learnt = _learn_topics(installation, embedder) if embedder else None
            name = f"topics learnt, {embedder} embedder" if embedder else "topics from descriptions"
            tell(f"Pointsman, {name} ...")
            found = _measured(installation, key, messages, requests, batched, workers)
            rows.append((f"Pointsman, {name}", learnt, *found))
    peers = peer_rows(messages[: _WARM_UP + requests], _short(messages, batched), _WARM_UP, seed)
    compared = [
        (
            f"Pointsman : {str(peer[0]).split(',')[0]}",
            *ratios(rows[1][1:-1], peer[1:-1]),
            None,
        )
        for peer in peers
    ]
    notes = (
        f"The demo company's desk of {workers} workers; {requests} of the messages in training/written one by one on",
        f"one connection, each stored; tickets/s by {CLIENTS} clients. Batches: {batched} messages of at most",
        f"{_SHORT_WORDS} words, {_BATCH} in a request by {workers} clients; a batch looks up no articles.",
        "What it gives: of 10 replies looked at; articles are looked for even where none answers.",
        "The scripts have no server, no store, and one process; they learn from the sample's topics, and are asked the",
        f"same messages in the same order. {machine()}",
    )
    return Table("A ticket end to end", COLUMNS, (*rows, *peers, *compared), notes)


def written_tickets(seed: int) -> list[Body]:
    """The written messages as help desks send them, in an order of their own."""
    lines = [
        line for path in sorted(WRITTEN.glob("*/*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    read = [json.loads(line) for line in lines]
    order = np.random.default_rng(seed).permutation(len(read))
    return [{name: read[place].get(name, "") for name in ("subject", "body")} for place in order]


def _short(messages: Sequence[Body], size: int) -> list[Body]:
    found = [one for one in messages if len(text_of(one).split()) <= _SHORT_WORDS]
    return [found[place % len(found)] for place in range(size)]


def _learn_topics(installation: Installation, embedder: str) -> float:
    """Learn them from the sample's labels, as a team would; gives the seconds."""
    command = [sys.executable, "-m", "training", "topic", "--tickets", str(SAMPLE / "tickets.jsonl")]
    command += ["--topics", str(SAMPLE / "topics.json"), "--embedder", embedder, "--force"]
    tell(f"Learning topics with the {embedder} embedder ...")
    started = time.perf_counter()
    done = subprocess.run(
        [*command, "--out", str(installation.data_dir / "models")],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandFailed(f"python -m training topic failed: {done.stderr.strip()[-2000:]}")
    return time.perf_counter() - started


def _measured(
    installation: Installation,
    key: str,
    messages: Sequence[Body],
    requests: int,
    batched: int,
    workers: int,
) -> tuple[Cell, ...]:
    numbers = count()

    def ticket(message: Body) -> Body:
        number = next(numbers)
        account = f"A-{1 + number % _ACCOUNTS:03d}"
        return message | {"id": f"bench-{time.time_ns()}-{number}", "account_id": account, "channel": "email"}

    one: Ask[Body] = posting(key, "/api/v1/triage", ticket)
    many: Ask[Sequence[Body]] = posting(
        key, "/api/v1/triage/batch", lambda given: {"tickets": [ticket(message) for message in given]}
    )
    short = _short(messages, batched)
    with served(installation, workers) as server:
        # So many clients that every worker has loaded its models before anything is timed.
        rate(server, one, messages[: 2 * _CLIENTS_A_WORKER * workers], _CLIENTS_A_WORKER * workers)
        looked_at = replies(server, one, messages[:_WARM_UP])
        single = times(server, one, messages[_WARM_UP : _WARM_UP + requests])
        per_second = rate(server, one, messages[:requests])
        batches = [short[start : start + _BATCH] for start in range(0, len(short), _BATCH)]
        replies(server, many, batches[:1])
        in_batches = rate(server, many, batches, workers) * len(short) / len(batches)
        weight = max(memory_mb(worker) for worker in server.workers)
    shares = (
        f"{name.split('_')[-1]} {sum(bool(reply[name]) for reply in looked_at)}/{len(looked_at)}"
        for name in _GIVEN
    )
    return (*np.percentile(single, (50, 95)).tolist(), per_second, in_batches, weight, ", ".join(shares))
