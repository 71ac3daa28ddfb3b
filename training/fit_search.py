"""``python -m training search --fit``: learns the relevance model from judged corpora and saves it with its card."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from kb.embedder.pair import ArticleEmbedder
from kb.ranking.model import RelevanceModel
from kb.ranking.signals import SIGNALS
from models.card import Card, Primary, TrainingData
from models.registry import Registry
from training import measures
from training.corpus import JudgedCorpus
from training.examples import Example, examples_of, folds
from training.memory import Progress, memory_passages, open_retriever
from training.relevance import article_gain, best_probability, first_is_relevant, fit_model

FOLDS = 5
Pair = tuple[bool, float]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: how a model did on a corpus whose questions, or which as a whole, it had not seen."""

    corpus: str
    how: str
    figures: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The model that learnt from everything, and the table of those that did not."""

    model: RelevanceModel
    rows: tuple[Row, ...]


def corpus_examples(
    corpus: JudgedCorpus, embedder: ArticleEmbedder, progress: Progress | None = None
) -> list[Example]:
    """Index a corpus in a temporary folder and retrieve candidates for its questions."""
    passages = memory_passages(corpus.articles, embedder, progress)
    with tempfile.TemporaryDirectory(prefix="pointsman-fit-") as folder:
        return examples_of(corpus, open_retriever(passages, embedder, Path(folder)))


def fit_all(corpora: Sequence[Sequence[Example]]) -> Fitted:
    """Fit on all corpora; tell how it transfers by leaving each out, and by folds within each.

    The threshold is set on the questions of left-out corpora (with one corpus: of left-out folds).

    Raises:
        NothingToLearn: the corpora hold too little.
    """
    rows: list[Row] = []
    unseen: list[Pair] = []
    everything = [example for corpus in corpora for example in corpus]
    for corpus in corpora:
        others = [example for other in corpora if other is not corpus for example in other]
        name = corpus[0].corpus
        rows += [
            Row(name, f"{signal} alone", _ranking(corpus, _alone(signal))) for signal in ("passage", "words")
        ]
        if others:
            outcomes, figures = _measured(corpus, [(fit_model(others), np.ones(len(corpus), bool))])
            rows.append(Row(name, "corpus left out", figures))
            unseen += outcomes
        outcomes, figures = _measured(corpus, _crossed(corpus, others))
        rows.append(Row(name, f"{FOLDS} folds", figures))
        unseen += [] if others else outcomes
    return Fitted(fit_model(everything, unseen), tuple(rows))


def fold_models(corpus: Sequence[Example], others: Sequence[Example]) -> dict[str, RelevanceModel]:
    """For each question the model that learnt from the other corpora and the other folds, by question id."""
    found: dict[str, RelevanceModel] = {}
    for model, mask in _crossed(corpus, others, with_threshold=True):
        found |= {example.question.id: model for example, chosen in zip(corpus, mask, strict=True) if chosen}
    return found


def save_model(
    fitted: Fitted,
    corpora: Sequence[JudgedCorpus],
    embedder: str,
    task: str,
    registry: Registry,
    now: datetime,
    *,
    force: bool = False,
) -> str:
    """Save the model with its card and make it the current one; gives its version.

    Raises:
        NotPromoted: it is worse than the current one; it is saved all the same. ``force`` makes it current anyway.
    """
    questions = [question for corpus in corpora for question in corpus.questions]
    content = json.dumps([[one.id, one.text, one.grades] for one in questions], sort_keys=True)
    left_out = [
        row.figures["ndcg@10"]
        for row in fitted.rows
        if row.how in ("corpus left out", f"{FOLDS} folds") and not np.isnan(row.figures["ndcg@10"])
    ]
    card = Card(
        task=task,
        created_at=now,
        labels=("answers", "does not answer"),
        data=TrainingData(
            fingerprint=hashlib.sha256(content.encode()).hexdigest(),
            rows=len(questions),
            sources=tuple(corpus.name for corpus in corpora),
        ),
        text_columns=("text",),
        metrics={"held_out": {"ndcg@10": round(measures.mean(left_out), 4)}, "table": _table(fitted.rows)},
        primary=Primary(metric="held_out.ndcg@10", tolerance=0.005),
        thresholds={"answer": round(fitted.model.threshold, 4), "false_answers": 0.10},
        params={
            "embedder": embedder,
            "weights": dict(zip(SIGNALS, np.round(fitted.model.weights, 4).tolist(), strict=True)),
        },
        notes="Weights by nDCG@10 on a grid; probability by logistic regression; threshold on corpora left out.",
    )
    folder = registry.save(task, fitted.model, card)
    registry.promote(task, folder.name, force=force)
    return folder.name


def _crossed(
    corpus: Sequence[Example], others: Sequence[Example], *, with_threshold: bool = False
) -> list[tuple[RelevanceModel, np.ndarray]]:
    dealt = folds(corpus, FOLDS)
    return [_fold_model(corpus, others, dealt == fold, with_threshold) for fold in range(FOLDS)]


def _fold_model(
    corpus: Sequence[Example], others: Sequence[Example], left_out: np.ndarray, with_threshold: bool
) -> tuple[RelevanceModel, np.ndarray]:
    rest = [example for example, out in zip(corpus, left_out, strict=True) if not out]
    unseen: list[Pair] = []
    if with_threshold:
        dealt = folds(rest, FOLDS, seed=1)
        for fold in range(FOLDS):
            inner = fit_model(
                [*others, *(one for one, part in zip(rest, dealt, strict=True) if part != fold)]
            )
            unseen += [
                (one.answerable, best_probability(inner, one))
                for one, part in zip(rest, dealt, strict=True)
                if part == fold
            ]
    return fit_model([*others, *rest], unseen), left_out


def _measured(
    corpus: Sequence[Example], models: Sequence[tuple[RelevanceModel, np.ndarray]]
) -> tuple[list[Pair], dict[str, float]]:
    gains, hits, outcomes, right = [], [], [], []
    for model, mask in models:
        for example in (one for one, chosen in zip(corpus, mask, strict=True) if chosen):
            probability = best_probability(model, example)
            outcomes.append((example.answerable, probability))
            relevant = first_is_relevant(model.weights, example)
            right.append((relevant, probability))
            if example.question.grades:
                gains.append(article_gain(example, model.weights))
                hits.append(relevant)
    figures = {
        "ndcg@10": measures.mean(gains),
        "hit@1": measures.mean(hits),
        "auroc": measures.abstention_auroc(outcomes),
        "answered@10%": measures.answered_at(outcomes),
        "ece": measures.calibration_error(right),
    }
    return outcomes, figures


def _alone(signal: str) -> np.ndarray:
    return np.array([float(name == signal) for name in SIGNALS])


def _ranking(corpus: Sequence[Example], weights: np.ndarray) -> dict[str, float]:
    judged = [example for example in corpus if example.question.grades]
    return {
        "ndcg@10": measures.mean([article_gain(example, weights) for example in judged]),
        "hit@1": measures.mean([first_is_relevant(weights, example) for example in judged]),
    }


def _table(rows: Sequence[Row]) -> dict[str, Any]:
    table: dict[str, dict[str, dict[str, float]]] = {}
    for row in rows:
        known = {name: round(value, 4) for name, value in row.figures.items() if not np.isnan(value)}
        table.setdefault(row.corpus, {})[row.how] = known
    return table
