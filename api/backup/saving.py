"""Writes a backup."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from api.backup.manifest import DATA, NAME, TABLES, Manifest, sha256, write_manifest
from api.backup.rows import last_ids, reflected, write_rows
from api.database import METADATA, newest_schema, schema_version
from api.errors_database import BackupError
from kb.store.transactions import reading

# What the program keeps outside the database and cannot make again.
FOLDERS = ("models",)


def backup(
    engine: sa.Engine, data_dir: Path, target: Path, now: datetime, folders: Sequence[str] = FOLDERS
) -> Manifest:
    """Write the tables, as they are at one moment, and folders of ``data_dir`` to a ``.tar.gz`` file.

    The program may go on working meanwhile. The file appears when it is complete, and only its owner may
    read it: it holds all articles and questions.

    Raises:
        BackupError: the database is not at this release's schema.
    """
    schema = schema_version(engine)
    if schema != newest_schema():
        raise BackupError(f"The database is at schema {schema}, not {newest_schema()}; migrate it first.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=".backup-") as name:
        folder = Path(name)
        last = _write_tables(engine, folder / TABLES)
        for kept in folders:
            if (data_dir / kept).is_dir():
                shutil.copytree(data_dir / kept, folder / DATA / kept)
        files = {path.relative_to(folder).as_posix(): sha256(path) for path in _files(folder)}
        manifest = Manifest(schema, now, files, last)
        write_manifest(manifest, folder)
        _pack(folder, [NAME, *files], target)
    return manifest


def _write_tables(engine: sa.Engine, folder: Path) -> dict[str, int]:
    folder.mkdir()
    names = [table.name for metadata in METADATA for table in metadata.sorted_tables]
    with reading(engine) as connection:
        tables = reflected(connection, names)
        for table in tables:
            write_rows(connection, table, folder / f"{table.name}.jsonl")
        return last_ids(connection, tables)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _pack(folder: Path, names: Sequence[str], target: Path) -> None:
    partial = target.with_name(f".{target.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz") as archive:
            for name in names:
                archive.add(folder / name, arcname=name)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make the renaming of a file survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
