"""Ways to rank a corpus for a question, from one signal alone to the product's own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from benchmarks.grounds import EVERYTHING, Ground
from kb.answers import compose, rank
from kb.questions import read_question
from kb.ranking.model import RelevanceModel, rank_articles
from kb.ranking.signals import SIGNALS
from kb.retrieval import CANDIDATES
from kb.types import Hit
from training import measures
from training.corpus import JudgedQuestion

BLEND = {"passage": 1.0, "words": 0.2}
_NEVER_DUE = date.min


@dataclass(frozen=True, slots=True)
class Ranked:
    """Article ids, best first, and how sure the system is that the first one answers (on a scale of its own)."""

    articles: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system made of a question, and the time it took."""

    question: JudgedQuestion
    ranked: Ranked
    ms: float


System = Callable[[JudgedQuestion], Ranked]


def words_alone(ground: Ground) -> System:
    """BM25 by tantivy, an article standing where its best passage does."""

    def ask(question: JudgedQuestion) -> Ranked:
        return _by_hits(ground, ground.index.words(read_question(question.text).text, CANDIDATES, EVERYTHING))

    return ask


def passages_alone(ground: Ground) -> System:
    """The cosine of the question and the best passage."""

    def ask(question: JudgedQuestion) -> Ranked:
        vector = ground.live.passages.encode([read_question(question.text).text])[0]
        return _by_hits(ground, ground.index.near(vector, CANDIDATES, EVERYTHING))

    return ask


def plain_blend(ground: Ground) -> System:
    """The passage's cosine and a fifth of its BM25 relative to the best: what a plain hybrid search does."""
    weights = np.array([BLEND.get(name, 0.0) for name in SIGNALS])
    retriever = ground.retriever()

    def ask(question: JudgedQuestion) -> Ranked:
        found = retriever.find(question.text, EVERYTHING)
        ranked = rank_articles(found.passages, found.signals.values @ weights)
        return Ranked(tuple(one.article_id for one in ranked), ranked[0].score if ranked else -np.inf)

    return ask


def ours(ground: Ground, model_of: Mapping[str, RelevanceModel] | RelevanceModel) -> System:
    """The product's own way from the question to quotes; ``model_of`` may differ by question id."""
    retriever = ground.retriever()

    def ask(question: JudgedQuestion) -> Ranked:
        model = model_of if isinstance(model_of, RelevanceModel) else model_of[question.id]
        ranking = rank(retriever.find(question.text, EVERYTHING), model)
        answer = compose(question.id, ranking, model, limit=3, today=_NEVER_DUE)
        return Ranked(tuple(one.article_id for one in ranking.articles), answer.probability)

    return ask


def ask_all(system: System, questions: Sequence[JudgedQuestion]) -> list[Outcome]:
    """Ask each question once, after one to warm up."""
    system(questions[0])
    outcomes = []
    for question in questions:
        started = time.perf_counter()
        ranked = system(question)
        outcomes.append(Outcome(question, ranked, (time.perf_counter() - started) * 1000))
    return outcomes


def figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Sum up: ranking over judged questions, abstention where the corpus knows unanswerable ones."""
    judged = [(one.ranked.articles, one.question.grades) for one in outcomes if one.question.grades]
    sure = [(one.question.is_answerable, one.ranked.confidence) for one in outcomes]
    times = [one.ms for one in outcomes]
    return {
        "ndcg@10": _mean([measures.ndcg(ranked, grades) for ranked, grades in judged]),
        "recall@5": _mean([measures.recall(ranked, grades, 5) for ranked, grades in judged]),
        "hit@1": _mean([float(ranked[:1] != () and ranked[0] in grades) for ranked, grades in judged]),
        "mrr": _mean([measures.reciprocal_rank(ranked, grades) for ranked, grades in judged]),
        "auroc": measures.abstention_auroc(sure),
        "answered": measures.answered_at(sure),
        "p50": float(np.percentile(times, 50)),
        "p95": float(np.percentile(times, 95)),
    }


def _by_hits(ground: Ground, hits: Sequence[Hit]) -> Ranked:
    found = ground.passages.passages([hit.passage_id for hit in hits])
    ranked = rank_articles(found, np.array([hit.score for hit in hits]))
    return Ranked(tuple(one.article_id for one in ranked), ranked[0].score if ranked else -np.inf)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
