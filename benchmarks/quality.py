"""How well questions are ranked, answered and left unanswered: one signal alone, a plain blend, and ours."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks.grounds import SAMPLE, Ground, add_corpora, opened, read_corpora
from benchmarks.systems import System, ask_all, figures, ours, passages_alone, plain_blend, words_alone
from benchmarks.tables import Cell, Column, Table, machine, show, tell
from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.pair import ArticleEmbedder
from kb.embedder.weights import MINILM, MPNET
from kb.ranking.model import RelevanceModel
from models.errors import ModelError
from models.registry import Loaded, Registry
from training.corpus import JudgedCorpus
from training.embedders import HOME, TASKS, WEIGHTS_DIR, open_embedder
from training.fit_search import fold_models

COLUMNS = (
    Column("ranking"),
    Column("nDCG@10"),
    Column("recall@5"),
    Column("hit@1"),
    Column("MRR"),
    Column("AUROC"),
    Column("answered"),
    Column("p50 ms", 1),
    Column("p95 ms", 1),
)
_NOTES = (
    "AUROC: how often an answerable question is surer than an unanswerable one. answered: share of the",
    "answerable ones answered where one in ten of the unanswerable is. ms: question to ranking, for ours to quotes,",
    "one thread, each question embedded anew.",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks quality", description=__doc__)
    add_corpora(parser)
    parser.add_argument("--trials", action="store_true", help="what each idea tried adds to the ranking")
    parser.add_argument("--peers", action="store_true", help="LlamaIndex beside it, where it is installed")
    chosen = parser.parse_args(arguments)
    corpora = read_corpora(chosen.beir or [str(SAMPLE)])
    for table in quality_tables(corpora):
        show(table)
    if chosen.trials:
        from benchmarks.gains import trial_tables

        for table in trial_tables(corpora):
            show(table)
    if chosen.peers:
        from benchmarks.peers import peer_tables

        for table in peer_tables(corpora):
            show(table)
    return 0


def quality_tables(corpora: Sequence[JudgedCorpus]) -> list[Table]:
    """One table for each corpus."""
    large, caches = open_embedder("default")
    small, further = open_embedder("small")
    try:
        with ExitStack() as stack:
            live = _live_embedders()
            grounds = [stack.enter_context(opened(corpus, large, live[0])) for corpus in corpora]
            others = [stack.enter_context(opened(corpus, small, live[1])) for corpus in corpora]
            return [_table(ground, little, grounds) for ground, little in zip(grounds, others, strict=True)]
    finally:
        for cache in (*caches, *further):
            cache.save()


def shipped_model() -> Loaded | None:
    """The relevance model that comes with the program; None where none was trained yet."""
    try:
        return Registry([HOME / "models"]).load(HOME / "models" / TASKS["default"])
    except ModelError:
        return None


def _live_embedders() -> tuple[ArticleEmbedder, ArticleEmbedder]:
    """The default and the small embedder as a server has them: one thread, nothing remembered."""
    large = OnnxEmbedder.load(WEIGHTS_DIR / MPNET.name)
    small = OnnxEmbedder.load(WEIGHTS_DIR / MINILM.name)
    return ArticleEmbedder(large, small), ArticleEmbedder(small, small)


def _table(ground: Ground, small: Ground, grounds: Sequence[Ground]) -> Table:
    corpus = ground.corpus
    systems: list[tuple[str, System]] = [
        ("BM25 alone", words_alone(ground)),
        ("MiniLM passage alone", passages_alone(small)),
        ("mpnet passage alone", passages_alone(ground)),
        ("plain blend: mpnet + .2 BM25", plain_blend(ground)),
        *_ours(ground, grounds),
    ]
    rows: list[tuple[Cell, ...]] = []
    for name, system in systems:
        tell(f"{corpus.name}: {name} ...")
        rows.append((name, *figures(ask_all(system, corpus.questions)).values()))
    answerable = sum(question.is_answerable for question in corpus.questions)
    return Table(
        f"Quality on {corpus.name}: {len(corpus.articles)} articles, {len(ground.rows)} passages, "
        f"{answerable} answerable and {len(corpus.questions) - answerable} unanswerable questions",
        COLUMNS,
        tuple(rows),
        (*_NOTES, machine()),
    )


def _ours(ground: Ground, grounds: Sequence[Ground]) -> list[tuple[str, System]]:
    """Ours by models that have not seen the question; as shipped too, with a word where it has."""
    tell(f"{ground.corpus.name}: learning with each fold left out ...")
    others = [example for other in grounds if other is not ground for example in other.examples]
    found = [("ours, its fold left out", ours(ground, fold_models(ground.examples, others)))]
    loaded = shipped_model()
    if loaded is not None and isinstance(loaded.model, RelevanceModel):
        seen = ground.corpus.name in loaded.card.data.sources
        name = "ours as shipped (learnt from these)" if seen else "ours as shipped (never saw these)"
        found.append((name, ours(ground, loaded.model)))
    return found
