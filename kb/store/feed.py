"""The changes of the passages, for indexes that follow the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kb.index.port import Changes, IndexRow
from kb.store.base import FORGOTTEN, GENERATION, StorePart, next_generation, read_state, write_state
from kb.store.encoding import vector_of
from kb.store.passages import ACTIVE_EMBEDDER, PASSAGE_TEXT, PASSAGES_WITH_TEXT
from kb.store.tables import articles, passage_vectors, passages
from kb.store.transactions import reading, writing

BATCH = 1000

# In the order of the fields of IndexRow.
INDEXED = (
    sa.select(
        passages.c.id,
        passages.c.article_id,
        *(articles.c[name] for name in ("audience", "language", "source", "title")),
        passages.c.headings,
        PASSAGE_TEXT,
        passage_vectors.c.vector,
    )
    .select_from(PASSAGES_WITH_TEXT.join(passage_vectors, passage_vectors.c.passage_id == passages.c.id))
    .where(passages.c.removed_in.is_(None))
    .order_by(passages.c.id)
)


class PassageFeed(StorePart):
    """Implements ``kb.index.port.ChangeFeed``."""

    def generation(self) -> int:
        """The number of the last change."""
        with reading(self._engine) as connection:
            return int(read_state(connection, GENERATION))

    def live_count(self) -> int:
        """How many passages ``live_rows`` gives for the active embedder."""
        live = sa.select(sa.func.count()).select_from(passages.join(passage_vectors))
        live = live.where(passages.c.removed_in.is_(None), passage_vectors.c.embedder == ACTIVE_EMBEDDER)
        with reading(self._engine) as connection:
            return connection.execute(live).scalar_one()

    def live_rows(self, embedder: str) -> Iterator[Sequence[IndexRow]]:
        """All passages in search that this embedder has seen, in batches, ascending by id.

        Each batch is of its own moment: take ``generation`` before the first and ``changes`` since it
        after the last.
        """
        last = 0
        of_embedder = INDEXED.where(passage_vectors.c.embedder == embedder).limit(BATCH)
        while rows := self._rows(of_embedder.where(passages.c.id > last)):
            yield rows
            last = rows[-1].passage_id

    def changes(self, embedder: str, since: int) -> Changes:
        """What is different now from generation ``since``."""
        added = INDEXED.where(passage_vectors.c.embedder == embedder, passages.c.added_in > since)
        removed = sa.select(passages.c.id).where(passages.c.removed_in > since).order_by(passages.c.id)
        with reading(self._engine) as connection:
            generation = int(read_state(connection, GENERATION))
            gone = tuple(connection.execute(removed).scalars())
            if since < _forgotten(connection)[0]:
                gone = _absent(connection)
            return Changes(generation, _index_rows(connection, added), gone)

    def purge(self, before_generation: int) -> int:
        """Delete passages that were taken out of search before that generation; article versions stay.

        Returns:
            How many there were.
        """
        old = passages.c.removed_in < before_generation
        with writing(self._engine) as connection:
            highest = connection.execute(sa.select(sa.func.max(passages.c.id)).where(old)).scalar()
            if highest is None:
                return 0
            _forget(connection, before_generation, highest)
            return connection.execute(passages.delete().where(old)).rowcount

    def _rows(self, query: sa.Select[tuple[object, ...]]) -> tuple[IndexRow, ...]:
        with reading(self._engine) as connection:
            return _index_rows(connection, query)


def restart_feed(connection: sa.Connection, highest_id: int, now: datetime) -> None:
    """Make every index take all passages anew, after the tables were filled from elsewhere.

    The generation continues from the clock, ahead of any that an index can have seen before: changes
    come more slowly than seconds.

    Args:
        connection: within the transaction that filled the tables.
        highest_id: the highest passage id that an index may hold.
        now: the time.
    """
    generation = max(next_generation(connection), int(now.timestamp()))
    write_state(connection, GENERATION, str(generation))
    live = passages.update().where(passages.c.removed_in.is_(None))
    connection.execute(live.values(added_in=generation))
    _forget(connection, generation, highest_id)


def _index_rows(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> tuple[IndexRow, ...]:
    rows = connection.execute(query)
    return tuple(_index_row(row) for row in rows)


def _index_row(row: Sequence[Any]) -> IndexRow:
    passage_id, article_id, audience, language, source, title, headings, text, vector = row
    path = " > ".join(headings)
    return IndexRow(passage_id, article_id, audience, language, source, title, path, text, vector_of(vector))


def _forgotten(connection: sa.Connection) -> tuple[int, int]:
    """The generation before which removals may be forgotten, and the highest passage id among them."""
    generation, highest = read_state(connection, FORGOTTEN, "0 0").split()
    return int(generation), int(highest)


def _forget(connection: sa.Connection, before_generation: int, highest_id: int) -> None:
    known = _forgotten(connection)
    limits = max(known[0], before_generation), max(known[1], highest_id)
    write_state(connection, FORGOTTEN, f"{limits[0]} {limits[1]}")


def _absent(connection: sa.Connection) -> tuple[int, ...]:
    """Every passage id that was ever given and is not in search now."""
    highest = connection.execute(sa.select(sa.func.max(passages.c.id))).scalar() or 0
    live = sa.select(passages.c.id).where(passages.c.removed_in.is_(None))
    given = range(1, max(highest, _forgotten(connection)[1]) + 1)
    return tuple(sorted(set(given).difference(connection.execute(live).scalars())))
