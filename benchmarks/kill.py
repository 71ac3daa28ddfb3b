"""Kills an import at random moments: is the database whole, do the indexes agree, does the search work?"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from api.database import make_engine
from benchmarks.installation import Installation
from benchmarks.tables import Cell, Column, Table, show, tell
from kb.store import ArticleStore
from kb.store.encoding import chunks
from training.embedders import HOME

COLUMNS = (
    Column("kill", 0),
    Column("after s", 2),
    Column("articles left", 0),
    Column("passages left", 0),
    Column("database"),
    Column("indexes agree"),
    Column("search"),
    Column("import again"),
)
ARTICLES = HOME / "sample" / "help_center"
_SOURCE = "killed"
_GOOD = "ok"
_NEAR = 0.02  # of a vector's numbers: what else is embedded in the same run moves them a little

Place = tuple[str, int, int, int, str]


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What an import leaves, but for ids of passages and times: digests and titles by article, passages in order."""

    digests: dict[str, str]
    titles: dict[str, str]
    places: list[Place]
    vectors: list[NDArray[np.float32]]

    def equals(self, other: Content) -> bool:
        """Whether articles and passages are the same, and their vectors but for rounding."""
        return (self.digests, self.titles, self.places) == (
            other.digests,
            other.titles,
            other.places,
        ) and all(
            one.shape == two.shape and bool(np.allclose(one, two, atol=_NEAR))
            for one, two in zip(self.vectors, other.vectors, strict=True)
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a kill did harm."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks kill", description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="imports to kill (default: 20)")
    parser.add_argument(
        "--folder", type=Path, default=ARTICLES, help="what is imported (default: the sample)"
    )
    parser.add_argument(
        "--embedder",
        choices=("hashing", "small", "default"),
        default="hashing",
        help="hashing writes most of the time, so that most kills hit a write (default)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    chosen = parser.parse_args(arguments)
    table = kill_table(chosen.folder, times=chosen.times, seed=chosen.seed, embedder=chosen.embedder)
    show(table)
    return 0 if all_good(table) else 1


def kill_table(folder: Path, *, times: int, seed: int, embedder: str) -> Table:
    """Import ``folder`` into a fresh database ``times`` times, each killed at a moment of its own.

    Raises:
        CommandFailed: the program fails where nothing was killed.
    """
    with tempfile.TemporaryDirectory(prefix="pointsman-kill-") as scratch:
        fresh = Installation(Path(scratch) / "fresh", embedder)
        fresh.run("init")
        tell("Importing once to the end ...")
        clean, seconds = _clean_import(fresh, Path(scratch) / "clean", folder)
        chosen = moments(seconds, times, seed)
        rows: list[tuple[Cell, ...]] = []
        for number, moment in enumerate(chosen, start=1):
            tell(f"Kill {number} of {times}, after {moment:.2f} s ...")
            data_dir = Path(scratch) / "killed"
            shutil.copytree(fresh.data_dir, data_dir)
            rows.append((number, moment, *_killed(replace(fresh, data_dir=data_dir), folder, moment, clean)))
            shutil.rmtree(data_dir)
    notes = (
        f"flask kb import of {len(clean.digests)} articles with {len(clean.places)} passages, embedder {embedder}, "
        f"takes {seconds:.2f} s undisturbed; moments drawn with seed {seed}.",
        "database: SQLite's own check. indexes agree: flask kb check. search: an article left there",
        "is found by its title.",
        "import again: the killed import run once more gives the articles, passages and vectors of an undisturbed one.",
    )
    return Table(f"{times} imports killed with SIGKILL", COLUMNS, tuple(rows), notes)


def all_good(table: Table) -> bool:
    """Whether every check of every kill went well."""
    return all(cell == _GOOD for row in table.rows for cell in row[4:])


def _clean_import(fresh: Installation, data_dir: Path, folder: Path) -> tuple[Content, float]:
    shutil.copytree(fresh.data_dir, data_dir)
    installation = replace(fresh, data_dir=data_dir)
    started = time.perf_counter()
    installation.run(*_command(folder))
    seconds = time.perf_counter() - started
    return _content(installation), seconds


def _killed(installation: Installation, folder: Path, moment: float, clean: Content) -> tuple[Cell, ...]:
    process = installation.start(*_command(folder))
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.wait()
    whole = _integrity(installation)
    left = _content(installation)
    agree = _said(installation, "kb", "check")
    searched = _search(installation, left.titles)
    installation.run(*_command(folder))
    again = _content(installation)
    same = _GOOD if again.equals(clean) else _difference(again, clean)
    return (len(left.digests), len(left.places), whole, agree, searched, same)


def moments(seconds: float, times: int, seed: int) -> list[float]:
    """Moments spread over the whole import, each somewhere in a slice of its own; an order of their own."""
    lot = random.Random(seed)  # noqa: S311 - moments of a test are no secret
    found = [seconds * (number + lot.random()) / times for number in range(times)]
    lot.shuffle(found)
    return found


def _command(folder: Path) -> Sequence[str]:
    return ("kb", "import", str(folder.resolve()), "--source", _SOURCE)


def _integrity(installation: Installation) -> str:
    """SQLite's own check of the file."""
    try:
        connection = sqlite3.connect(installation.data_dir / "pointsman.db")
        with closing(connection):
            return " ".join(str(row[0]) for row in connection.execute("PRAGMA integrity_check"))
    except sqlite3.DatabaseError as error:
        return str(error)


def _content(installation: Installation) -> Content:
    engine = make_engine(installation.database_url)
    store = ArticleStore(engine)
    ids = [row.passage_id for batch in store.live_rows(store.active_embedder()) for row in batch]
    stored = [one for part in chunks(ids) for one in store.passages(part)]
    stored.sort(key=lambda one: (one.passage.article_id, one.passage.ordinal))
    digests = store.digests(_SOURCE)
    engine.dispose()
    passages = [one.passage for one in stored]
    return Content(
        digests,
        {one.passage.article_id: one.title for one in stored},
        [(one.article_id, one.ordinal, one.start, one.end, one.text) for one in passages],
        [values for one in stored for values in (one.vector, one.sentence_vectors)],
    )


def _said(installation: Installation, *arguments: str) -> str:
    done = installation.run(*arguments, check=False)
    return _GOOD if done.returncode == 0 else (done.stdout + done.stderr).strip().splitlines()[-1][:60]


def _search(installation: Installation, titles: dict[str, str]) -> str:
    """Look for an article that is there by its title; with none there, only that a search does not fail."""
    article_id, title = sorted(titles.items())[len(titles) // 2] if titles else ("", "anything")
    done = installation.run("kb", "search", title, "--json", check=False)
    if done.returncode:
        return done.stderr.strip()[-60:]
    found = [hit["article_id"] for hit in json.loads(done.stdout)]
    return _GOOD if article_id in found or not titles else f"{article_id} not found"


def _difference(found: Content, clean: Content) -> str:
    return (
        f"{len(found.digests)} articles and {len(found.places)} passages, "
        f"not {len(clean.digests)} and {len(clean.places)}, or other content"
    )
