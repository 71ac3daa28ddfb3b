"""The time and memory of grouping many tickets from stored vectors, beside BERTopic on the same ones."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.apart import Spent, apart, spent
from benchmarks.grouping_agreement import Groups, bertopic_groups
from benchmarks.optional import is_there, version_of
from benchmarks.resampling import resampled
from benchmarks.tables import Cell, Column, Table, machine, ratios, tell
from kb.embedder.port import Embedder, FloatVectors
from reports.grouping import group
from reports.types import Member
from training.dataset import read_messages
from training.embedders import HOME
from training.labels.graded_task import written_messages

COLUMNS = (
    Column("tickets", 0),
    Column("method"),
    Column("seconds", 1),
    Column("CPU s", 1),
    Column("peak MB", 0),
    Column("groups", 0),
    Column("alone", 0),
)
_START = datetime(2026, 1, 5, tzinfo=UTC)
_TOPIC_SIZE = 10  # BERTopic's default
_WARM_UP = 500  # tickets that BERTopic groups first, so that what it compiles is not counted

Run = Callable[[Sequence[str], FloatVectors], Groups]


def cost_table(sizes: Sequence[int], embedder: Embedder, *, peers: bool, seed: int) -> Table:
    """Group so many tickets, each method in a process of its own."""
    sample = read_messages(HOME / "sample" / "tickets" / "tickets.jsonl", need_label=False)
    texts = [*sample.texts, *written_messages("urgency").texts]
    tell(f"Embedding {len(texts):,} texts, where they are not remembered ...")
    known = embedder.encode(texts)
    methods: list[tuple[str, Run]] = [("Pointsman", own_groups)]
    if peers and is_there("BERTopic", ("bertopic",)):
        methods.append((f"BERTopic {version_of('bertopic')}", peer_groups))
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory(prefix="pointsman-grouping-") as folder:
        for size in sizes:
            made = resampled(texts, size, seed)
            (Path(folder) / "texts.json").write_text(json.dumps(made.texts), "utf-8")
            np.save(Path(folder) / "vectors.npy", made.vectors(known, seed).astype(np.float16))
            rows += _rows(size, methods, Path(folder))
    notes = (
        f"Resampled: the {len(texts):,} texts of sample/tickets and training/written, and copies of them with other",
        "words and vectors moved a little. Vectors are read as they are stored, in half precision. peak: the whole",
        f"process. Aim: 100,000 in under 60 s and 2,000 MB, five times as fast as BERTopic. {machine()}",
    )
    return Table("Grouping from stored vectors", COLUMNS, tuple(rows), notes)


def own_groups(texts: Sequence[str], vectors: FloatVectors) -> Groups:
    """Group as the weekly regrouping does."""
    moments = (_START + timedelta(minutes=place) for place in range(len(texts)))
    members = [
        Member(f"{place:07d}", str(place), text, moment)
        for place, (text, moment) in enumerate(zip(texts, moments, strict=True))
    ]
    return group(members, vectors)


def peer_groups(texts: Sequence[str], vectors: FloatVectors) -> Groups:
    """Group with BERTopic at its default size."""
    return bertopic_groups(texts, vectors, _TOPIC_SIZE)


def _rows(size: int, methods: Sequence[tuple[str, Run]], folder: Path) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for name, run in methods:
        tell(f"{name} on {size:,} tickets ...")
        done, peak = apart(_measured, run, folder)
        groups, alone = done.result
        rows.append((size, name, done.seconds, done.cpu_seconds, peak, groups, alone))
    if len(rows) > 1:
        ours, theirs = (row[2:5] for row in rows[:2])
        rows.append((size, "BERTopic : Pointsman", *ratios(theirs, ours), None, None))
    return rows


def _measured(run: Run, folder: Path) -> Spent[tuple[int, int]]:
    texts = json.loads((folder / "texts.json").read_text("utf-8"))
    vectors: NDArray[np.float32] = np.load(folder / "vectors.npy").astype(np.float32)
    if run is peer_groups:
        run(texts[:_WARM_UP], vectors[:_WARM_UP])
    done = spent(lambda: run(texts, vectors))
    sizes = np.bincount(done.result[done.result >= 0])
    alone = int((sizes == 1).sum() + (done.result < 0).sum())
    return Spent((int((sizes > 1).sum()), alone), done.seconds, done.cpu_seconds)
