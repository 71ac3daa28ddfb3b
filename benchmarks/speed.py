"""From the question to the quoted answer through HTTP: real server processes over help centres of several sizes."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import numpy as np

from api.database import make_engine
from benchmarks.grounds import SAMPLE, read_corpora
from benchmarks.installation import Installation, Server, served
from benchmarks.load import CLIENTS, Ask, cpu, getting, posting, rate, times
from benchmarks.made_passages import write_made
from benchmarks.processes import has_loaded, memory_mb
from benchmarks.tables import Cell, Column, Table, machine, show, tell
from kb.store import ArticleStore, StoredPassage
from training.corpus import JudgedCorpus
from training.embedders import TASKS, open_embedder
from training.memory import memory_passages

COLUMNS = (
    Column("passages", 0),
    Column("workers", 0),
    Column("typing p50 ms", 1),
    Column("p95 (<40)", 1),
    Column("answer p50 ms", 1),
    Column("p95 (<100)", 1),
    Column("CPU ms", 1),
    Column("answers/s", 1),
    Column("worker MB (<500)", 0),
    Column("ready s (<3)", 2),
    Column("torch"),
    Column("indexed in s", 1),
)
_WORKERS = (1, 2)
_WARM_UP = 10
_REQUESTS = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks speed", description=__doc__)
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=(1_000, 10_000),
        metavar="N",
        help="passages (default: 1000 10000)",
    )
    parser.add_argument("--embedder", choices=tuple(TASKS), default="default")
    parser.add_argument("--seed", type=int, default=1, help="of all that is drawn by lot (default: 1)")
    chosen = parser.parse_args(arguments)
    (corpus,) = read_corpora([str(SAMPLE)])
    show(speed_table(corpus, chosen.sizes, requests=_REQUESTS, seed=chosen.seed, embedder=chosen.embedder))
    return 0


def speed_table(
    corpus: JudgedCorpus, sizes: Sequence[int], *, requests: int, seed: int, embedder: str = "default"
) -> Table:
    """Measure at each size with one worker and with two.

    Raises:
        CommandFailed: a command of the program failed.
    """
    fingerprint, real = _real_passages(corpus, embedder)
    questions = _shuffled([question.text for question in corpus.questions], seed)
    rows: list[tuple[Cell, ...]] = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="pointsman-speed-") as folder:
            installation = Installation(Path(folder), embedder)
            indexed = _fill(installation, real, size, fingerprint, seed)
            key = installation.run("keys", "add", "benchmark").stdout.strip()
            for workers in _WORKERS:
                tell(f"{size:,} passages, {workers} worker{'s' if workers > 1 else ''} ...")
                with served(installation, workers) as server:
                    rows.append((size, workers, *_measured(server, key, questions, requests), indexed))
    notes = (
        f"The passages are {len(real):,} real ones of {corpus.name} and copies of them with other words and",
        f"vectors moved a little (seed {seed}). {requests} requests of each kind by one client;",
        f"answers/s by {CLIENTS} clients.",
        "typing: the eight best articles for a question's unfinished beginning. CPU ms: of the workers, for an answer.",
        f"In brackets: the aim. Ready: the indexes lie on disk. {machine()}",
    )
    return Table("Speed through HTTP, real embedder, SQLite", COLUMNS, tuple(rows), notes)


def _real_passages(corpus: JudgedCorpus, name: str) -> tuple[str, list[StoredPassage]]:
    embedder, caches = open_embedder(name)
    held = memory_passages(corpus.articles, embedder)
    for cache in caches:
        cache.save()
    return embedder.fingerprint, held.passages(range(1, held.live_count() + 1))


def _fill(
    installation: Installation, real: Sequence[StoredPassage], size: int, fingerprint: str, seed: int
) -> float:
    """Set up a database with so many passages; gives the seconds that indexing them took."""
    tell(f"Making {size:,} passages ...")
    installation.run("init")
    engine = make_engine(installation.database_url)
    write_made(ArticleStore(engine), real, size, fingerprint, seed=seed, now=datetime(2026, 1, 5, tzinfo=UTC))
    engine.dispose()
    started = time.perf_counter()
    installation.run("kb", "rebuild")
    return time.perf_counter() - started


def _measured(server: Server, key: str, questions: Sequence[str], requests: int) -> tuple[Cell, ...]:
    asked = [questions[place % len(questions)] for place in range(_WARM_UP + requests)]
    typed = [beginning(question, place) for place, question in enumerate(asked)]
    typing = times(server, getting(key, _search), typed)[_WARM_UP:]
    answer: Ask[str] = posting(key, "/api/v1/answers", lambda question: {"question": question})
    spent = cpu(server)
    answering = times(server, answer, asked)
    spent = (cpu(server) - spent) / len(asked)
    answers = rate(server, answer, asked)
    return (
        *np.percentile(typing, (50, 95)).tolist(),
        *np.percentile(answering[_WARM_UP:], (50, 95)).tolist(),
        1000 * spent,
        answers,
        max(memory_mb(worker) for worker in server.workers),
        server.ready_seconds,
        "loaded" if any(has_loaded(worker, "libtorch") for worker in server.workers) else "no",
    )


def beginning(question: str, seed: int) -> str:
    """The first two to eight words of a question, the last one unfinished."""
    chosen = random.Random(seed)  # noqa: S311 - where somebody stops typing is no secret
    words = question.split()[: chosen.randint(2, 8)]
    last = words[-1]
    return " ".join([*words[:-1], last[: chosen.randint(1, len(last))]])


def _search(text: str) -> str:
    return f"/api/v1/search?q={quote(text)}&limit=8"


def _shuffled(texts: Sequence[str], seed: int) -> list[str]:
    return [texts[place] for place in np.random.default_rng(seed).permutation(len(texts))]
