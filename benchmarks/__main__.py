"""``python -m benchmarks``: tables of quality and speed, one part after the other, each in a process of its own.

Without the name of a part, those of the standard set at small sizes, which takes about ten minutes; with ``--full``
every part at the sizes that are spoken of, which takes hours.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from benchmarks.installation import CommandFailed
from benchmarks.tables import tell
from kb.errors import KnowledgeBaseError
from models.errors import ModelError
from reports.errors import ReportError
from training.errors import TrainingError
from triage.errors import TriageError


@dataclass(frozen=True, slots=True)
class Part:
    """What a part measures, and its arguments in the standard and in the full set; None where it is not in it."""

    about: str
    standard: str | None = None
    full: str | None = ""


PARTS = {
    "quality": Part("how well questions are ranked, answered and left unanswered", "", "--trials --peers"),
    "embedders": Part("speed, memory and faithfulness of the embedders", None, "--set-up --reference"),
    "speed": Part("from the question to the quoted answer through HTTP", "--sizes 1000", ""),
    "languages": Part("questions in other languages than the articles'; needs --beir", None, None),
    "triage": Part("a ticket end to end through HTTP, beside scripts that tell its topic", "", "--large"),
    "training-time": Part("learning topics from tickets: time and memory", "--sizes 2000", ""),
    "grouping": Part("tickets to issues: agreement, stability, time and memory", "--sizes 10000", ""),
    "duplicates": Part("similar tickets found, and duplicates in one issue week by week", ""),
    "planted-issues": Part("the planted issues of the sample company, week by week"),
    "alarms": Part("false alarms where nothing changes; weeks until a rise or a fix is seen"),
    "report": Part("the weekly report over a year of tickets", "--weeks 26"),
    "accounts": Part("the nightly scoring of accounts", "--accounts 1000 --tickets 25000", ""),
    "sample-outcomes": Part("what rolling evaluation finds of the sample process, beside the truth"),
    "kill": Part("imports killed at random moments"),
}
_ELSEWHERE = "Churn on a table of yours is measured beside its peers by: python -m training churn --help"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print tables; 1 with a line on stderr where something cannot be measured, or where a kill did harm."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given and given[0] in PARTS:
        return _measure(given[0], given[1:])
    chosen = _parser().parse_args(given)
    sets = {name: part.full if chosen.full else part.standard for name, part in PARTS.items()}
    failed = [name for name, more in sets.items() if more is not None and _in_own_process(name, more.split())]
    if failed:
        tell(f"Not everything went well: {', '.join(failed)}")
    return int(bool(failed))


def _measure(name: str, arguments: Sequence[str]) -> int:
    module = import_module(f"benchmarks.{name.replace('-', '_')}")
    try:
        return int(module.main(arguments))
    except (
        TrainingError,
        KnowledgeBaseError,
        ModelError,
        TriageError,
        ReportError,
        CommandFailed,
        OSError,
    ) as error:
        tell(str(error))
        return 1


def _in_own_process(name: str, arguments: Sequence[str]) -> int:
    """Memory is a part's own, and a part that fails does not keep the others from being measured."""
    command = [sys.executable, "-m", "benchmarks", name, *arguments]
    tell(f"== {shlex.join(['python', *command[1:]])}")
    return subprocess.run(command, check=False).returncode


def _parser() -> argparse.ArgumentParser:
    width = max(map(len, PARTS))
    listed = "\n".join(
        f"  {name:{width}}  {part.about}{'' if part.standard is None else ' *'}"
        for name, part in PARTS.items()
    )
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog=f"parts (* in the standard set); each has a --help of its own:\n{listed}\n\n{_ELSEWHERE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("part", nargs="?", choices=tuple(PARTS), metavar="PART", help="one of those below")
    parser.add_argument("--full", action="store_true", help="every part, at full size")
    return parser


if __name__ == "__main__":
    sys.exit(main())
