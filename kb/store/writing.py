"""Writing articles: each change is one transaction and one generation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from kb.errors import ArticleNotFound, InvalidArticle
from kb.store.base import StorePart, next_generation
from kb.store.encoding import (
    article_of,
    blocks_json,
    chunks,
    sentence_bytes,
    spans_json,
    unstorable,
    vector_bytes,
)
from kb.store.tables import article_versions, articles, passage_vectors, passages
from kb.store.transactions import writing
from kb.store.values import ArticleWrite, SentenceVectors
from kb.types import Article, Fault, Passage


class ArticleWriting(StorePart):
    """Puts, removes and verifies articles."""

    def put(
        self,
        article: Article,
        digest: str,
        passages: Sequence[Passage],
        content_keys: Sequence[str],
        embedder: str,
        vectors: NDArray[np.float32],
        sentence_vectors: Sequence[SentenceVectors],
        now: datetime,
    ) -> Article:
        """Store one article as ``put_many`` does."""
        write = ArticleWrite(article, digest, passages, content_keys, vectors, sentence_vectors)
        return self.put_many([write], embedder, now)[0]

    def put_many(self, writes: Sequence[ArticleWrite], embedder: str, now: datetime) -> tuple[Article, ...]:
        """Store articles with their passages and vectors: all of them or none.

        A new version begins only where title, text or url changed. All passages get new ids, so an index
        that follows the changes also learns of a new audience or title.

        Returns:
            The articles with the version they now have.

        Raises:
            InvalidArticle: a field holds characters no database can store; all faults are listed.
            ValueError: keys, vectors or passages do not belong together.
        """
        _refuse_unstorable(writes)
        for write in writes:
            _refuse_unmatched(write)
        if not writes:
            return ()
        with writing(self._engine) as connection:
            generation = next_generation(connection)
            return tuple(_write(connection, write, embedder, generation, now) for write in writes)

    def remove(self, article_ids: Sequence[str], now: datetime) -> int:
        """Take articles out of search; their versions stay for the answers that quote them.

        Returns:
            How many of them there were.
        """
        with writing(self._engine) as connection:
            present = [
                found
                for part in chunks(list(dict.fromkeys(article_ids)))
                for found in _active(connection, part)
            ]
            if present:
                generation = next_generation(connection)
                for part in chunks(present):
                    _withdraw(connection, part, generation)
                    gone = articles.update().where(articles.c.id.in_(part))
                    connection.execute(gone.values(active=False, deleted_at=now))
            return len(present)

    def verify(self, article_id: str, by: str, now: datetime, until: date | None) -> Article:
        """Record that a person found the article right; its answers count as verified up to ``until``.

        Returns:
            The article without its text.

        Raises:
            ArticleNotFound: there is no such article.
        """
        with writing(self._engine) as connection:
            next_generation(connection)
            checked = articles.update().where(articles.c.id == article_id, articles.c.active)
            checked = checked.values(verified_at=now, verified_by=by, verify_by=until)
            row = connection.execute(checked.returning(articles)).mappings().one_or_none()
            if row is None:
                raise ArticleNotFound(article_id)
            return article_of(row)


def _refuse_unstorable(writes: Sequence[ArticleWrite]) -> None:
    faults = tuple(
        Fault(f"{write.article.id!r}: {name}", "holds a NUL character or half a surrogate pair; remove it")
        for write in writes
        for name, value in _texts(write.article).items()
        if unstorable(value)
    )
    if faults:
        raise InvalidArticle(faults)


def _texts(article: Article) -> dict[str, str]:
    names = ("id", "source", "path", "title", "url", "text", "audience", "language", "owner")
    return {name: getattr(article, name) for name in names} | {"tags": "".join(article.tags)}


def _refuse_unmatched(write: ArticleWrite) -> None:
    counts = {len(write.passages), len(write.content_keys), len(write.vectors), len(write.sentence_vectors)}
    if len(counts) > 1:
        raise ValueError(f"Article {write.article.id!r}: passages, keys and vectors differ in number.")
    for passage in write.passages:
        if passage.text != write.article.text[passage.start : passage.end]:
            raise ValueError(f"Article {write.article.id!r}: passage {passage.ordinal} is not where it says.")


def _active(connection: sa.Connection, article_ids: Sequence[str]) -> list[str]:
    present = sa.select(articles.c.id).where(articles.c.id.in_(article_ids), articles.c.active)
    return list(connection.execute(present).scalars())


def _withdraw(connection: sa.Connection, article_ids: Sequence[str], generation: int) -> None:
    live = passages.update().where(passages.c.article_id.in_(article_ids), passages.c.removed_in.is_(None))
    connection.execute(live.values(removed_in=generation))


def _write(
    connection: sa.Connection, write: ArticleWrite, embedder: str, generation: int, now: datetime
) -> Article:
    known = sa.select(articles, article_versions.c.text, article_versions.c.blocks)
    known = known.join(article_versions, article_versions.c.article_id == articles.c.id)
    known = known.where(articles.c.id == write.article.id, article_versions.c.version == articles.c.version)
    before = connection.execute(known).mappings().one_or_none()
    article = _resolved(write.article, before)
    if before is None:
        columns = _columns(article, write.digest) | {"id": article.id, "created_at": now, "verified_by": ""}
        connection.execute(articles.insert().values(columns))
    else:
        changed = articles.update().where(articles.c.id == article.id)
        connection.execute(changed.values(_columns(article, write.digest)))
    _write_version(connection, article, before, now)
    _withdraw(connection, [article.id], generation)
    _write_passages(connection, write, article.version, embedder, generation)
    return article


def _resolved(article: Article, before: sa.RowMapping | None) -> Article:
    """The article with its version, and with what a person verified where the source knows nothing newer."""
    if before is None:
        return replace(article, version=1)
    same = all(before[name] == getattr(article, name) for name in ("title", "text", "url"))
    resolved = replace(article, version=before["version"] if same else before["version"] + 1)
    by_a_person = before["verified_by"] != ""
    if by_a_person and (article.verified_at is None or article.verified_at < before["verified_at"]):
        return replace(resolved, verified_at=before["verified_at"], verify_by=before["verify_by"])
    return resolved


def _columns(article: Article, digest: str) -> dict[str, object]:
    names = ("source", "path", "title", "url", "audience", "language", "owner")
    dates = ("updated_at", "verified_at", "verify_by", "version")
    own = {name: getattr(article, name) for name in names + dates}
    return own | {"tags": list(article.tags), "digest": digest, "active": True, "deleted_at": None}


def _write_version(
    connection: sa.Connection, article: Article, before: sa.RowMapping | None, now: datetime
) -> None:
    blocks = blocks_json(article.blocks)
    if before is None or article.version != before["version"]:
        row = {"article_id": article.id, "version": article.version, "created_at": now, "blocks": blocks}
        row |= {name: getattr(article, name) for name in ("title", "url", "text")}
        connection.execute(article_versions.insert().values(row))
    elif blocks != before["blocks"]:
        same = (article_versions.c.article_id == article.id, article_versions.c.version == article.version)
        connection.execute(article_versions.update().where(*same).values(blocks=blocks))


def _write_passages(
    connection: sa.Connection, write: ArticleWrite, version: int, embedder: str, generation: int
) -> None:
    rows = [
        {
            "article_id": write.article.id,
            "version": version,
            "ordinal": passage.ordinal,
            "start": passage.start,
            "end": passage.end,
            "headings": list(passage.headings),
            "sentences": spans_json(passage.sentences),
            "content_key": key,
            "added_in": generation,
        }
        for passage, key in zip(write.passages, write.content_keys, strict=True)
    ]
    if not rows:
        return
    added = passages.insert().returning(passages.c.id, sort_by_parameter_order=True)
    ids = connection.execute(added, rows).scalars().all()
    write_vectors(connection, embedder, ids, write.vectors, write.sentence_vectors)


def write_vectors(
    connection: sa.Connection,
    embedder: str,
    ids: Sequence[int],
    vectors: NDArray[np.float32],
    sentence_vectors: Sequence[SentenceVectors],
) -> None:
    """Insert the vectors of passages that have none yet of this embedder."""
    rows = [
        {
            "passage_id": passage_id,
            "embedder": embedder,
            "vector": vector_bytes(vector),
            "sentence_vectors": sentence_bytes(sentences),
        }
        for passage_id, vector, sentences in zip(ids, vectors, sentence_vectors, strict=True)
    ]
    connection.execute(passage_vectors.insert(), rows)
