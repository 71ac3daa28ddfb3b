"""Assembles the knowledge base: which embedder, which relevance model, which index."""

from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from api.config import Settings
from kb.embedder.pair import ArticleEmbedder
from kb.embedder.weights import MINILM, MPNET, Weights
from kb.errors import EmbedderUnavailable, IndexUnusable
from kb.service import KnowledgeBase
from kb.store import ArticleStore

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from kb.embedder.port import Embedder
    from kb.index.cache import PassageIndex
    from kb.index.pgvector_index import PgvectorIndex
    from kb.ranking.model import RelevanceModel
    from models.registry import Registry

# Weights for passages and for their sentences, by what may be set.
PACKAGED: dict[str, tuple[Weights, Weights]] = {
    "default": (MPNET, MINILM),
    "small": (MINILM, MINILM),
    "multilingual": (MPNET, MINILM),
}
WITH_OTHER_LANGUAGES = {"multilingual"}
MODEL_TASKS = {"default": "search", "small": "search_small", "multilingual": "search_multilingual"}
HUB = "hub:"
SAMPLE_VECTORS = Path(__file__).parents[1] / "sample" / "vectors"

logger = logging.getLogger(__name__)


def make_knowledge_base(settings: Settings, engine: Engine, registry: Registry) -> KnowledgeBase:
    """The knowledge base over a database.

    Raises:
        EmbedderUnavailable: the weights that are set were not exported, or are damaged.
        ModelError: the relevance model for them cannot be loaded.
    """
    store = ArticleStore(engine)
    return KnowledgeBase(
        store,
        make_embedder(settings),
        make_model(settings, registry),
        open_index=lambda embedder: _open_index(settings, engine, store, embedder),
        load=lambda fingerprint: _packaged_with(settings, fingerprint),
    )


def make_embedder(settings: Settings) -> ArticleEmbedder:
    """The embedder that is set.

    Raises:
        EmbedderUnavailable: its weights were not exported, or are damaged.
    """
    if settings.embedder in PACKAGED:
        return _packaged(settings, settings.embedder)
    if settings.embedder.startswith(HUB):
        from kb.embedder.reference import SentenceEmbedder

        reference = SentenceEmbedder.from_hub(settings.embedder.removeprefix(HUB))
        return ArticleEmbedder(reference, reference)
    from kb.embedder.hashing import HashingEmbedder

    hashing = HashingEmbedder(dimension=64)
    return ArticleEmbedder(hashing, hashing)


def make_model(settings: Settings, registry: Registry) -> RelevanceModel:
    """The relevance model for the embedder that is set; a plain one where none was trained for it.

    Raises:
        ModelError: the trained one cannot be loaded.
    """
    from kb.ranking.plain import plain_model

    task = MODEL_TASKS.get(settings.embedder)
    model: RelevanceModel = registry.load(task).model if task else plain_model()
    if settings.answer_threshold is None:
        return model
    return replace(model, threshold=settings.answer_threshold)


def weights_to_export(settings: Settings) -> tuple[Weights, ...]:
    """The weights that the embedder that is set is made of."""
    return tuple(dict.fromkeys(PACKAGED.get(settings.embedder, ())))


def _packaged(settings: Settings, name: str) -> ArticleEmbedder:
    english = _english(settings, name)
    if name not in WITH_OTHER_LANGUAGES:
        return english
    from kb.embedder.multilingual import with_other_languages

    return with_other_languages(english)


def _english(settings: Settings, name: str) -> ArticleEmbedder:
    from kb.embedder.onnx import OnnxEmbedder
    from kb.embedder.remembered import CachedEmbedder

    passages, sentences = PACKAGED[name]
    cores = os.cpu_count() or 1
    # Two threads halve the wait for one question, and cost little where all processes are busy.
    threads = min(cores, max(2, cores // settings.workers))
    folders = [settings.weights_dir / weights.name for weights in dict.fromkeys((passages, sentences))]
    with ThreadPoolExecutor(len(folders)) as pool:
        loaded: list[Embedder] = list(pool.map(partial(OnnxEmbedder.load, threads=threads), folders))
    if settings.demo:
        loaded[0] = CachedEmbedder.open(loaded[0], SAMPLE_VECTORS, learning=False)
    return ArticleEmbedder(loaded[0], loaded[-1])


def _packaged_with(settings: Settings, fingerprint: str) -> ArticleEmbedder | None:
    """The packaged embedder that made vectors; None where it is not here."""
    for name in PACKAGED:
        try:
            found = _packaged(settings, name)
        except EmbedderUnavailable:
            continue
        if found.fingerprint == fingerprint:
            return found
    return None


def _open_index(
    settings: Settings, engine: Engine, store: ArticleStore, embedder: ArticleEmbedder
) -> PassageIndex:
    from kb.index.cache import PassageIndex

    dimension = embedder.passages.dimension
    vectors = _pgvector(engine, dimension, embedder.fingerprint) if engine.name == "postgresql" else None
    folder = settings.data_dir / "index"
    return PassageIndex.open(folder, store, embedder.fingerprint, dimension, vectors=vectors)


def _pgvector(engine: Engine, dimension: int, fingerprint: str) -> PgvectorIndex | None:
    """The index within the database, or None where its server has no pgvector."""
    from kb.index.pgvector_index import PgvectorIndex

    index = PgvectorIndex(engine, dimension, fingerprint)
    try:
        index.ensure()
    except IndexUnusable as error:
        logger.warning("Vectors are searched in this process: %s", error)
        return None
    return index
