"""``python -m benchmarks``: tables of quality and speed; without a word which, those that take about ten minutes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.tables import show
from kb.errors import KnowledgeBaseError
from models.errors import ModelError
from training.embedders import HOME, TASKS
from training.errors import TrainingError

SAMPLE = HOME / "sample" / "questions"
ARTICLES = HOME / "sample" / "help_center"
_SIZES = (1_000, 10_000)
_REQUESTS = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Print tables; 1 with a line on stderr where something cannot be measured, or where a kill did harm."""
    chosen = _parser().parse_args(arguments)
    parts = [chosen.part] if chosen.part else ["quality", "embedders", "speed"]
    from benchmarks.installation import CommandFailed

    try:
        return max(_PARTS[part](chosen) for part in parts)
    except (TrainingError, KnowledgeBaseError, ModelError, CommandFailed, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "part", nargs="?", choices=sorted(_PARTS), help="default: quality, embedders and speed"
    )
    parser.add_argument(
        "--beir",
        action="append",
        metavar="DIR[=ARTICLES]",
        help="a judged corpus, as for python -m training search; repeatable (default: the sample company)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of all that is drawn by lot (default: 1)")
    quality = parser.add_argument_group("quality")
    quality.add_argument("--trials", action="store_true", help="what each idea tried adds to the ranking")
    quality.add_argument("--peers", action="store_true", help="LlamaIndex beside it, where it is installed")
    embedders = parser.add_argument_group("embedders")
    embedders.add_argument("--reference", action="store_true", help="full precision too, through torch")
    embedders.add_argument(
        "--set-up", action="store_true", help="time the export as well, about a minute each"
    )
    speed = parser.add_argument_group("speed")
    speed.add_argument(
        "--sizes", type=int, nargs="+", default=_SIZES, metavar="N", help="passages (default: 1000 10000)"
    )
    speed.add_argument("--embedder", choices=tuple(TASKS), default="default")
    kill = parser.add_argument_group("kill")
    kill.add_argument("--times", type=int, default=20, help="imports to kill (default: 20)")
    kill.add_argument("--folder", type=Path, default=ARTICLES, help="what is imported (default: the sample)")
    kill.add_argument(
        "--kill-embedder",
        choices=("hashing", "small", "default"),
        default="hashing",
        help="hashing writes most of the time, so that most kills hit a write (default)",
    )
    return parser


def _quality(chosen: argparse.Namespace) -> int:
    from benchmarks.gains import trial_tables
    from benchmarks.grounds import read_corpora
    from benchmarks.peers import peer_tables
    from benchmarks.quality import quality_tables

    corpora = read_corpora(_corpora(chosen))
    for table in quality_tables(corpora):
        show(table)
    for table in trial_tables(corpora) if chosen.trials else ():
        show(table)
    for table in peer_tables(corpora) if chosen.peers else ():
        show(table)
    return 0


def _embedders(chosen: argparse.Namespace) -> int:
    from benchmarks.embedders import found_table, speed_table
    from benchmarks.grounds import read_corpora

    corpora = read_corpora(_corpora(chosen))
    show(speed_table(corpora[0], set_up=chosen.set_up, reference=chosen.reference, seed=chosen.seed))
    for corpus in corpora:
        show(found_table(corpus))
    return 0


def _speed(chosen: argparse.Namespace) -> int:
    from benchmarks.grounds import read_corpora
    from benchmarks.speed import speed_table

    (corpus,) = read_corpora([str(SAMPLE)])
    show(speed_table(corpus, chosen.sizes, requests=_REQUESTS, seed=chosen.seed, embedder=chosen.embedder))
    return 0


def _kill(chosen: argparse.Namespace) -> int:
    from benchmarks.kill import all_good, kill_table

    table = kill_table(chosen.folder, times=chosen.times, seed=chosen.seed, embedder=chosen.kill_embedder)
    show(table)
    return 0 if all_good(table) else 1


def _corpora(chosen: argparse.Namespace) -> list[str]:
    return chosen.beir or [str(SAMPLE)]


_PARTS: dict[str, Callable[[argparse.Namespace], int]] = {
    "quality": _quality,
    "embedders": _embedders,
    "speed": _speed,
    "kill": _kill,
}

if __name__ == "__main__":
    sys.exit(main())
