from __future__ import annotations

import numpy as np
import pytest

from kb.ranking.model import FEATURES, RelevanceModel, describe, rank_articles
from kb.ranking.signals import SIGNALS, Signals
from kb.types import Evidence
from tests.kb.builders import stored_passage


class Half:
    def predict_proba(self, features):
        return np.full((len(features), 2), 0.5)


def signals(rows, *, covered=None, terms=3, missing=0):
    """Signals from rows of named values."""
    values = np.array([[row.get(name, 0.0) for name in SIGNALS] for row in rows]).reshape(-1, len(SIGNALS))
    covered = np.array(covered or [0.0] * len(rows))
    return Signals(values, tuple(np.zeros(1) for _ in rows), covered, terms, missing)


def model(**weights):
    return RelevanceModel(np.array([weights.get(name, 0.0) for name in SIGNALS]), Half(), 0.5)


def passages(*article_ids):
    return [
        stored_passage("any", passage_id=number, article_id=name) for number, name in enumerate(article_ids)
    ]


def test_a_score_is_the_weighted_sum_of_signals():
    measured = signals([{"passage": 0.8, "coverage": 0.5}, {"passage": 0.9}])
    assert model(passage=1.0, coverage=0.4).scores(measured).tolist() == pytest.approx([1.0, 0.9])


def test_evidence_is_what_each_signal_added_the_largest_first_and_adds_up_to_the_score():
    measured = signals([{"passage": 0.5, "coverage": 1.0, "words": 1.0}])
    judge = model(passage=1.0, coverage=0.7)
    evidence = judge.evidence(measured, 0)
    assert evidence == (Evidence("coverage", 1.0, 0.7), Evidence("passage", 0.5, 0.5))
    assert sum(one.weight for one in evidence) == pytest.approx(judge.scores(measured)[0])


def test_no_article_has_no_probability():
    assert model().probabilities(np.zeros((0, len(FEATURES)))).shape == (0,)


def test_an_article_stands_where_its_best_passage_does():
    ranked = rank_articles(passages("a", "b", "a", "c"), np.array([0.1, 0.5, 0.9, 0.3]))
    assert [(one.article_id, one.places, one.score) for one in ranked] == [
        ("a", (2, 0), 0.9),
        ("b", (1,), 0.5),
        ("c", (3,), 0.3),
    ]


def test_articles_of_one_score_stand_by_id_and_passages_by_place():
    ranked = rank_articles(passages("b", "a", "a"), np.array([0.5, 0.5, 0.5]))
    assert [(one.article_id, one.places) for one in ranked] == [("a", (1, 2)), ("b", (0,))]


def test_an_article_is_described_by_its_best_passages():
    measured = signals(
        [
            {"passage": 0.9, "words": 0.2},
            {"passage": 0.3, "coverage": 0.6, "sentence": 0.4},
            {"passage": 0.5, "words": 1.0},
        ],
        covered=[0.7, 0.7, 0.1],
        terms=4,
        missing=5,
    )
    ranked = rank_articles(passages("a", "a", "b"), model(passage=1.0).scores(measured))
    first, second = (dict(zip(FEATURES, row, strict=True)) for row in describe(ranked, measured, 8))
    assert first == pytest.approx(
        {
            "score": 0.9,
            "passage": 0.9,
            "sentence": 0.4,
            "coverage": 0.6,
            "article_coverage": 0.7,
            "margin": 0.9 - 0.5,
            "agreement": 4 / 5,
            "names_missing": 2.0,
            "length": np.log1p(4),
        }
    )
    assert (second["score"], second["margin"], second["agreement"]) == (0.5, 0.0, pytest.approx(1 / 5))


def test_the_margin_is_to_the_fifth_article():
    measured = signals([{"passage": 0.9 - 0.1 * number} for number in range(7)])
    ranked = rank_articles(passages(*"abcdefg"), model(passage=1.0).scores(measured))
    margins = describe(ranked, measured, 2)[:, FEATURES.index("margin")]
    assert margins.tolist() == pytest.approx([0.4, 0.3])


def test_no_more_articles_are_described_than_asked_for():
    measured = signals([{}, {}, {}])
    assert describe(rank_articles(passages(*"abc"), np.zeros(3)), measured, 2).shape == (2, len(FEATURES))
    assert describe([], signals([]), 2).shape == (0, len(FEATURES))
