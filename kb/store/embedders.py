"""Which embedder's vectors are searched, and the change to another while searches go on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from kb.store.base import EMBEDDER, StorePart, hold_generation, next_generation, read_state, write_state
from kb.store.passages import PASSAGE_COLUMNS, PASSAGES_WITH_TEXT, passage_of
from kb.store.tables import article_versions, passage_vectors, passages
from kb.store.transactions import reading, writing
from kb.store.values import SentenceVectors
from kb.store.writing import write_vectors
from kb.types import Passage


class EmbedderChange(StorePart):
    """Vectors of a new embedder are added beside the old; then one step makes them the active ones."""

    def active_embedder(self) -> str:
        """The fingerprint of the embedder whose vectors are searched; empty before the first."""
        with reading(self._engine) as connection:
            return read_state(connection, EMBEDDER)

    def set_active_embedder(self, fingerprint: str) -> None:
        """Search the vectors of this embedder from now on."""
        with writing(self._engine) as connection:
            next_generation(connection)
            write_state(connection, EMBEDDER, fingerprint)

    def passages_without(self, embedder: str, limit: int) -> list[tuple[Passage, str]]:
        """Passages in search that this embedder has not seen, by id, each with its article's title."""
        lacking = sa.select(*PASSAGE_COLUMNS, article_versions.c.title)
        lacking = lacking.select_from(PASSAGES_WITH_TEXT).where(
            passages.c.removed_in.is_(None), ~_has_vectors(embedder)
        )
        lacking = lacking.order_by(passages.c.id).limit(limit)
        with reading(self._engine) as connection:
            return [(passage_of(row[:-1]), row[-1]) for row in connection.execute(lacking)]

    def put_vectors(
        self,
        embedder: str,
        ids: Sequence[int],
        vectors: NDArray[np.float32],
        sentence_vectors: Sequence[SentenceVectors],
    ) -> None:
        """Store vectors (float32 [passages, dimensions]) of passages, in place of any of this embedder.

        Passages taken out of search meanwhile are left out.
        """
        with writing(self._engine) as connection:
            hold_generation(connection)
            live = sa.select(passages.c.id).where(passages.c.id.in_(ids), passages.c.removed_in.is_(None))
            present = set(connection.execute(live).scalars())
            places = [place for place, passage_id in enumerate(ids) if passage_id in present]
            if not places:
                return
            kept = [ids[place] for place in places]
            old = passage_vectors.delete().where(passage_vectors.c.passage_id.in_(kept))
            connection.execute(old.where(passage_vectors.c.embedder == embedder))
            sentences = [sentence_vectors[place] for place in places]
            write_vectors(connection, embedder, kept, vectors[places], sentences)
            if embedder == read_state(connection, EMBEDDER):
                _announce(connection, kept)

    def embedded_count(self, embedder: str) -> int:
        """How many passages in search have vectors of this embedder."""
        live = sa.select(sa.func.count()).select_from(passages)
        live = live.where(passages.c.removed_in.is_(None), _has_vectors(embedder))
        with reading(self._engine) as connection:
            return connection.execute(live).scalar_one()


def _announce(connection: sa.Connection, ids: Sequence[int]) -> None:
    """Make indexes take these passages again."""
    renewed = passages.update().where(passages.c.id.in_(ids))
    connection.execute(renewed.values(added_in=next_generation(connection)))


def _has_vectors(embedder: str) -> sa.Exists:
    return sa.exists().where(
        passage_vectors.c.passage_id == passages.c.id, passage_vectors.c.embedder == embedder
    )
