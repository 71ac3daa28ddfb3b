"""Version folders, the current version and its history on disk; each is written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from models.card import VERSION_NAME
from models.errors import ModelDamaged

CURRENT_FILE = "current"
HISTORY_FILE = "history.json"
Content = bytes | Path


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the current version. ``before`` is None for the first version of a task."""

    action: Literal["promote", "rollback"]
    version: str
    before: str | None


_STEPS = TypeAdapter(tuple[Step, ...])


def write_version(folder: Path, files: Mapping[str, Content]) -> None:
    """Write a version folder under a hidden name, see it on disk, then give it its name."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".saving-", dir=folder.parent))
    try:
        for name, content in files.items():
            _write(aside / name, content)
        for place in {path.parent for path in aside.rglob("*")}:
            _sync(place)
        aside.chmod(0o755)
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    _sync(folder.parent)


def version_names(task_folder: Path) -> set[str]:
    """List the complete versions in a task's folder; what an interrupted save left behind does not count."""
    if not task_folder.is_dir():
        return set()
    return {
        path.name for path in task_folder.iterdir() if VERSION_NAME.fullmatch(path.name) and path.is_dir()
    }


def read_current(task_folder: Path) -> str | None:
    """Name the current version; None where none was ever promoted in this folder.

    Raises:
        ModelDamaged: the file names no version.
    """
    path = task_folder / CURRENT_FILE
    if not path.is_file():
        return None
    version = path.read_text(encoding="utf-8", errors="replace").strip()
    if not VERSION_NAME.fullmatch(version):
        raise ModelDamaged(f"{path} names no version. Promote one to write it anew.")
    return version


def read_history(task_folder: Path) -> tuple[Step, ...]:
    """List the changes of the current version, oldest first.

    Raises:
        ModelDamaged: the file cannot be read.
    """
    path = task_folder / HISTORY_FILE
    if not path.is_file():
        return ()
    try:
        steps = _STEPS.validate_json(path.read_bytes())
    except ValidationError as error:
        raise ModelDamaged(f"{path} is no list of steps. Delete it to start a new history.") from error
    # A step is written before it is taken: the last one counts only if it was.
    if steps and steps[-1].version != read_current(task_folder):
        return steps[:-1]
    return steps


def take_step(task_folder: Path, step: Step) -> None:
    """Write a change of the current version to the history, then make it."""
    steps = (*read_history(task_folder), step)
    task_folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(taken) for taken in steps], indent=1)
    _replace(task_folder / HISTORY_FILE, text + "\n")
    _replace(task_folder / CURRENT_FILE, step.version + "\n")


def version_before(steps: Sequence[Step]) -> str | None:
    """Give the version that was current before the current one, leaving out those that were rolled back."""
    line = [steps[0].before] if steps else []
    for step in steps:
        if step.action == "promote":
            line.append(step.version)
        else:
            line.pop()
    return line[-2] if len(line) > 1 else None


def sha256_of(content: Content) -> str:
    """Give the sha256 of bytes or of a file in hexadecimal."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, content: Content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        shutil.copyfile(content, path)
    _sync(path)


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    aside = Path(name)
    aside.chmod(0o644)
    _sync(aside)
    aside.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
