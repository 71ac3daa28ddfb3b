"""Errors of training.

TrainingError
├── DatasetInvalid   an input file is missing or has faulty rows; all of them are listed
└── NothingToLearn   the data hold too little to fit a model on
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_SHOWN = 20


class TrainingError(Exception):
    """Anything that keeps a model from being trained or measured."""


class DatasetInvalid(TrainingError):
    """An input is missing or faulty; ``faults`` lists all of it."""

    def __init__(self, where: Path, faults: Sequence[str]) -> None:
        more = f"\n  ... and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        super().__init__(f"{where} cannot be used:\n  " + "\n  ".join(faults[:_SHOWN]) + more)
        self.faults = tuple(faults)


class NothingToLearn(TrainingError):
    """The data hold too little to fit a model on; the message says what is missing."""
