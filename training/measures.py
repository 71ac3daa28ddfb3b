"""Measures of ranked search and of abstention, in their usual definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.metrics import roc_auc_score


def mean(values: Sequence[float]) -> float:
    """The mean; not a number where there is none."""
    return float(np.mean(values)) if values else float("nan")


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain, the grade as gain: Järvelin and Kekäläinen (2002), as in trec_eval."""
    ideal = sorted(grades.values(), reverse=True)[:depth]
    best = sum(grade / np.log2(place + 2) for place, grade in enumerate(ideal))
    got = sum(grades.get(article, 0) / np.log2(place + 2) for place, article in enumerate(ranked[:depth]))
    return float(got / best) if best else 0.0


def recall(ranked: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """The share of the relevant articles among the first ``depth``."""
    return len(set(ranked[:depth]) & set(grades)) / len(grades) if grades else 0.0


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """One over the place of the first relevant article; 0 where there is none."""
    return next((1 / (place + 1) for place, article in enumerate(ranked[:depth]) if article in grades), 0.0)


def average_precision(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """The mean of the precision at each relevant article."""
    places = [place for place, article in enumerate(ranked) if article in grades]
    return sum((seen + 1) / (place + 1) for seen, place in enumerate(places)) / len(grades) if grades else 0.0


def answered_at(outcomes: Sequence[tuple[bool, float]], false_answers: float = 0.10) -> float:
    """The share of answerable questions answered when the threshold lets through that share of the others."""
    wrong = np.sort([probability for answerable, probability in outcomes if not answerable])[::-1]
    right = np.array([probability for answerable, probability in outcomes if answerable])
    if not len(wrong) or not len(right):
        return float("nan")
    return float(np.mean(right > wrong[min(int(false_answers * len(wrong)), len(wrong) - 1)]))


def abstention_auroc(outcomes: Sequence[tuple[bool, float]]) -> float:
    """How often an answerable question has a higher probability than an unanswerable one."""
    answerable = [outcome[0] for outcome in outcomes]
    if len(set(answerable)) < 2:
        return float("nan")
    return float(roc_auc_score(answerable, [outcome[1] for outcome in outcomes]))


def calibration_error(outcomes: Sequence[tuple[bool, float]], bins: int = 10) -> float:
    """Expected calibration error over equally filled bins: Naeini, Cooper and Hauskrecht (2015)."""
    ordered = sorted(outcomes, key=lambda outcome: outcome[1])
    parts = [part for part in np.array_split(np.array(ordered, float), bins) if len(part)]
    return float(
        sum(len(part) * abs(part[:, 0].mean() - part[:, 1].mean()) for part in parts) / max(len(ordered), 1)
    )
