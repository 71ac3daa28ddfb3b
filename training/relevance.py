"""Fits the relevance model: weights that rank judged articles best, then a calibrated probability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from kb.ranking.logistic import LogisticProbability
from kb.ranking.model import RelevanceModel, describe, rank_articles
from training.errors import NothingToLearn
from training.examples import Example
from training.measures import ndcg

Floats = NDArray[np.float64]
GRID = {
    "sentence": tuple(np.round(np.arange(0.0, 0.81, 0.1), 1)),
    "coverage": tuple(np.round(np.arange(0.0, 0.61, 0.1), 1)),
    "title_words": (0.0, 0.1),
    "words": (0.0, 0.05),
}
_STRENGTH = 0.3  # inverse regularisation of the probability
FALSE_ANSWERS = 0.10


def fit_model(examples: Sequence[Example], unseen: Sequence[tuple[bool, float]] = ()) -> RelevanceModel:
    """Fit weights and probability; the threshold lets at most one in ten unanswerable questions through.

    Args:
        examples: judged questions of one or several corpora.
        unseen: (answerable, probability) of questions as models that had not seen them gave it, to set the
            threshold by; without it the examples' own probabilities are taken, which flatters.

    Raises:
        NothingToLearn: no question has a judged article, or all questions are answered alike.
    """
    weights = fit_weights(examples)
    answers = fit_probability(examples, weights)
    model = RelevanceModel(weights, answers, 0.5)
    outcomes = unseen or [(example.answerable, best_probability(model, example)) for example in examples]
    return RelevanceModel(weights, answers, threshold_of(outcomes))


def fit_weights(examples: Sequence[Example]) -> Floats:
    """Find the weights of the signals, the passage's own being 1, that give the best mean nDCG@10.

    All of a coarse grid are tried: with four weights that beats a smooth loss on single passages, whose optimum
    lies where articles are ranked worse. Corpora count alike, whatever their number of questions; ties go to
    the smaller weights.

    Raises:
        NothingToLearn: no question has a judged article.
    """
    judged = [example for example in examples if example.question.grades and len(example.found.passages)]
    if not judged:
        raise NothingToLearn("No question has a judged article: give qrels.tsv with scores above 0.")
    share = {name: 1 / count for name, count in Counter(example.corpus for example in judged).items()}
    lists = [(_List.of(example), share[example.corpus]) for example in judged]
    grid = [np.array(weights) for weights in product((1.0,), *GRID.values())]
    gains = [sum(part * one.gain(weights) for one, part in lists) for weights in grid]
    return grid[int(np.argmax(np.round(gains, 6)))]


@dataclass(frozen=True, slots=True, eq=False)
class _List:
    """The candidates of a question, grouped by article, ready to be ranked some hundred times."""

    values: Floats
    starts: NDArray[np.int64]
    articles: tuple[str, ...]
    grades: dict[str, int]

    @classmethod
    def of(cls, example: Example) -> _List:
        names = np.array([stored.passage.article_id for stored in example.found.passages])
        order = np.argsort(names, kind="stable")
        articles, starts = np.unique(names[order], return_index=True)
        values = example.found.signals.values[order]
        return cls(values, starts.astype(np.int64), tuple(articles.tolist()), example.question.grades)

    def gain(self, weights: Floats) -> float:
        best = np.maximum.reduceat(self.values @ weights, self.starts)
        ranked = [self.articles[place] for place in np.argsort(-best, kind="stable")[:10]]
        return ndcg(ranked, self.grades)


def fit_probability(examples: Sequence[Example], weights: Floats) -> LogisticProbability:
    """Learn from the first article of each question whether it answers (grade 2 or, half as much, 1)."""
    rows, right, share = [], [], []
    for example in examples:
        ranked = rank_articles(example.found.passages, example.found.signals.values @ weights)
        if ranked:
            grade = example.question.grades.get(ranked[0].article_id, 0)
            rows.append(describe(ranked, example.found.signals, 1)[0])
            right.append(grade > 0)
            share.append(0.5 if grade == 1 else 1.0)
    if len(set(right)) < 2:
        raise NothingToLearn("The questions are all answered or all unanswered: a probability needs both.")
    return _logistic(np.array(rows), right, share)


def _logistic(rows: Floats, right: Sequence[bool], share: Sequence[float]) -> LogisticProbability:
    """Fit on standardised features, and fold the standardisation into the weights."""
    scaler = StandardScaler().fit(rows)
    fitted = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(scaler.transform(rows), right, share)
    weights = np.asarray(fitted.coef_[0] / scaler.scale_, np.float64)
    return LogisticProbability(weights, float(fitted.intercept_[0] - weights @ scaler.mean_))


def best_probability(model: RelevanceModel, example: Example) -> float:
    """The probability that the first article answers; 0 where nothing was found."""
    ranked = rank_articles(example.found.passages, model.scores(example.found.signals))
    probabilities = model.probabilities(describe(ranked, example.found.signals, 1))
    return float(probabilities[0]) if len(probabilities) else 0.0


def article_gain(example: Example, weights: Floats) -> float:
    """The nDCG@10 of a question's articles under these weights."""
    return _List.of(example).gain(weights) if len(example.found.passages) else 0.0


def first_is_relevant(weights: Floats, example: Example) -> bool:
    """Say whether the article ranked first is one of the judged."""
    ranked = rank_articles(example.found.passages, example.found.signals.values @ weights)
    return bool(ranked) and ranked[0].article_id in example.question.grades


def threshold_of(outcomes: Sequence[tuple[bool, float]]) -> float:
    """Find the least threshold that at most a tenth of the unanswerable questions reach."""
    wrong = np.sort([probability for answerable, probability in outcomes if not answerable])[::-1]
    if not len(wrong):
        return 0.5
    allowed = int(FALSE_ANSWERS * len(wrong))
    return float(np.nextafter(wrong[min(allowed, len(wrong) - 1)], 1.0))
