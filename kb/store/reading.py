"""Reading articles, and which of them are due for a check."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from kb.errors import ArticleNotFound
from kb.store.base import StorePart, within
from kb.store.encoding import article_of
from kb.store.tables import article_versions, articles
from kb.store.transactions import reading
from kb.types import Article, Scope

EVERYWHERE = Scope()


class ArticleReading(StorePart):
    """Finds articles by id, source, scope and date."""

    def digests(self, source: str) -> dict[str, str]:
        """The digest of each article of a source that is in search, by article id."""
        present = sa.select(articles.c.id, articles.c.digest)
        present = present.where(articles.c.source == source, articles.c.active)
        with reading(self._engine) as connection:
            return {row.id: row.digest for row in connection.execute(present)}

    def get(self, article_id: str, scope: Scope = EVERYWHERE) -> Article:
        """An article as it is now.

        Raises:
            ArticleNotFound: there is none, it was removed, or it lies outside the scope.
        """
        return self._one(article_id, articles.c.version, scope, [articles.c.active])

    def version(self, article_id: str, version: int, scope: Scope = EVERYWHERE) -> Article:
        """An article as it was in one of its versions, also after it was removed.

        Title, url, text and blocks are that version's; all else is what holds now.

        Raises:
            ArticleNotFound: there is no such version, or the article lies outside the scope.
        """
        return self._one(article_id, sa.literal(version), scope, [])

    def list_articles(
        self, scope: Scope = EVERYWHERE, source: str | None = None, after: str = "", limit: int = 50
    ) -> tuple[Article, ...]:
        """Articles without text, by id; ``after`` is the last id of the page before."""
        page = sa.select(articles).where(articles.c.active, articles.c.id > after, *within(scope, articles))
        if source is not None:
            page = page.where(articles.c.source == source)
        return self._articles(page.order_by(articles.c.id).limit(limit))

    def count(self, scope: Scope = EVERYWHERE, source: str | None = None) -> int:
        """How many articles are in search."""
        present = sa.select(sa.func.count()).select_from(articles)
        present = present.where(articles.c.active, *within(scope, articles))
        if source is not None:
            present = present.where(articles.c.source == source)
        with reading(self._engine) as connection:
            return connection.execute(present).scalar_one()

    def due(self, on: date, limit: int) -> tuple[Article, ...]:
        """Articles without text whose ``verify_by`` is ``on`` or before, the longest overdue first."""
        overdue = sa.select(articles).where(articles.c.active, articles.c.verify_by <= on)
        return self._articles(overdue.order_by(articles.c.verify_by, articles.c.id).limit(limit))

    def _one(
        self,
        article_id: str,
        version: sa.ColumnElement[int],
        scope: Scope,
        conditions: list[sa.ColumnElement[bool]],
    ) -> Article:
        own = [column for column in articles.c if column.name not in {"title", "url", "version"}]
        of_version = [article_versions.c[name] for name in ("title", "url", "version", "text", "blocks")]
        chosen = sa.select(*own, *of_version).join(
            article_versions,
            sa.and_(article_versions.c.article_id == articles.c.id, article_versions.c.version == version),
        )
        chosen = chosen.where(articles.c.id == article_id, *conditions, *within(scope, articles))
        with reading(self._engine) as connection:
            row = connection.execute(chosen).mappings().one_or_none()
        if row is None:
            raise ArticleNotFound(article_id)
        return article_of(row)

    def _articles(self, query: sa.Select[tuple[object, ...]]) -> tuple[Article, ...]:
        with reading(self._engine) as connection:
            return tuple(article_of(row) for row in connection.execute(query).mappings())
