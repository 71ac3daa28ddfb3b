"""Files that several processes share: locks between them, whole files or none, and sums that show damage."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kb.errors import IndexUnusable

_PAUSE_SECONDS = 0.02
_SUM = "record_sha256"


@contextmanager
def locked(path: Path, shared: bool = False, patience_seconds: float | None = None) -> Iterator[bool]:
    """Hold an advisory lock that ends with the process; gives False where patience ran out.

    Without ``patience_seconds`` it waits for as long as it takes. It also keeps threads of one process apart.
    """
    with path.open("a") as file:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        yield _acquired(file.fileno(), kind, patience_seconds)


def write_aside(path: Path, write: Callable[[Path], None]) -> Path:
    """Let ``write`` make the file beside ``path`` and see it on disk; `put_in_place` is the next step."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    write(aside)
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    return aside


def put_in_place(written: Path, path: Path) -> None:
    """Rename a written file to its name for good."""
    written.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """See renames within ``folder`` on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear_leftovers(folder: Path) -> None:
    """Remove what killed writers left; the caller is the only writer."""
    for path in folder.glob("*.tmp"):
        discard(path)


def discard(path: Path) -> None:
    """Remove a file or a folder, if there is one."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """Give the sha256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file with its own sum in it, whole or not at all."""
    text = json.dumps({**content, _SUM: _sum_of(content)}, indent=1, sort_keys=True)
    put_in_place(write_aside(path, lambda aside: _write_text(aside, text)), path)


def read_json(path: Path) -> dict[str, Any]:
    """Read what `write_json` wrote.

    Raises:
        IndexUnusable: the file is missing or damaged.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        intact = content.pop(_SUM) == _sum_of(content)
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise IndexUnusable(f"{path} cannot be read ({type(error).__name__}); rebuild the index.") from error
    if not intact:
        raise IndexUnusable(f"{path} is not as written (its sha256 differs); rebuild the index.")
    return dict(content)


def _sum_of(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _acquired(descriptor: int, kind: int, patience_seconds: float | None) -> bool:
    if patience_seconds is None:
        fcntl.flock(descriptor, kind)
        return True
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE_SECONDS)
        else:
            return True
