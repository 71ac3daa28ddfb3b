"""The secret that signs cookies and account events."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from api.config import Settings


def session_secret(settings: Settings) -> str:
    """What signs the session cookie: the one that is set, else one made once and kept in the data folder."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / "secret"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text("ascii").strip()


def _write_once(path: Path, text: str) -> None:
    """Write a private file complete or not at all; where two processes do so, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    with suppress(FileExistsError):
        os.link(scratch, path)
    scratch.unlink()
