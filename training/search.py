"""Measures ranking, quoting and abstention on a judged corpus, with the very code that serves."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from kb.answers import compose, rank
from kb.embedder.pair import ArticleEmbedder
from kb.ranking.model import RelevanceModel
from kb.retrieval import Candidates, Retriever
from kb.types import Answer, Scope
from training import measures
from training.corpus import JudgedCorpus, JudgedQuestion, plain
from training.memory import Progress, memory_passages, open_retriever

EVERYTHING = Scope()
ModelFor = Callable[[JudgedQuestion], RelevanceModel]
NEVER_DUE = datetime(1, 1, 1, tzinfo=UTC).date()


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What came of one question: all articles by rank with their scores, and the answer; ``ms`` from text to quotes."""

    question: JudgedQuestion
    ranked: tuple[tuple[str, float], ...]
    answer: Answer
    ms: float

    @property
    def answerable(self) -> bool:
        """Whether the corpus answers it."""
        return self.question.is_answerable


def ask_all(
    corpus: JudgedCorpus,
    embedder: ArticleEmbedder,
    model_for: ModelFor,
    progress: Progress | None = None,
    today: date = NEVER_DUE,
) -> list[Outcome]:
    """Index a corpus in a temporary folder and ask its questions."""
    passages = memory_passages(corpus.articles, embedder, progress)
    with tempfile.TemporaryDirectory(prefix="pointsman-search-") as folder:
        retriever = open_retriever(passages, embedder, Path(folder))
        return [_ask(question, retriever, model_for(question), today) for question in corpus.questions]


def summary(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Sum up: ranking over the questions with judgments, abstention where the corpus knows unanswerable ones."""
    judged = [
        ([article for article, _ in one.ranked], one.question.grades)
        for one in outcomes
        if one.question.grades
    ]
    times = [one.ms for one in outcomes]
    found = {
        "questions": float(len(outcomes)),
        "ndcg@10": measures.mean([measures.ndcg(ranked, grades) for ranked, grades in judged]),
        "recall@5": measures.mean([measures.recall(ranked, grades, 5) for ranked, grades in judged]),
        "hit@1": measures.mean([float(ranked[0] in grades) if ranked else 0.0 for ranked, grades in judged]),
        "mrr@10": measures.mean([measures.reciprocal_rank(ranked, grades) for ranked, grades in judged]),
        "map": measures.mean([measures.average_precision(ranked, grades) for ranked, grades in judged]),
        **_abstention(outcomes),
        "quote_hit_rate": _quote_hits(outcomes),
        "p50_ms": float(np.percentile(times, 50)),
        "p95_ms": float(np.percentile(times, 95)),
    }
    return {name: round(value, 4) for name, value in found.items() if not np.isnan(value)}


def write_run(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write a TREC run file, and beside it ``<run>.answers.jsonl`` with what was answered."""
    with path.open("w", encoding="utf-8") as stream:
        for one in outcomes:
            for place, (article, score) in enumerate(one.ranked, start=1):
                stream.write(f"{one.question.id} Q0 {article} {place} {score:.6f} pointsman\n")
    with path.with_name(path.name + ".answers.jsonl").open("w", encoding="utf-8") as stream:
        for one in outcomes:
            stream.write(json.dumps(_answer_row(one), ensure_ascii=False) + "\n")


def _ask(question: JudgedQuestion, retriever: Retriever, model: RelevanceModel, today: date) -> Outcome:
    started = time.perf_counter()
    found: Candidates = retriever.find(question.text, EVERYTHING)
    ranking = rank(found, model)
    answer = compose(question.id, ranking, model, limit=3, today=today)
    taken = (time.perf_counter() - started) * 1000
    return Outcome(question, tuple((one.article_id, one.score) for one in ranking.articles), answer, taken)


def _abstention(outcomes: Sequence[Outcome]) -> dict[str, float]:
    pairs = [(one.answerable, one.answer.probability) for one in outcomes]
    if len({answerable for answerable, _ in pairs}) < 2:
        return {}
    right = [
        (bool(one.ranked) and one.ranked[0][0] in one.question.grades, one.answer.probability)
        for one in outcomes
    ]
    return {
        "abstention_auroc": measures.abstention_auroc(pairs),
        "answered_rate": measures.mean([float(one.answer.answered) for one in outcomes if one.answerable]),
        "false_answer_rate": measures.mean(
            [float(one.answer.answered) for one in outcomes if not one.answerable]
        ),
        "answered_at_10_percent": measures.answered_at(pairs),
        "calibration_error": measures.calibration_error(right),
    }


def _quote_hits(outcomes: Sequence[Outcome]) -> float:
    """Of the answered questions, the share whose quotes hold a judged sentence of an article of grade 2."""
    judged = [one for one in outcomes if one.answer.answered and one.question.sentences]
    return measures.mean([float(_quotes_judged_sentence(one)) for one in judged])


def _quotes_judged_sentence(one: Outcome) -> bool:
    return any(
        plain(sentence) in plain(quote.text)
        for quote in one.answer.quotes
        if one.question.grades.get(quote.article_id) == 2
        for sentence in one.question.sentences.get(quote.article_id, ())
    )


def _answer_row(one: Outcome) -> dict[str, object]:
    return {
        "_id": one.question.id,
        "answered": one.answer.answered,
        "probability": round(one.answer.probability, 6),
        "reason": one.answer.reason,
        "quotes": [
            {"corpus_id": quote.article_id, "text": quote.text, "start": quote.start, "end": quote.end}
            for quote in one.answer.quotes
        ],
    }
