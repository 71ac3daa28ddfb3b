"""A corpus in memory, behind the same ports as the database: what is measured is what serves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kb.embedder.pair import ArticleEmbedder
from kb.importing import embed_passages
from kb.index.cache import PassageIndex
from kb.index.port import Changes, IndexRow
from kb.passages import split_article
from kb.retrieval import Retriever
from kb.store.values import StoredPassage
from kb.types import Article, Passage

_BATCH = 1000
Progress = Callable[[int, int], None]


class MemoryPassages:
    """The passages of some articles: a ``ChangeFeed`` for the indexes, a ``PassageSource`` for retrieval."""

    def __init__(self, stored: Sequence[StoredPassage]) -> None:
        self._stored = {one.passage.id: one for one in stored}

    def generation(self) -> int:
        """One: nothing changes."""
        return 1

    def live_count(self) -> int:
        """Count the passages."""
        return len(self._stored)

    def live_rows(self, embedder: str) -> Iterator[Sequence[IndexRow]]:
        """Give all passages in batches."""
        rows = [_row(stored) for stored in self._stored.values()]
        for start in range(0, len(rows), _BATCH):
            yield rows[start : start + _BATCH]

    def changes(self, embedder: str, since: int) -> Changes:
        """Give everything to whoever has nothing."""
        return Changes(1, tuple(_row(stored) for stored in self._stored.values()) if since < 1 else ())

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """Give passages by id."""
        return [self._stored[passage_id] for passage_id in ids]


def memory_passages(
    articles: Sequence[Article], embedder: ArticleEmbedder, progress: Progress | None = None
) -> MemoryPassages:
    """Cut and embed articles."""
    stored: list[StoredPassage] = []
    for done, article in enumerate(articles, start=1):
        passages = split_article(article, embedder.passages.count_tokens)
        if passages:
            stored += _embedded(article, passages, embedder, len(stored))
        if progress is not None:
            progress(done, len(articles))
    return MemoryPassages(stored)


def open_retriever(passages: MemoryPassages, embedder: ArticleEmbedder, directory: Path) -> Retriever:
    """Index passages in a folder and search them as the product does."""
    index = PassageIndex.open(directory, passages, embedder.fingerprint, embedder.passages.dimension)
    return Retriever(embedder, index, passages)


def _embedded(
    article: Article, passages: Sequence[Passage], embedder: ArticleEmbedder, offset: int
) -> list[StoredPassage]:
    vectors, sentences = embed_passages(embedder, article.title, passages)
    return [
        StoredPassage(
            passage=replace(passage, id=offset + place + 1),
            title=article.title,
            url=article.url,
            audience=article.audience,
            language=article.language,
            source=article.source,
            updated_at=article.updated_at,
            verified_at=article.verified_at,
            verify_by=article.verify_by,
            vector=vectors[place],
            sentence_vectors=sentences[place].floats(),
        )
        for place, passage in enumerate(passages)
    ]


def _row(stored: StoredPassage) -> IndexRow:
    return IndexRow(
        passage_id=stored.passage.id,
        article_id=stored.passage.article_id,
        audience=stored.audience,
        language=stored.language,
        source=stored.source,
        title=stored.title,
        headings=" > ".join(stored.passage.headings),
        text=stored.passage.text,
        vector=stored.vector,
    )
