"""Errors of the model registry.

ModelError
├── ModelNotFound      no such task, version or folder, or nothing to go back to
├── ModelDamaged       a file is missing, changed, or cannot be read
├── ModelUntrusted     the card's signature is missing or wrong, or the file names what no model needs
├── ModelIncompatible  made with another scikit-learn version
├── InvalidCard        a card has faults; all of them are listed
└── NotPromoted        worse than the current version, or not comparable with it
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a card: where (field) and why."""

    where: str
    reason: str


class ModelError(Exception):
    """Anything the registry refuses or cannot do."""


class ModelNotFound(ModelError):
    """No task, version or folder of that name, or no version to go back to."""


class ModelDamaged(ModelError):
    """A file of a version is missing, differs from what its card states, or cannot be read."""


class ModelUntrusted(ModelError):
    """A card is not signed with our key, or a model file names something outside the allow-list."""


class ModelIncompatible(ModelError):
    """The model was made with another scikit-learn version than the installed one."""


class InvalidCard(ModelError):
    """A card has faults; ``faults`` lists all of them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(
            "The card is not valid. " + "; ".join(f"{fault.where}: {fault.reason}" for fault in faults)
        )
        self.faults = faults


class NotPromoted(ModelError):
    """A version does worse than the current one by more than its tolerance, or cannot be compared with it.

    ``current_figure`` is None where the current version has no such metric.
    """

    def __init__(
        self, metric: str, version: str, figure: float, current: str, current_figure: float | None
    ) -> None:
        against = (
            f"{current} has {current_figure:.4g}"
            if current_figure is not None
            else f"{current} cannot be compared, its card lacks that metric"
        )
        super().__init__(
            f"{version} is not promoted: its {metric} is {figure:.4g} and the current version {against}. "
            "Promote with force to use it all the same."
        )
        self.metric = metric
        self.figure = figure
        self.current_figure = current_figure
