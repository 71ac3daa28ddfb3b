"""Articles, questions and knowledge bases that are small, quick and the same each time."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from kb.embedder.hashing import HashingEmbedder
from kb.embedder.pair import ArticleEmbedder
from kb.importing import prepare
from kb.index.cache import PassageIndex
from kb.ranking.plain import plain_model
from kb.reader import read_text
from kb.service import KnowledgeBase
from kb.store import ArticleStore, StoredPassage
from kb.types import Article, Block, Passage, Quote, Scope, Span

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
EVERYTHING = Scope()
PUBLIC = Scope(audiences=frozenset({"public"}))

quickly = settings(max_examples=30, deadline=None, derandomize=True, database=None)

_FRAGMENTS = st.sampled_from(
    [
        "Press Save. ",
        "e.g. ",
        "\n",
        " ",
        "👋🏽 ",
        "予約を削除しました。",
        "Restore it! ",
        "x" * 300,
        "à ",
        "30 days. ",
    ]
)
texts = st.lists(_FRAGMENTS | st.text(max_size=12), max_size=25).map("".join)


@st.composite
def articles(draw):
    """Articles of headings, paragraphs, items and code, with anything in them."""
    kinds = st.sampled_from(["heading", "paragraph", "paragraph", "item", "code", "row", "note"])
    text, blocks = "", []
    for kind, part in draw(st.lists(st.tuples(kinds, texts), max_size=8)):
        level = draw(st.integers(1, 4)) if kind == "heading" else 0
        blocks.append(Block(kind, len(text), len(text) + len(part), level))
        text += part + "\n\n"
    return Article("any", "help", "Any", text, tuple(blocks))


def article(article_id="deposits", text="Deposits are paid at booking.", **changes):
    """An article of Markdown; its title is made of its id."""
    title = changes.pop("title", article_id.replace("-", " ").capitalize())
    read = read_text(text, article_id=article_id, source="help", title=title, form="markdown")
    return replace(read, **changes)


def hashing(dimension=64):
    embedder = HashingEmbedder(dimension)
    return ArticleEmbedder(embedder, embedder)


def knowledge_base(engine, folder, embedder=None, model=None, **others):
    """A knowledge base over a database; two of one engine and folder are as two processes."""
    store = ArticleStore(engine)
    numbers = itertools.count(1)
    return KnowledgeBase(
        store,
        embedder or hashing(),
        model or plain_model(),
        open_index=lambda used: PassageIndex.open(folder, store, used.fingerprint, used.passages.dimension),
        **{"new_id": lambda: f"answer-{next(numbers)}"} | others,
    )


def save_all(knowledge, *written):
    """Save articles in one step: the index, which follows at the next search, takes a tenth of a second each time."""
    store, embedder = knowledge._store, knowledge._switch.current().embedder
    store.put_many(prepare(store, embedder, written), embedder.fingerprint, NOW)


def write_files(folder, files):
    """Write files by their path within a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def stored_passage(text, *, passage_id=1, article_id="deposits", start=0, **changes):
    """A passage of one sentence, as retrieval gets it from the store."""
    embedder = HashingEmbedder(64)
    passage = Passage(
        article_id=article_id,
        version=1,
        ordinal=0,
        start=start,
        end=start + len(text),
        text=text,
        sentences=(Span(start, start + len(text)),),
        id=passage_id,
    )
    fields = {
        "passage": passage,
        "title": "Deposits",
        "url": "",
        "audience": "public",
        "language": "en",
        "source": "help",
        "updated_at": None,
        "verified_at": None,
        "verify_by": None,
        "vector": embedder.encode([text])[0],
        "sentence_vectors": embedder.encode([text]),
    }
    return StoredPassage(**fields | changes)


def quote(article_id, text, probability=0.9):
    return Quote(article_id, 1, article_id, "", text, 0, len(text), probability)


def unit(*numbers):
    vector = np.array(numbers, np.float32)
    return vector / np.linalg.norm(vector)


class Call(NamedTuple):
    done: int
    total: int


class Progress(list):
    """Remembers the calls of a progress bar."""

    def __call__(self, done, total):
        self.append(Call(done, total))
