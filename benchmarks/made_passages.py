"""A help centre of any size, made of real passages: copies with other words and vectors moved a little, seeded."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count, groupby

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.resampling import NOISE, moved, with_other_words
from kb.embedder.port import FloatVectors
from kb.importing import quantised
from kb.store import ArticleStore, ArticleWrite, StoredPassage
from kb.types import Article, Passage, Span

SOURCE = "made"
_ARTICLES_IN_A_BATCH = 200


def write_made(
    store: ArticleStore,
    real: Sequence[StoredPassage],
    passages: int,
    embedder: str,
    *,
    seed: int,
    now: datetime,
) -> None:
    """Write articles of ``passages`` passages in all; the first ones are the real ones, word for word.

    Args:
        store: an empty one.
        real: passages with vectors of ``embedder``, those of one article together and in order.
        passages: how many to write.
        embedder: the fingerprint they are stored under.
        seed: the same seed makes the same help centre.
        now: when they count as written.
    """
    store.set_active_embedder(embedder)
    batch: list[ArticleWrite] = []
    with tqdm(total=passages, desc="Writing", unit=" passages", file=sys.stderr, mininterval=5.0) as bar:
        for write in _made(real, passages, np.random.default_rng(seed)):
            batch.append(write)
            bar.update(len(write.passages))
            if len(batch) == _ARTICLES_IN_A_BATCH:
                store.put_many(batch, embedder, now)
                batch = []
        store.put_many(batch, embedder, now)


def _made(real: Sequence[StoredPassage], wanted: int, random: np.random.Generator) -> Iterator[ArticleWrite]:
    articles = [list(group) for _, group in groupby(real, key=lambda one: one.passage.article_id)]
    words = np.array(sorted({word for one in real for word in one.passage.text.split()}), dtype=object)
    for copy in count():
        for passages in articles:
            taken = passages[:wanted]
            wanted -= len(taken)
            if taken:
                yield _copied(taken, copy, words, random)
        if wanted <= 0:
            return


def _copied(
    passages: Sequence[StoredPassage], copy: int, words: NDArray[np.object_], random: np.random.Generator
) -> ArticleWrite:
    """Copy number ``copy`` of an article; number 0 is the article itself."""
    first = passages[0]
    article_id = f"{copy}/{first.passage.article_id}"
    title = first.title if not copy else f"{first.title} ({words[random.integers(len(words))]} {copy})"
    made, text = [], ""
    for ordinal, stored in enumerate(passages):
        sentences = [
            with_other_words(sentence, words, random) if copy else sentence for sentence in _sentences(stored)
        ]
        start = len(text) + 2 * bool(text)
        text += "\n\n" * bool(text) + " ".join(sentences)
        made.append(_placed(stored.passage, article_id, ordinal, start, sentences))
    return ArticleWrite(
        article=Article(article_id, SOURCE, title, text, url=first.url, updated_at=first.updated_at),
        digest=f"{copy}/{first.passage.article_id}",
        passages=made,
        content_keys=[f"{article_id}#{one.ordinal}" for one in made],
        vectors=_moved(np.stack([one.vector for one in passages]), copy, random),
        sentence_vectors=[quantised(_moved(one.sentence_vectors, copy, random)) for one in passages],
    )


def _sentences(stored: StoredPassage) -> list[str]:
    one = stored.passage
    return [one.text[span.start - one.start : span.end - one.start] for span in one.sentences]


def _placed(passage: Passage, article_id: str, ordinal: int, start: int, sentences: Sequence[str]) -> Passage:
    ends = start - 1 + np.cumsum([len(sentence) + 1 for sentence in sentences])
    spans = tuple(Span(int(end) - len(one), int(end)) for one, end in zip(sentences, ends, strict=True))
    text = " ".join(sentences)
    return replace(
        passage,
        article_id=article_id,
        version=1,
        ordinal=ordinal,
        start=start,
        end=start + len(text),
        text=text,
        sentences=spans,
        id=0,
    )


def _moved(vectors: FloatVectors, copy: int, random: np.random.Generator) -> FloatVectors:
    return moved(vectors, NOISE, random) if copy else vectors
