from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.grounds import Ground
from benchmarks.systems import (
    Outcome,
    Ranked,
    ask_all,
    figures,
    ours,
    passages_alone,
    plain_blend,
    words_alone,
)
from kb.ranking.plain import plain_model
from training.corpus import JudgedQuestion


@pytest.mark.parametrize("make", [words_alone, passages_alone, plain_blend])
def test_every_way_to_rank_finds_the_article_that_shares_the_words(make, ground: Ground):
    found = {
        one.question.id: one.ranked.articles[0] for one in ask_all(make(ground), ground.corpus.questions[:3])
    }
    assert found == {"q1": "refunds", "q2": "invoices", "q3": "calendar"}


def test_ours_ranks_and_is_as_sure_as_the_answer_says(ground: Ground):
    outcomes = ask_all(ours(ground, plain_model()), ground.corpus.questions)
    assert [one.ranked.articles[0] for one in outcomes[:3]] == ["refunds", "invoices", "calendar"]
    assert outcomes[0].ranked.confidence == pytest.approx(1.0)
    assert outcomes[3].ranked.confidence < 0.5


def test_a_model_may_be_given_for_each_question(ground: Ground):
    models = {question.id: plain_model() for question in ground.corpus.questions}
    each = ask_all(ours(ground, models), ground.corpus.questions)
    one = ask_all(ours(ground, plain_model()), ground.corpus.questions)
    assert [outcome.ranked for outcome in each] == [outcome.ranked for outcome in one]


def test_words_that_occur_nowhere_rank_nothing_and_are_least_sure(ground: Ground):
    nothing = JudgedQuestion("q", "zzyzx", "", False, {}, {})
    assert words_alone(ground)(nothing) == Ranked((), -math.inf)


def test_figures_sum_up_ranking_abstention_and_time():
    def outcome(ranked: tuple[str, ...], sure: float, ms: float, grades: dict[str, int]) -> Outcome:
        question = JudgedQuestion("q", "?", "", bool(grades), grades, {})
        return Outcome(question, Ranked(ranked, sure), ms)

    found = figures(
        [
            outcome(("a", "b"), 0.9, 10, {"a": 1}),
            outcome(("b", "a"), 0.3, 20, {"a": 1}),
            outcome(("a",), 0.4, 30, {}),
        ]
    )
    assert found["hit@1"] == 0.5
    assert found["mrr"] == 0.75
    assert found["recall@5"] == 1.0
    assert found["ndcg@10"] == pytest.approx((1 + 1 / np.log2(3)) / 2)
    assert found["auroc"] == 0.5
    assert found["answered"] == 0.5
    assert (found["p50"], found["p95"]) == (20, 29)


def test_a_question_found_as_typed_keeps_its_greeting(ground: Ground):
    assert ground.find_as_typed("Hello team, where is my refund?").question.text.startswith("Hello team")
