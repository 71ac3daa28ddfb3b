"""Turns articles into what the store keeps: digest, passages, and vectors of all that is new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import numpy as np

from kb.embedder.pair import ArticleEmbedder
from kb.embedder.port import FloatVectors
from kb.errors import InvalidArticle
from kb.passages import embedded_text, split_article
from kb.store import ArticleStore, ArticleWrite, SentenceVectors
from kb.store.encoding import unstorable
from kb.types import Article, Fault, ImportReport, Passage, Reading

Progress = Callable[[int, int], None]
_BATCH_PASSAGES = 64  # written in one transaction: what a kill can cost, and what a bar's step takes

Vectors = tuple[FloatVectors, list[SentenceVectors]]


def import_reading(
    store: ArticleStore,
    embedder: ArticleEmbedder,
    source: str,
    reading: Reading,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Make a source hold just what was read: write what changed, remove what is gone, leave the rest alone.

    Each batch is one transaction, so whatever cuts the import off leaves whole articles, and importing again
    goes on where it ended.
    """
    before = store.digests(source)
    digests = {article.id: digest(article) for article in reading.articles}
    changed = [article for article in reading.articles if before.get(article.id) != digests[article.id]]
    gone = sorted(set(before) - set(digests))
    passages = done = 0
    for batch in _batches(changed):
        writes = prepare(store, embedder, batch, digests)
        store.put_many(writes, embedder.fingerprint, now)
        passages += sum(len(write.passages) for write in writes)
        done += len(batch)
        if progress is not None:
            progress(done, len(changed))
    store.remove(gone, now)
    updated = sum(article.id in before for article in changed)
    return ImportReport(
        source=source,
        added=len(changed) - updated,
        updated=updated,
        unchanged=len(reading.articles) - len(changed),
        removed=len(gone),
        passages=passages,
        skipped=reading.skipped,
    )


def digest(article: Article) -> str:
    """Identify an article's content and metadata; ``version`` is the store's and does not count."""
    fields = asdict(replace(article, version=0))
    return hashlib.sha256(
        json.dumps(fields, sort_keys=True, default=str).encode("utf-8", "surrogatepass")
    ).hexdigest()


def prepare(
    store: ArticleStore,
    embedder: ArticleEmbedder,
    articles: Sequence[Article],
    digests: dict[str, str] | None = None,
) -> list[ArticleWrite]:
    """Cut articles into passages with their vectors; what was embedded before is not embedded again.

    Raises:
        InvalidArticle: a title or text holds characters that neither an embedder nor a database takes.
    """
    _refuse_unstorable(articles)
    cut = [_Cut.of(article, split_article(article, embedder.passages.count_tokens)) for article in articles]
    keys = [key for one in cut for key in one.keys]
    known = store.vectors_by_key(keys, embedder.fingerprint)
    for one in cut:
        places = [place for place, key in enumerate(one.keys) if key not in known]
        if not places:
            continue
        vectors, sentences = embed_passages(
            embedder, one.article.title, [one.passages[place] for place in places]
        )
        known.update({one.keys[place]: (vectors[row], sentences[row]) for row, place in enumerate(places)})
    return [one.write((digests or {}).get(one.article.id) or digest(one.article), known) for one in cut]


def embed_passages(embedder: ArticleEmbedder, title: str, passages: Sequence[Passage]) -> Vectors:
    """Embed passages of one article and their sentences.

    Returns:
        Vectors float32 (passages, dimension), and for each passage its sentences' vectors in int8.
    """
    vectors = embedder.passages.encode(
        [embedded_text(title, passage.headings, passage.text) for passage in passages]
    )
    texts = [text for passage in passages for text in _sentence_texts(title, passage)]
    of_sentences = embedder.sentences.encode(texts)
    ends = np.cumsum([len(passage.sentences) for passage in passages])
    return vectors, [quantised(part) for part in np.split(of_sentences, ends[:-1])]


def quantised(vectors: FloatVectors) -> SentenceVectors:
    """Store unit vectors (n, dimension) as int8 with one scale a row; a cosine moves by less than .002."""
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0.0), 1e-9).astype(np.float32) / 127.0
    return SentenceVectors(np.rint(vectors / scales[:, None]).astype(np.int8), scales)


def _refuse_unstorable(articles: Sequence[Article]) -> None:
    faults = tuple(
        Fault(f"{article.id!r}: {name}", "holds a NUL character or half a surrogate pair; remove it")
        for article in articles
        for name, value in (("title", article.title), ("text", article.text))
        if unstorable(value)
    )
    if faults:
        raise InvalidArticle(faults)


def _sentence_texts(title: str, passage: Passage) -> list[str]:
    """Each sentence below its nearest heading: "Click Save." alone says little."""
    place = passage.headings[-1] if passage.headings else title
    return [
        embedded_text("", (place,), passage.text[span.start - passage.start : span.end - passage.start])
        for span in passage.sentences
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    article: Article
    passages: tuple[Passage, ...]
    keys: tuple[str, ...]

    @classmethod
    def of(cls, article: Article, passages: tuple[Passage, ...]) -> _Cut:
        return cls(article, passages, tuple(_content_key(article.title, passage) for passage in passages))

    def write(self, digest: str, known: dict[str, tuple[FloatVectors, SentenceVectors]]) -> ArticleWrite:
        vectors = [known[key][0] for key in self.keys]
        return ArticleWrite(
            article=self.article,
            digest=digest,
            passages=self.passages,
            content_keys=self.keys,
            vectors=np.stack(vectors) if vectors else np.empty((0, 0), np.float32),
            sentence_vectors=[known[key][1] for key in self.keys],
        )


def _content_key(title: str, passage: Passage) -> str:
    """Two passages of one key have the same vectors: the same words in the same place, cut the same way."""
    cuts = [(span.start - passage.start, span.end - passage.start) for span in passage.sentences]
    content = json.dumps([title, passage.headings, passage.text, cuts])
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _batches(articles: Sequence[Article]) -> Iterator[list[Article]]:
    """Group articles by their rough number of passages, about 64 a transaction."""
    batch: list[Article] = []
    size = 0
    for article in articles:
        batch.append(article)
        size += 1 + len(article.text) // 500
        if size >= _BATCH_PASSAGES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
