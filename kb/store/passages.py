"""Reading passages, and the vectors that need not be computed again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from kb.store.base import EMBEDDER, StorePart
from kb.store.encoding import NO_SENTENCES, NO_VECTOR, chunks, sentences_of, spans_of, vector_of
from kb.store.tables import article_versions, articles, passage_vectors, passages, state
from kb.store.transactions import reading
from kb.store.values import SentenceVectors, StoredPassage
from kb.types import Passage

# Cut in the database: the texts of whole articles would be twenty times as much to carry.
PASSAGE_TEXT = sa.func.substr(
    article_versions.c.text, passages.c.start + 1, passages.c.end - passages.c.start
).label("text")

PASSAGES_WITH_TEXT = passages.join(articles, articles.c.id == passages.c.article_id).join(
    article_versions,
    sa.and_(
        article_versions.c.article_id == passages.c.article_id,
        article_versions.c.version == passages.c.version,
    ),
)

ACTIVE_EMBEDDER = sa.select(state.c.value).where(state.c.key == EMBEDDER).scalar_subquery()

# In the order of the fields of Passage: reading a row by position takes a tenth of the time by name.
PASSAGE_COLUMNS = (
    *(passages.c[name] for name in ("article_id", "version", "ordinal", "start", "end")),
    PASSAGE_TEXT,
    *(passages.c[name] for name in ("headings", "sentences", "id")),
)

# After a passage's columns, those of an article in the order of the fields of StoredPassage.
STORED = (
    sa.select(
        *PASSAGE_COLUMNS,
        article_versions.c.title,
        article_versions.c.url,
        *(articles.c[name] for name in ("audience", "language", "source")),
        *(articles.c[name] for name in ("updated_at", "verified_at", "verify_by")),
        passage_vectors.c.vector,
        passage_vectors.c.sentence_vectors,
    )
    .select_from(
        PASSAGES_WITH_TEXT.outerjoin(
            passage_vectors,
            sa.and_(
                passage_vectors.c.passage_id == passages.c.id,
                passage_vectors.c.embedder == ACTIVE_EMBEDDER,
            ),
        )
    )
    # A bound list keeps this one statement, which is then compiled once; each search runs it.
    .where(passages.c.removed_in.is_(None), passages.c.id.in_(sa.bindparam("ids", expanding=True)))
)


class PassageReading(StorePart):
    """Finds passages by id, and vectors by what they were made of."""

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """The passages in the order of ``ids``.

        Those no longer in search are left out, so that an index which lags behind never shows what was
        withdrawn.
        """
        with reading(self._engine) as connection:
            rows = connection.execute(STORED, {"ids": list(ids)}).all()
        stored = (_stored_passage(row) for row in rows)
        found = {one.passage.id: one for one in stored}
        return [found[passage_id] for passage_id in ids if passage_id in found]

    def passage_count(self) -> int:
        """How many passages are in search, with vectors or without."""
        live = sa.select(sa.func.count()).select_from(passages).where(passages.c.removed_in.is_(None))
        with reading(self._engine) as connection:
            return connection.execute(live).scalar_one()

    def vectors_by_key(
        self, keys: Sequence[str], embedder: str
    ) -> dict[str, tuple[NDArray[np.float32], SentenceVectors]]:
        """Stored vectors by content key, so that what did not change is not embedded again."""
        of_embedder = passage_vectors.c.embedder == embedder
        newest = sa.select(sa.func.max(passages.c.id)).join(passage_vectors).where(of_embedder)
        vectors = passage_vectors.c.vector, passage_vectors.c.sentence_vectors
        wanted = sa.select(passages.c.content_key, *vectors).join(passage_vectors).where(of_embedder)
        found = {}
        with reading(self._engine) as connection:
            for part in chunks(list(dict.fromkeys(keys))):
                one_each = newest.where(passages.c.content_key.in_(part)).group_by(passages.c.content_key)
                for key, vector, sentences in connection.execute(wanted.where(passages.c.id.in_(one_each))):
                    found[key] = vector_of(vector), sentences_of(sentences)
        return found


def passage_of(columns: Sequence[Any]) -> Passage:
    """A passage from the values of ``PASSAGE_COLUMNS``."""
    article_id, version, ordinal, start, end, text, headings, sentences, passage_id = columns
    spans = spans_of(sentences)
    return Passage(article_id, version, ordinal, start, end, text, tuple(headings), spans, passage_id)


def _stored_passage(row: Sequence[Any]) -> StoredPassage:
    width = len(PASSAGE_COLUMNS)
    title, url, audience, language, source, updated_at, verified_at, verify_by, vector, data = row[width:]
    return StoredPassage(
        passage_of(row[:width]),
        title,
        url,
        audience,
        language,
        source,
        updated_at,
        verified_at,
        verify_by,
        vector=NO_VECTOR if vector is None else vector_of(vector),
        sentence_vectors=(NO_SENTENCES if data is None else sentences_of(data)).floats(),
    )
