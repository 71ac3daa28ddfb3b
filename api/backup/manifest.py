"""What a backup says of itself, as its first file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from api.errors_database import BackupUnreadable

NAME = "manifest.json"
TABLES = "tables"
DATA = "data"


@dataclass(frozen=True)
class Manifest:
    """The release's schema, the sha256 of each file by its path, and the last id each table gave out."""

    schema: str
    created_at: datetime
    files: dict[str, str]
    last_ids: dict[str, int]
    format: Literal["pointsman-backup/1"] = "pointsman-backup/1"

    @property
    def tables(self) -> list[str]:
        """The names of the tables in the backup."""
        paths = (Path(name) for name in self.files)
        return [path.stem for path in paths if path.parts[0] == TABLES]


_MANIFEST: TypeAdapter[Manifest] = TypeAdapter(Manifest)


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Put the manifest beside the files it lists."""
    (folder / NAME).write_bytes(_MANIFEST.dump_json(manifest, indent=1))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an unpacked backup, once all it lists was found as it was written.

    Raises:
        BackupUnreadable: a file is missing or altered, or this is no backup.
    """
    path = folder / NAME
    if not path.is_file():
        raise BackupUnreadable("The file is no backup of this program: it holds no manifest.")
    try:
        manifest = _MANIFEST.validate_json(path.read_bytes())
    except ValidationError as error:
        raise BackupUnreadable(
            "The file is no backup of this program: its manifest reads otherwise."
        ) from error
    faults = [name for name, expected in manifest.files.items() if _sha256_or_none(folder / name) != expected]
    if faults:
        raise BackupUnreadable(
            f"The backup is damaged; take another one. Not as written: {', '.join(faults)}."
        )
    return manifest


def sha256(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256_or_none(path: Path) -> str | None:
    return sha256(path) if path.is_file() else None
