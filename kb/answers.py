"""Decides what is answered: quotes with their place, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from kb.conflicts import contradict, fold
from kb.quoting import hit_of, is_outdated, quote_of
from kb.ranking.model import RankedArticle, RelevanceModel, describe, rank_articles
from kb.retrieval import Candidates
from kb.types import Answer, Evidence, Quote, Reason

_DESCRIBED = 8  # articles whose probability is asked for
_ALSO_SHOWN = 0.5  # of the best article's probability: from here a further article is quoted too
_SECOND_PASSAGE = 0.93  # of the best passage's score: from here the same article is quoted twice

Nudges = Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Candidates in the order of the model and of people, with the probability that each article answers.

    ``best`` is the probability of the article that the model alone put first, by which it is decided whether to
    answer: what people said may change which article comes first, not whether there is an answer.
    """

    found: Candidates
    articles: tuple[RankedArticle, ...]
    probabilities: tuple[float, ...]
    scores: np.ndarray
    nudges: Nudges
    best: float


def rank(found: Candidates, model: RelevanceModel, nudges: Nudges | None = None) -> Ranking:
    """Rank candidates; ``nudges`` moves articles by what people said of them, and moves no probability."""
    nudges = nudges or {}
    scores = model.scores(found.signals)
    measured = rank_articles(found.passages, scores)
    probabilities = model.probabilities(describe(measured, found.signals, _DESCRIBED)).tolist()
    moved = sorted(
        zip(measured, probabilities, strict=False),
        key=lambda pair: (-pair[0].score - nudges.get(pair[0].article_id, 0.0), pair[0].article_id),
    )
    return Ranking(
        found,
        articles=(*(one for one, _ in moved), *measured[len(moved) :]),
        probabilities=tuple(probability for _, probability in moved),
        scores=scores,
        nudges=nudges,
        best=probabilities[0] if probabilities else 0.0,
    )


def compose(answer_id: str, ranking: Ranking, model: RelevanceModel, *, limit: int, today: date) -> Answer:
    """Turn a ranking into an answer with up to ``limit`` articles quoted."""
    quotes, reason = _quotes(ranking, model, limit, today)
    nearest = tuple(
        hit_of(ranking.found, one, probability)
        for one, probability in zip(ranking.articles[:limit], ranking.probabilities, strict=False)
    )
    return Answer(
        id=answer_id,
        question=ranking.found.question.asked,
        answered=reason is None,
        probability=quotes[0].probability if reason is None else ranking.best,
        reason=reason,
        quotes=quotes,
        nearest=nearest,
    )


def _quotes(
    ranking: Ranking, model: RelevanceModel, limit: int, today: date
) -> tuple[tuple[Quote, ...], Reason | None]:
    if ranking.best < model.threshold:
        return (), "nothing_close"
    shown = [
        (one, probability)
        for one, probability in zip(ranking.articles[:limit], ranking.probabilities, strict=False)
        if probability >= _ALSO_SHOWN * ranking.best
    ]
    current = [pair for pair in shown if not _is_outdated(ranking, pair[0], today)]
    answering = [pair for pair in current if pair[1] >= model.threshold]
    quotes = [
        quote
        for one, probability in answering or shown
        for quote in _of_article(ranking, model, one, probability, today)
    ]
    if answering:
        others = [pair for pair in current if pair not in answering]
        quotes += [
            quote
            for one, probability in others
            for quote in _of_article(ranking, model, one, probability, today)
        ]
    conflict = _first_conflict(quotes, ranking.found.question.text)
    if conflict:
        return conflict, "conflicting"
    return tuple(fold(quotes)), None if answering else "outdated"


def _is_outdated(ranking: Ranking, one: RankedArticle, today: date) -> bool:
    return is_outdated(ranking.found.passages[one.places[0]], today)


def _of_article(
    ranking: Ranking, model: RelevanceModel, one: RankedArticle, probability: float, today: date
) -> list[Quote]:
    """Quote an article's best passage, and the second too where it is about as good."""
    best, *others = one.places
    places = [
        best,
        *(place for place in others[:1] if ranking.scores[place] >= _SECOND_PASSAGE * ranking.scores[best]),
    ]
    return [
        quote_of(ranking.found, place, probability, _evidence(ranking, model, place, one.article_id), today)
        for place in places
    ]


def _evidence(ranking: Ranking, model: RelevanceModel, place: int, article_id: str) -> tuple[Evidence, ...]:
    measured = model.evidence(ranking.found.signals, place)
    nudge = ranking.nudges.get(article_id, 0.0)
    return (*measured, Evidence("feedback", nudge, nudge)) if nudge else measured


def _first_conflict(quotes: Sequence[Quote], question: str) -> tuple[Quote, ...]:
    for place, one in enumerate(quotes):
        for other in quotes[place + 1 :]:
            if contradict(one, other, question):
                return one, other
    return ()
