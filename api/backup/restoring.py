"""Restores a backup."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import tarfile
import zlib
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from api.backup.manifest import DATA, TABLES, Manifest, read_manifest
from api.backup.rows import continue_ids, last_ids, read_rows, reflected
from api.backup.saving import sync_folder
from api.database import METADATA, downgrade, is_known, make_engine, newest_schema, schema_change, upgrade
from api.errors_database import (
    BackupTooNew,
    BackupUnreadable,
    DatabaseInUse,
    DatabaseNotEmpty,
    DatabaseUnusable,
)
from kb.store.feed import restart_feed
from kb.store.transactions import reading

PASSAGES = "kb_passages"
# Every migrated database holds rows here.
BOOKKEEPING = "kb_state"


def restore(engine: sa.Engine, data_dir: Path, source: Path, now: datetime, force: bool = False) -> Manifest:
    """Make the database what it was when the backup was written, at the schema of this release.

    All or nothing: on SQLite a new file takes the place of the old one, on PostgreSQL it is one transaction.
    Files of the backup are laid over those in ``data_dir``. Indexes take all passages anew afterwards.

    Raises:
        BackupUnreadable: the file is missing, damaged or no backup.
        BackupTooNew: a newer release has written it.
        DatabaseNotEmpty: there are rows in the database, and ``force`` is not set.
        DatabaseInUse: another process has the SQLite file open.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=data_dir, prefix=".restore-") as name:
        folder = Path(name)
        _unpack(source, folder)
        manifest = read_manifest(folder)
        _refuse_newer(manifest)
        filled, last = _held(engine)
        if filled and not force:
            raise DatabaseNotEmpty(
                f"Restoring would overwrite {', '.join(filled)}; force it if that is meant."
            )
        if engine.dialect.name == "sqlite":
            _fill_sqlite(engine, folder, manifest, last, now)
        else:
            with schema_change(engine) as connection:
                downgrade(connection)
                _fill(connection, folder, manifest, last, now)
        if (folder / DATA).is_dir():
            shutil.copytree(folder / DATA, data_dir, dirs_exist_ok=True)
    return manifest


def _unpack(source: Path, folder: Path) -> None:
    if not source.is_file():
        raise BackupUnreadable(f"There is no file {source}.")
    try:
        with tarfile.open(source, "r:gz") as archive:
            _extract(archive, folder.resolve())
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BackupUnreadable(f"{source} is no backup, or is damaged: {error}.") from error


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Write plain files and folders that stay inside; Python below 3.11.4 has no filter that would see to it."""
    for member in archive:
        place = (folder / member.name).resolve()
        if not place.is_relative_to(folder) or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"{member.name!r} is no plain file inside it")
        if member.isdir():
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        content = archive.extractfile(member)
        if content is not None:
            with content, place.open("wb") as file:
                shutil.copyfileobj(content, file)
            place.chmod(member.mode & 0o755)


def _refuse_newer(manifest: Manifest) -> None:
    if not is_known(manifest.schema):
        raise BackupTooNew(
            f"The backup is of schema {manifest.schema}, and this release knows none later than "
            f"{newest_schema()}. Install the release that wrote it, or a later one."
        )


def _held(engine: sa.Engine) -> tuple[list[str], int]:
    """The tables that hold rows, and the highest passage id that indexes may have seen."""
    owned = [table.name for metadata in METADATA for table in metadata.sorted_tables]
    try:
        with reading(engine) as connection:
            present = set(sa.inspect(connection).get_table_names())
            tables = reflected(connection, [name for name in owned if name in present])
            last = last_ids(connection, tables).get(PASSAGES, 0) if tables else 0
            return [table.name for table in tables if _has_rows(connection, table)], last
    except sa.exc.DatabaseError as error:
        raise DatabaseUnusable(
            "The database cannot be read, so it cannot be told what restoring would overwrite; "
            "move it away (on SQLite with its -wal and -shm files) and restore again."
        ) from error


def _has_rows(connection: sa.Connection, table: sa.Table) -> bool:
    if table.name == BOOKKEEPING:
        return False
    return connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None


def _fill(connection: sa.Connection, folder: Path, manifest: Manifest, last: int, now: datetime) -> None:
    upgrade(connection, manifest.schema)
    tables = reflected(connection, manifest.tables)
    for table in reversed(tables):
        connection.execute(table.delete())
    for table in tables:
        read_rows(connection, table, folder / TABLES / f"{table.name}.jsonl")
    highest = max(last, manifest.last_ids.get(PASSAGES, 0))
    continue_ids(connection, tables, manifest.last_ids | {PASSAGES: highest})
    upgrade(connection)
    restart_feed(connection, highest, now)


def _fill_sqlite(engine: sa.Engine, folder: Path, manifest: Manifest, last: int, now: datetime) -> None:
    path = Path(str(engine.url.database))
    fresh = path.with_name(f".{path.name}.restoring")
    _remove(fresh)
    try:
        _fill_file(fresh, folder, manifest, last, now)
        engine.dispose()
        _fold_in_log(path)
        fresh.replace(path)
        sync_folder(path.parent)
    finally:
        _remove(fresh)


def _fill_file(path: Path, folder: Path, manifest: Manifest, last: int, now: datetime) -> None:
    engine = make_engine(f"sqlite:///{path}")
    try:
        with schema_change(engine) as connection:
            _fill(connection, folder, manifest, last, now)
    finally:
        engine.dispose()
    _fold_in_log(path)


def _fold_in_log(path: Path) -> None:
    """Leave no write-ahead log: it would be applied to the file that takes this one's place."""
    connection = sqlite3.connect(path, timeout=1, isolation_level=None)
    try:
        # SQLite refuses while any other connection is open.
        mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise DatabaseInUse(f"Another process has {path} open; stop the program, then restore.") from error
    finally:
        connection.close()
    if mode != "delete":
        raise DatabaseInUse(f"Another process has {path} open; stop the program, then restore.")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
