"""The ``search`` task: measure a judged corpus, or learn the relevance model from several."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from kb.embedder.pair import ArticleEmbedder
from kb.ranking.model import RelevanceModel
from models.registry import Registry
from training.corpus import JudgedCorpus, read_corpus
from training.embedders import HOME, TASKS, open_embedder
from training.errors import DatasetInvalid
from training.examples import Example
from training.fit_search import Fitted, corpus_examples, fit_all, fold_models, save_model
from training.memory import Progress
from training.search import ModelFor, ask_all, summary, write_run

Tasks = Any  # argparse does not export the type of its sub-parsers


def add(tasks: Tasks) -> None:
    """Add the task to the command line."""
    parser = tasks.add_parser(
        "search", help="rank, quote and abstain on a corpus with judgments; --fit learns from some"
    )
    parser.add_argument(
        "--beir",
        action="append",
        required=True,
        metavar="DIR[=ARTICLES]",
        help="corpus.jsonl, queries.jsonl, qrels.tsv and optionally answers.jsonl; after '=' a folder of articles",
    )
    parser.add_argument(
        "--fit", action="store_true", help="learn the relevance model from all of them and save it"
    )
    parser.add_argument(
        "--cross-fit",
        action="store_true",
        help="measure the first corpus by models that learnt from its other folds and from the other corpora",
    )
    parser.add_argument("--embedder", choices=sorted(TASKS), default="default")
    parser.add_argument("--model", type=Path, help="a version or task folder; by default the shipped one")
    parser.add_argument(
        "--out", type=Path, default=HOME / "var" / "models", help="where --fit saves (default: var/models)"
    )
    parser.add_argument(
        "--force", action="store_true", help="make the new version current even where it is worse"
    )
    parser.add_argument("--date", type=_day, help="the day the card bears, YYYY-MM-DD (default: today)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument(
        "--run", type=Path, metavar="FILE", dest="run_file", help="write a TREC run, answers beside it"
    )
    parser.set_defaults(run=_run)


def _day(given: str) -> datetime:
    return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)


def _run(chosen: argparse.Namespace) -> int:
    corpora = [_corpus(given) for given in chosen.beir]
    embedder, caches = open_embedder(chosen.embedder)
    try:
        if chosen.fit:
            _fit(chosen, corpora, embedder)
        else:
            _measure(chosen, corpora, embedder)
    finally:
        for cache in caches:
            cache.save()
    return 0


def _corpus(given: str) -> JudgedCorpus:
    folder, _, articles = given.partition("=")
    if not Path(folder).is_dir():
        raise DatasetInvalid(Path(folder), ["there is no such folder"])
    return read_corpus(Path(folder), Path(articles) if articles else None)


def _fit(chosen: argparse.Namespace, corpora: Sequence[JudgedCorpus], embedder: ArticleEmbedder) -> None:
    examples = [_examples(corpus, embedder) for corpus in corpora]
    sys.stderr.write("Fitting, with each corpus and each fold left out in turn ...\n")
    fitted = fit_all(examples)
    _print_table(fitted)
    now = chosen.date or datetime.now(UTC)
    task = TASKS[chosen.embedder]
    registry = Registry([chosen.out])
    version = save_model(fitted, corpora, embedder.fingerprint, task, registry, now, force=chosen.force)
    print(f"saved {task} {version}: answers from a probability of {fitted.model.threshold:.3f}")


def _measure(chosen: argparse.Namespace, corpora: Sequence[JudgedCorpus], embedder: ArticleEmbedder) -> None:
    model_for = _crossed(corpora, embedder) if chosen.cross_fit else _saved(chosen)
    with tqdm(desc=f"Indexing {corpora[0].name}", unit="article", file=sys.stderr) as bar:
        outcomes = ask_all(corpora[0], embedder, model_for, _advancing(bar))
    figures = summary(outcomes)
    for name, value in figures.items():
        print(f"{name:24s} {value:.4f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    if chosen.run_file:
        write_run(outcomes, chosen.run_file)


def _saved(chosen: argparse.Namespace) -> ModelFor:
    loaded = Registry([HOME / "models"]).load(chosen.model or HOME / "models" / TASKS[chosen.embedder])
    model = loaded.model
    if not isinstance(model, RelevanceModel):
        raise DatasetInvalid(loaded.folder, ["this is not a relevance model"])
    return lambda question: model


def _crossed(corpora: Sequence[JudgedCorpus], embedder: ArticleEmbedder) -> ModelFor:
    first, *others = [_examples(corpus, embedder) for corpus in corpora]
    by_question = fold_models(first, [example for other in others for example in other])
    return lambda question: by_question[question.id]


def _examples(corpus: JudgedCorpus, embedder: ArticleEmbedder) -> list[Example]:
    with tqdm(desc=f"Indexing {corpus.name}", unit="article", file=sys.stderr) as bar:
        return corpus_examples(corpus, embedder, _advancing(bar))


def _advancing(bar: tqdm[Any]) -> Progress:
    def advance(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    return advance


def _print_table(fitted: Fitted) -> None:
    names = ("ndcg@10", "hit@1", "auroc", "answered@10%", "ece")
    print(f"{'corpus':20s} {'model':18s} " + " ".join(f"{name:>12s}" for name in names))
    for row in fitted.rows:
        cells = " ".join(f"{row.figures[name]:12.3f}" if name in row.figures else " " * 12 for name in names)
        print(f"{row.corpus[:20]:20s} {row.how:18s} {cells}")
