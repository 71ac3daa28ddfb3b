"""The registry: saves a model beside its card, and loads only what card, key and allow-list agree to."""

from __future__ import annotations

import io
import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joblib.numpy_pickle import NumpyPickler, NumpyUnpickler

from models import folders, sealing
from models.card import TASK_NAME, Card, figure_at
from models.errors import ModelDamaged, ModelError, ModelNotFound, ModelUntrusted, NotPromoted
from models.folders import Content, Step
from models.pickling import PROTOCOL, CanonicalPickler, NameScanner, RestrictedUnpickler, refusal, restricted
from models.sealing import CARD_FILE, MODEL_FILE, SIGNATURE_FILE


@dataclass(frozen=True, slots=True)
class Loaded:
    """A checked model with its card."""

    model: Any
    card: Card
    folder: Path

    def file(self, name: str) -> Path:
        """Give the place of a further file that the card lists."""
        if name not in self.card.files:
            raise ModelNotFound(f"{self.folder} has no file {name!r}.")
        return self.folder / name


@dataclass(frozen=True, slots=True)
class Registry:
    """Versions of trained models under ``<root>/<task>/<version>/``.

    The first root is written to and looked up first. With a key each card must be signed with it, except
    under ``unsigned_roots``: folders that come with the program and are as trustworthy as its code.
    """

    roots: Sequence[Path]
    key: bytes | None = field(default=None, repr=False)
    unsigned_roots: Collection[Path] = ()

    def save(
        self, task: str, model: object, card: Card, extra_files: Mapping[str, Content] | None = None
    ) -> Path:
        """Write a version and give its folder; what was saved before on the same day is not written again.

        Raises:
            InvalidCard: the card or the name of a further file has faults; all of them are listed.
            ModelUntrusted: the model holds something that could not be loaded again.
        """
        sealing.check_before_saving(task, card, extra_files or {})
        contents: dict[str, Content] = {**(extra_files or {}), MODEL_FILE: _bytes_of(model)}
        complete = sealing.completed(card, contents)
        folder = self.roots[0] / task / complete.version
        if folder.is_dir():
            sealing.check_files(self._read_card(folder, task), folder)
            return folder
        text = complete.to_json().encode()
        signed = {} if self.key is None else {SIGNATURE_FILE: sealing.signature(self.key, text)}
        folders.write_version(folder, {**contents, CARD_FILE: text, **signed})
        return folder

    def load(self, source: Path | str) -> Loaded:
        """Load a version after all checks.

        Args:
            source: a task's name (its current version), a task's folder (likewise) or a version's folder.

        Raises:
            ModelError: the subclass says what was refused.
        """
        if isinstance(source, str) and TASK_NAME.fullmatch(source):
            return self._load(self._folder(source, self.current(source)), source)
        path = Path(source).absolute()
        if (path / CARD_FILE).is_file():
            return self._load(path)
        version = folders.read_current(path)
        if version is None:
            raise ModelNotFound(
                f"{path} is neither a version's folder nor that of a task with a current version."
            )
        inside = path / version
        return self._load(inside if inside.is_dir() else self._folder(path.name, version), path.name)

    def card(self, task: str, version: str) -> Card:
        """Read the card of a version, with its signature checked."""
        return self._read_card(self._folder(task, version), task)

    def versions(self, task: str) -> tuple[str, ...]:
        """List the versions of a task in all roots, by name and thus by day."""
        return tuple(
            sorted(set().union(*(folders.version_names(root / task) for root in self._task_roots(task))))
        )

    def current(self, task: str) -> str:
        """Name the current version: the first root that has one decides.

        Raises:
            ModelNotFound: no version of the task was promoted.
        """
        version = self._current(task)
        if version is None:
            raise ModelNotFound(f"There is no current version of {task!r}. Train one and promote it.")
        return version

    def history(self, task: str) -> tuple[Step, ...]:
        """List the changes of the current version in the first root, oldest first."""
        return folders.read_history(self._task_roots(task)[0] / task)

    def promote(self, task: str, version: str, *, force: bool = False) -> None:
        """Make a version the current one, if it can be loaded and is no worse on its primary metric.

        The current version counts with its figure on the same held-out rows, where the card's ``previous``
        states it, else with that of its own card.

        Raises:
            NotPromoted: it is worse by more than its tolerance, or cannot be compared.
        """
        card = self._load(self._folder(task, version), task).card
        try:
            current = self._current(task)
        except ModelDamaged:
            if not force:
                raise
            current = None
        if current is not None and current != version and not force:
            self._compare(card, current)
        if current == version:
            return
        folders.take_step(self.roots[0] / task, Step("promote", version, current))

    def rollback(self, task: str) -> str:
        """Go back to the version that was current before, and name it.

        Raises:
            ModelNotFound: there was none.
        """
        current = self.current(task)
        before = folders.version_before(self.history(task))
        if before is None:
            raise ModelNotFound(f"There is no version of {task!r} before {current}.")
        self._load(self._folder(task, before), task)
        folders.take_step(self.roots[0] / task, Step("rollback", before, current))
        return before

    def _load(self, folder: Path, task: str | None = None) -> Loaded:
        card = self._read_card(folder, task)
        sealing.check_libraries(card, folder)
        content = sealing.check_files(card, folder)
        return Loaded(_model_from(content, folder / MODEL_FILE), card, folder)

    def _read_card(self, folder: Path, task: str | None = None) -> Card:
        text = sealing.read(folder / CARD_FILE)
        if self.key is not None and not self._comes_with_the_program(folder):
            sealing.check_signature(self.key, text, folder)
        card = Card.from_json(text)
        if task is not None and (card.task, card.version) != (task, folder.name):
            raise ModelDamaged(f"{folder} holds the card of {card.task} {card.version}. Restore the folder.")
        return card

    def _comes_with_the_program(self, folder: Path) -> bool:
        return any(folder.resolve().is_relative_to(root.resolve()) for root in self.unsigned_roots)

    def _task_roots(self, task: str) -> Sequence[Path]:
        if not TASK_NAME.fullmatch(task):
            raise ModelNotFound(f"{task!r} is no name of a task: lower-case letters, digits and '_'.")
        return self.roots

    def _folder(self, task: str, version: str) -> Path:
        for root in self._task_roots(task):
            if version in folders.version_names(root / task):
                return root / task / version
        known = ", ".join(self.versions(task)) or "none"
        raise ModelNotFound(f"There is no version {version!r} of {task!r}; there are: {known}.")

    def _current(self, task: str) -> str | None:
        named = (folders.read_current(root / task) for root in self._task_roots(task))
        return next((version for version in named if version is not None), None)

    def _compare(self, card: Card, current: str) -> None:
        path, primary = card.primary.metric, card.primary
        measured = card.previous if card.previous is not None and card.previous.version == current else None
        metrics = self.card(card.task, current).metrics if measured is None else measured.metrics
        figure = figure_at(metrics, path)
        if figure is not None:
            shortfall = figure - card.figure if primary.higher_is_better else card.figure - figure
            # A difference in the last binary digits decides nothing.
            if shortfall <= primary.tolerance + 1e-12:
                return
        raise NotPromoted(path, card.version, card.figure, current, figure)


