"""The engine and the schema: opens SQLite or PostgreSQL alike, and brings the tables up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import make_url
from sqlalchemy.pool import ConnectionPoolEntry

import api.store.tables
import kb.store.tables
import reports.store.tables
import triage.store.flags_tables
import triage.store.tables
from api.errors_database import DatabaseUnusable, SchemaTooNew

# Every table the program owns; migrations, backups and their tests go by this list.
METADATA = (
    kb.store.tables.metadata,
    api.store.tables.metadata,
    triage.store.tables.metadata,
    reports.store.tables.metadata,
)

BUSY_SECONDS = 10
OLDEST_POSTGRESQL = 15
MIGRATIONS = Path(__file__).parent / "migrations"
# Any number does, as long as all processes that migrate take the same.
MIGRATION_LOCK = 7_266_781


def make_engine(url: str) -> sa.Engine:
    """An engine for a database address such as ``sqlite:///data/pointsman.db`` or ``postgresql://host/name``.

    A SQLite file's folder is created. A transaction writes unless its connection has the option
    ``reads_only``: on SQLite it takes the write lock when it begins, because one that reads first and
    writes later would fail where another wrote in between.

    Raises:
        DatabaseUnusable: the address is not of a SQLite file or a PostgreSQL database.
    """
    address = _address(url)
    if address.get_backend_name() == "postgresql":
        return sa.create_engine(address, pool_pre_ping=True)
    Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def migrate(engine: sa.Engine) -> None:
    """Bring the tables up to date: all steps or none; processes that start together take turns.

    Raises:
        SchemaTooNew: a newer release has migrated the database.
        DatabaseUnusable: the PostgreSQL server is too old.
    """
    with schema_change(engine) as connection:
        upgrade(connection)


@contextmanager
def schema_change(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction in which tables may come and go, one process at a time."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with _foreign_keys_off(connection), connection.begin():
                yield connection
                _refuse_dangling(connection)
        else:
            with connection.begin():
                _refuse_old_server(connection)
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
                yield connection


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Bring the tables up to ``revision`` within the caller's transaction."""
    _refuse_newer(connection)
    command.upgrade(_config(connection), revision)


def downgrade(connection: sa.Connection, revision: str = "base") -> None:
    """Take the tables back to ``revision`` within the caller's transaction."""
    _refuse_newer(connection)
    command.downgrade(_config(connection), revision)


def schema_version(engine: sa.Engine) -> str | None:
    """The schema the database is at; None where nothing was migrated yet."""
    with engine.connect().execution_options(reads_only=True) as connection:
        return _revision(connection)


@cache
def newest_schema() -> str:
    """The schema this release works with; read once from the migrations, as probes ask often."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_known(revision: str) -> bool:
    """Whether this release knows the schema."""
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


def _address(url: str) -> sa.URL:
    try:
        address = make_url(url.replace("postgres://", "postgresql://", 1))
    except sa.exc.ArgumentError as error:
        raise DatabaseUnusable(
            "The database address cannot be read; check POINTSMAN_DATABASE_URL."
        ) from error
    backend = address.get_backend_name()
    if backend == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and address.database not in {None, "", ":memory:"}:
        return address
    raise DatabaseUnusable(
        f"A database of the kind {backend!r} is not supported, nor is one in memory; "
        "use sqlite:///FILE or postgresql://HOST/NAME."
    )


def _prepare_sqlite(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    # The driver would begin transactions on its own, only at the first write; _begin_sqlite does instead.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    # With NORMAL the last commits would be lost when the machine loses power: answers already given to
    # clients, corrections already confirmed.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


@contextmanager
def _foreign_keys_off(connection: sa.Connection) -> Iterator[None]:
    """SQLite exchanges a table by dropping it, which would delete the rows that refer to it.

    The setting cannot be changed within a transaction, so it goes to the driver before one begins.
    """
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
        driver.close()


def _refuse_newer(connection: sa.Connection) -> None:
    current = _revision(connection)
    if current is not None and not is_known(current):
        raise SchemaTooNew(
            f"The database is at schema {current}, and this release knows none later than {newest_schema()}. "
            "Install the release that wrote it, or a later one."
        )


def _refuse_dangling(connection: sa.Connection) -> None:
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if dangling:
        tables = ", ".join(sorted({row[0] for row in dangling}))
        raise DatabaseUnusable(f"Rows of {tables} refer to rows that are not there; nothing was changed.")


def _refuse_old_server(connection: sa.Connection) -> None:
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
    if version < OLDEST_POSTGRESQL:
        raise DatabaseUnusable(f"PostgreSQL {version} is too old; use {OLDEST_POSTGRESQL} or later.")


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
