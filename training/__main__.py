"""``python -m training TASK``: learn from export files, measure, save."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from kb.errors import KnowledgeBaseError
from models.errors import ModelError
from training import sample_vectors, search_command
from training.errors import TrainingError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one task; 0 on success, 1 with a line on stderr where the data or the models do not allow it."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
    search_command.add(tasks)
    sample_vectors.add(tasks)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except (TrainingError, ModelError, KnowledgeBaseError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