def _bytes_of(model: object) -> bytes:
    stream = io.BytesIO()
    _Pickler(stream, PROTOCOL).dump(model)
    content = stream.getvalue()
    _refuse_foreign_names(content, MODEL_FILE)
    return content


def _model_from(content: bytes, path: Path) -> object:
    try:
        _refuse_foreign_names(content, str(path))
        with warnings.catch_warnings():
            # Another patch release of scikit-learn was accepted when the card was checked.
            warnings.filterwarnings("ignore", message="Trying to unpickle estimator")
            return _Unpickler(str(path), io.BytesIO(content), True).load()
    except ModelError:
        raise
    except Exception as error:
        # A pickle can fail in any way; the sum was right, so it was saved like this or by another program.
        raise ModelDamaged(
            f"{path} cannot be read ({type(error).__name__}: {error}). Train it again."
        ) from error


def _refuse_foreign_names(content: bytes, path: str) -> None:
    scanner = _Scanner(path, io.BytesIO(content), True)
    scanner.load()
    if scanner.foreign:
        raise ModelUntrusted(refusal(", ".join(sorted(scanner.foreign))))


class _Pickler(CanonicalPickler, NumpyPickler):  # type: ignore[misc]
    dispatch = NumpyPickler.dispatch


class _Unpickler(RestrictedUnpickler, NumpyUnpickler):  # type: ignore[misc]
    dispatch = restricted(NumpyUnpickler.dispatch)


class _Scanner(NameScanner, NumpyUnpickler):  # type: ignore[misc]
    dispatch = restricted(NumpyUnpickler.dispatch)
