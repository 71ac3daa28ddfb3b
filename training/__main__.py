"""``python -m training TASK``: learn from export files, measure, save."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from kb.errors import KnowledgeBaseError
from models.errors import ModelError
from reports.errors import ReportError
from training import issues_command, predict_command, replay_command, sample_vectors, search_command
from training.churn import command as churn_command
from training.errors import TrainingError
from training.labels import command as labels_command
from triage.errors import TriageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one task; 0 on success, 1 with a line on stderr where the data or the models do not allow it."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
    search_command.add(tasks)
    labels_command.add(tasks)
    churn_command.add(tasks)
    predict_command.add(tasks)
    issues_command.add(tasks)
    replay_command.add(tasks)
    sample_vectors.add(tasks)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except (TrainingError, ModelError, KnowledgeBaseError, TriageError, ReportError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
