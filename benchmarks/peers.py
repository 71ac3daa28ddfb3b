"""The same corpora searched by other programs, set up as their own guides show; none of them is needed by this one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.grounds import opened
from benchmarks.optional import is_there, version_of
from benchmarks.systems import Outcome, Ranked, System, ask_all, figures, ours
from benchmarks.tables import Cell, Column, Table, tell
from kb.embedder.weights import MINILM, model_folder
from training.corpus import JudgedCorpus, JudgedQuestion
from training.embedders import open_embedder
from training.fit_search import fold_models

PACKAGES = ("llama-index-core", "llama-index-embeddings-huggingface", "llama-index-retrievers-bm25")
COLUMNS = (
    Column("program"),
    Column("nDCG@10"),
    Column("recall@5"),
    Column("hit@1"),
    Column("MRR"),
    Column("AUROC"),
    Column("answered"),
    Column("p50 ms", 1),
    Column("p95 ms", 1),
)
_CHUNK_TOKENS = 256  # what MiniLM reads of a text
_OVERLAP_TOKENS = 32
_FOUND = 40


def peer_tables(corpora: Sequence[JudgedCorpus]) -> list[Table]:
    """LlamaIndex's hybrid search beside ours, and the ratio; empty where it is not installed, which is said."""
    return [_table(corpus) for corpus in corpora] if is_there("LlamaIndex", PACKAGES) else []


def _table(corpus: JudgedCorpus) -> Table:
    own = figures(_own(corpus))
    theirs = figures(_llama(corpus))
    version = version_of(PACKAGES[0])
    ratio = [
        one / other if other else math.nan for one, other in zip(own.values(), theirs.values(), strict=True)
    ]
    rows: tuple[tuple[Cell, ...], ...] = (
        ("ours, its fold left out", *own.values()),
        (f"LlamaIndex {version}, vector + BM25, MiniLM", *theirs.values()),
        ("ours : LlamaIndex", *ratio),
    )
    note = (
        f"LlamaIndex: sentence splitter with {_CHUNK_TOKENS} tokens and {_OVERLAP_TOKENS} overlapping, "
        "title before each text,",
        "vector and BM25 fused by reciprocal rank. Its AUROC is that of the best cosine; a fused score tells nothing.",
    )
    return Table(f"Beside other programs on {corpus.name}", COLUMNS, rows, note)


def _own(corpus: JudgedCorpus) -> list[Outcome]:
    embedder, caches = open_embedder("default")
    with opened(corpus, embedder) as ground:
        outcomes = ask_all(ours(ground, fold_models(ground.examples, [])), corpus.questions)
    for cache in caches:
        cache.save()
    return outcomes


def _llama(corpus: JudgedCorpus) -> list[Outcome]:
    tell(f"LlamaIndex: indexing {corpus.name} ...")
    with model_folder(MINILM) as folder:
        system, vectors = _llama_system(corpus, folder)
        return [_with_confidence(one, vectors) for one in ask_all(system, corpus.questions)]


def _llama_system(corpus: JudgedCorpus, weights: Path) -> tuple[System, Any]:
    """Its hybrid search, and the vector half of it."""
    core = import_module("llama_index.core")
    embedding = import_module("llama_index.embeddings.huggingface").HuggingFaceEmbedding(
        str(weights), device="cpu"
    )
    documents = [
        core.Document(
            text=f"{article.title}\n\n{article.text}", metadata={"article": article.id}, **_hidden()
        )
        for article in corpus.articles
    ]
    splitter = core.node_parser.SentenceSplitter(chunk_size=_CHUNK_TOKENS, chunk_overlap=_OVERLAP_TOKENS)
    nodes = splitter.get_nodes_from_documents(documents)
    vectors = core.VectorStoreIndex(nodes, embed_model=embedding).as_retriever(similarity_top_k=_FOUND)
    words = import_module("llama_index.retrievers.bm25").BM25Retriever.from_defaults(
        nodes=nodes, similarity_top_k=min(_FOUND, len(nodes))
    )
    fused = import_module("llama_index.core.retrievers").QueryFusionRetriever(
        [vectors, words],
        similarity_top_k=_FOUND,
        num_queries=1,
        mode="reciprocal_rerank",
        use_async=False,
        llm=import_module("llama_index.core.llms").MockLLM(),
    )

    def ask(question: JudgedQuestion) -> Ranked:
        found = fused.retrieve(question.text)
        articles = tuple(dict.fromkeys(str(one.node.metadata["article"]) for one in found))
        return Ranked(articles, 0.0)

    return ask, vectors


def _with_confidence(one: Outcome, vectors: Any) -> Outcome:  # noqa: ANN401 - its types are there only with it
    """Looked up after the timing, since it is no part of the search."""
    found = vectors.retrieve(one.question.text)
    best = float(found[0].score or 0.0) if found else 0.0
    return replace(one, ranked=replace(one.ranked, confidence=best))


def _hidden() -> dict[str, list[str]]:
    """Keep the article's id out of what is embedded and indexed."""
    return {"excluded_embed_metadata_keys": ["article"], "excluded_llm_metadata_keys": ["article"]}
