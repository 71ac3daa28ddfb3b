"""Small articles with everything a store wants beside them."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

import numpy as np

from kb.store import ArticleWrite, SentenceVectors
from kb.types import Article, Block, Passage, Span

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
EMBEDDER = "tiny/1"
DIMENSIONS = 4


def article(article_id="deposits", text="Deposits are paid at booking.\nRefunds take five days.", **changes):
    fields = {"source": "help", "title": "Deposits", "url": f"/{article_id}"} | changes
    return Article(id=article_id, text=text, blocks=(Block("paragraph", 0, len(text)),), **fields)


def write(written=None, digest="d1", **changes):
    """An article with one passage a line and one sentence a passage."""
    written = written or article(**changes)
    passages = [
        Passage(
            article_id=written.id,
            version=1,
            ordinal=ordinal,
            start=line.start(),
            end=line.end(),
            text=line.group(),
            headings=("Payments", "Deposits"),
            sentences=(Span(line.start(), line.end()),),
        )
        for ordinal, line in enumerate(re.finditer(r"[^\n]+", written.text))
    ]
    return ArticleWrite(
        article=written,
        digest=digest,
        passages=passages,
        content_keys=[content_key(passage.text) for passage in passages],
        vectors=np.stack([vector(passage.text) for passage in passages]),
        sentence_vectors=[sentence_vectors(passage.text) for passage in passages],
    )


def content_key(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def vector(text):
    numbers = np.frombuffer(content_key(text).encode()[:DIMENSIONS], np.uint8).astype(np.float32)
    return numbers / np.linalg.norm(numbers)


def sentence_vectors(text):
    values = np.round(vector(text) * 127).astype(np.int8)[None, :]
    return SentenceVectors(values, np.array([1 / 127], np.float32))


def put(store, *writes, now=NOW):
    return store.put_many(writes, EMBEDDER, now)


def live_ids(store):
    return [row.passage_id for batch in store.live_rows(EMBEDDER) for row in batch]
