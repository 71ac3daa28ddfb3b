"""How long it takes to learn topics from many tickets, and how much memory: embedding and fitting apart."""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.apart import apart, spent
from benchmarks.optional import version_of
from benchmarks.resampling import Resampled, resampled
from benchmarks.tables import Cell, Column, Table, machine, ratios, show, tell
from kb.embedder.remembered import CachedEmbedder
from kb.embedder.weights import MINILM, model_folder
from training.dataset import Dataset, Message, read_messages
from training.embedders import HOME, WEIGHTS_DIR, open_ticket_embedder
from training.labels.graded_task import WRITTEN
from training.labels.topic_task import learn_topics
from training.progress import telling
from triage.embedders import small_ticket_embedder

COLUMNS = (
    Column("tickets", 0),
    Column("way"),
    Column("embedded", 0),
    Column("tickets/s", 1),
    Column("embedding s", 1),
    Column("fitting s", 1),
    Column("CPU s", 1),
    Column("peak MB", 0),
)
_NOW = datetime(2026, 11, 20, tzinfo=UTC)
_BATCH = 32

Took = tuple[float, float, float]  # tickets embedded in a second, seconds and CPU seconds of fitting


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks training-time", description=__doc__)
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=(10_000, 100_000),
        metavar="N",
        help="tickets (default: 10000 100000)",
    )
    parser.add_argument(
        "--embedded",
        type=int,
        default=1000,
        metavar="N",
        help="so many are embedded, and the time of all is reckoned from them (default: 1000)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of what is resampled (default: 1)")
    chosen = parser.parse_args(arguments)
    show(time_table(chosen.sizes, chosen.embedded, chosen.seed))
    return 0


def time_table(sizes: Sequence[int], embedded: int, seed: int) -> Table:
    """Learn from so many tickets, each time in a process of its own, beside a plain script."""
    real = labelled_messages()
    embedder = open_ticket_embedder()
    tell(f"Embedding {len(real):,} texts, where they are not remembered ...")
    known = embedder.encode([message.text for message in real])
    embedder.save()
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory(prefix="pointsman-training-") as folder:
        for size in sizes:
            made = resampled([message.text for message in real], size, seed)
            _write(Path(folder), made, real)
            np.save(Path(folder) / "vectors.npy", made.vectors(known, seed))
            rows += _rows(size, Path(folder), min(embedded, size))
    topics = len({message.label for message in real})
    notes = (
        f"Resampled: {len(real):,} texts of sample/tickets (their topics) and training/written (their industries), and",
        f"copies of them with other words and vectors moved a little; {topics} labels. Embedding: of all, at the speed",
        "of those embedded. Fitting: all that python -m training topic does then: choice of heads on held-out rows,",
        f"calibration, stated error rates, the baseline; of the script its fit alone. {machine()}",
    )
    return Table("Learning topics", COLUMNS, tuple(rows), notes)


def labelled_messages() -> list[Message]:
    """The sample's tickets by topic and the written messages by industry, without dates and accounts."""
    parts = [read_messages(HOME / "sample" / "tickets" / "tickets.jsonl", ["topic"])]
    parts += [read_messages(path, ["industry"]) for path in sorted(WRITTEN.glob("*/*.jsonl"))]
    return [replace(one, created_at=None, account="") for part in parts for one in part.messages]


def _write(folder: Path, made: Resampled, real: Sequence[Message]) -> None:
    labels = [real[place].label for place in made.originals.tolist()]
    (folder / "tickets.json").write_text(json.dumps([made.texts, labels]), "utf-8")


def _rows(size: int, folder: Path, embedded: int) -> list[tuple[Cell, ...]]:
    ways: list[tuple[str, Callable[[Path, int], Took]]] = [
        ("Pointsman, small embedder", own_way),
        (f"sentence-transformers {version_of('sentence-transformers')} + LogisticRegression", script_way),
    ]
    rows: list[tuple[Cell, ...]] = []
    for name, way in ways:
        tell(f"{name}: {size:,} tickets ...")
        (speed, seconds, cpu), peak = apart(way, folder, embedded)
        rows.append((size, name, embedded, speed, size / speed, seconds, cpu, peak))
    compared = ratios(rows[0][3:], rows[1][3:])
    return [*rows, (size, "Pointsman : script", None, *compared)]


def own_way(folder: Path, embedded: int) -> Took:
    """Learn as ``python -m training topic`` does, with vectors that are there."""
    texts, labels = json.loads((folder / "tickets.json").read_text("utf-8"))
    embedder = small_ticket_embedder(WEIGHTS_DIR, threads=2)
    speed = _speed(embedder.encode, texts[-embedded:])
    keys = (hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts)
    known = dict(zip(keys, np.load(folder / "vectors.npy"), strict=True))
    remembered = CachedEmbedder(embedder, folder / "unused", known, learning=False)
    messages = [Message(str(place), *both) for place, both in enumerate(zip(texts, labels, strict=True))]
    dataset = Dataset(tuple(messages), ("body",), "topic", "resampled")
    done = spent(lambda: learn_topics(dataset, [], remembered, _NOW, telling("topic")))
    return speed, done.seconds, done.cpu_seconds


def script_way(folder: Path, embedded: int) -> Took:
    """Learn as a plain script would: vectors, then one linear model on all of them."""
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression

    texts, labels = json.loads((folder / "tickets.json").read_text("utf-8"))
    with model_folder(MINILM) as weights:
        model = SentenceTransformer(str(weights), device="cpu")
    speed = _speed(lambda some: model.encode(list(some), batch_size=_BATCH), texts[-embedded:])
    vectors = np.load(folder / "vectors.npy")
    done = spent(lambda: LogisticRegression(max_iter=1000).fit(vectors, labels))
    return speed, done.seconds, done.cpu_seconds


def _speed(encode: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    encode(texts[:1])
    done = spent(lambda: encode(texts))
    return len(texts) / done.seconds
