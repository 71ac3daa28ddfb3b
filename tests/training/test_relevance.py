from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kb.ranking.model import rank_articles
from kb.ranking.signals import SIGNALS
from tests.training.builders import examples
from training.errors import NothingToLearn
from training.measures import abstention_auroc, ndcg
from training.relevance import (
    article_gain,
    best_probability,
    first_is_relevant,
    fit_model,
    fit_weights,
    threshold_of,
)


@pytest.fixture(scope="module")
def learnt(tmp_path_factory):
    """Examples whose words and meanings each mislead somewhere: one signal alone ranks worse than both."""
    found = examples(tmp_path_factory.mktemp("index"))
    first = [one for one in found if one.answerable]
    return [misled(one, "coverage" if place % 2 else "passage") for place, one in enumerate(first)] + [
        one for one in found if not one.answerable
    ]


def misled(example, signal):
    """Take a signal from the passages of the answer, and give a little of it to the others."""
    values = example.found.signals.values.copy()
    answers = np.array(
        [stored.passage.article_id in example.question.grades for stored in example.found.passages]
    )
    values[:, [SIGNALS.index(name) for name in ("sentence", "title_words", "words")]] = 0.0
    for name in ("passage", "coverage"):
        right, wrong = (0.2, 0.25) if name == signal else (0.9, 0.3)
        values[:, SIGNALS.index(name)] = np.where(answers, right, wrong)
    signals = replace(example.found.signals, values=values)
    return replace(example, found=replace(example.found, signals=signals))


def alone(signal):
    return np.array([float(name == signal) for name in SIGNALS])


def gain(learnt, weights):
    return np.mean([article_gain(one, weights) for one in learnt if one.question.grades])


def test_fitting_twice_gives_the_same_model(learnt):
    one, other = fit_model(learnt), fit_model(learnt)
    assert one.weights.tolist() == other.weights.tolist()
    assert one.threshold == other.threshold
    assert [best_probability(one, example) for example in learnt] == [
        best_probability(other, example) for example in learnt
    ]


def test_the_fitted_weights_rank_better_than_any_signal_alone(learnt):
    fitted = gain(learnt, fit_weights(learnt))
    assert fitted == pytest.approx(1.0)
    assert all(gain(learnt, alone(signal)) < fitted for signal in SIGNALS)


def test_no_weight_is_negative_and_the_passage_counts_whole(learnt):
    weights = dict(zip(SIGNALS, fit_weights(learnt).tolist(), strict=True))
    assert weights["passage"] == 1.0
    assert min(weights.values()) >= 0
    assert weights["words"] == weights["title_words"] == 0.0  # they tell nothing here: ties go to the smaller


def test_the_probability_tells_what_is_answered(learnt):
    model = fit_model(learnt)
    assert abstention_auroc([(one.answerable, best_probability(model, one)) for one in learnt]) > 0.9


def test_the_threshold_comes_from_questions_not_seen():
    assert threshold_of([(True, 0.9), (False, 0.4), (False, 0.3)]) == np.nextafter(0.4, 1)


def test_the_threshold_lets_one_in_ten_through():
    wrong = [(False, value / 100) for value in range(1, 21)]
    threshold = threshold_of(wrong)
    assert sum(probability >= threshold for _, probability in wrong) == 2
    assert threshold_of([(True, 0.9)]) == 0.5


def test_a_model_takes_its_threshold_from_what_is_given(learnt):
    assert fit_model(learnt, [(False, 0.123)]).threshold == np.nextafter(0.123, 1)


def test_gain_is_the_ndcg_of_the_ranked_articles(learnt):
    weights = np.array([0.7, 0.1, 0.9, 0.0, 0.2])
    for one in learnt:
        ranked = rank_articles(one.found.passages, one.found.signals.values @ weights)
        expected = ndcg([article.article_id for article in ranked], one.question.grades)
        assert article_gain(one, weights) == pytest.approx(expected)
        assert first_is_relevant(weights, one) == (ranked[0].article_id in one.question.grades)


def test_without_judgments_there_is_nothing_to_learn(learnt):
    with pytest.raises(NothingToLearn, match="No question has a judged article"):
        fit_model([one for one in learnt if not one.answerable])


def test_without_unanswered_questions_there_is_no_probability_to_learn(learnt):
    with pytest.raises(NothingToLearn, match="needs both"):
        fit_model([one for one in learnt if first_is_relevant(fit_weights(learnt), one)])
