from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from kb.answers import compose, rank
from kb.questions import read_question
from kb.ranking.model import FEATURES, RelevanceModel
from kb.ranking.signals import SIGNALS, Signals
from kb.retrieval import Candidates
from tests.kb.builders import NOW, stored_passage, unit

TODAY = date(2026, 11, 22)
YESTERDAY = TODAY - timedelta(days=1)


class ScoreItself:
    """Takes the score, which includes nothing but the passage signal here, for the probability."""

    def predict_proba(self, features):
        score = features[:, FEATURES.index("score")]
        return np.stack([1 - score, score], axis=1)


MODEL = RelevanceModel(np.array([float(name == "passage") for name in SIGNALS]), ScoreItself(), 0.5)


def candidates(*pairs, question="How long is a booking kept in Trash?"):
    """Candidates from pairs of a passage and its score."""
    passages = tuple(
        stored_passage(text, passage_id=number, article_id=article_id, **changes)
        for number, (article_id, text, _, changes) in enumerate(pairs, start=1)
    )
    values = np.zeros((len(pairs), len(SIGNALS)))
    values[:, SIGNALS.index("passage")] = [score for _, _, score, _ in pairs]
    signals = Signals(values, tuple(np.ones(1) for _ in pairs), np.ones(len(pairs)), 3, 0)
    return Candidates(read_question(question), unit(1, 0), passages, signals)


def found(article_id, score, text="", **changes):
    return article_id, text or f"About {article_id} alone.", score, changes


def answer(*pairs, nudges=None, limit=3, model=MODEL):
    ranking = rank(candidates(*pairs), model, nudges)
    return compose("answer-1", ranking, model, limit=limit, today=TODAY)


def ids(quotes):
    return [one.article_id for one in quotes]


def test_the_best_article_is_quoted_and_those_about_as_good():
    given = answer(found("low", 0.3), found("best", 0.9), found("good", 0.6))
    assert (given.answered, given.reason, given.probability) == (True, None, pytest.approx(0.9))
    assert ids(given.quotes) == ["best", "good"]
    assert ids(given.nearest) == ["best", "good", "low"]


def test_no_more_articles_are_quoted_than_asked_for():
    given = answer(found("a", 0.9), found("b", 0.8), found("c", 0.7), limit=2)
    assert ids(given.quotes) == ["a", "b"]
    assert ids(given.nearest) == ["a", "b"]


def test_below_the_threshold_there_are_no_quotes_but_the_nearest_articles():
    given = answer(found("a", 0.49), found("b", 0.2))
    assert (given.answered, given.reason, given.quotes) == (False, "nothing_close", ())
    assert ids(given.nearest) == ["a", "b"]


def test_where_nothing_was_found_nothing_is_close():
    given = answer()
    assert (given.reason, given.probability, given.nearest) == ("nothing_close", 0.0, ())


def test_a_second_passage_is_quoted_where_it_is_about_as_good():
    given = answer(
        found("a", 0.9, "First here."), found("a", 0.85, "Second there."), found("a", 0.84, "Third.")
    )
    assert [one.text for one in given.quotes] == ["First here.", "Second there."]
    given = answer(found("a", 0.9, "First here."), found("a", 0.8, "Second there."))
    assert [one.text for one in given.quotes] == ["First here."]


def test_an_outdated_article_is_quoted_but_does_not_answer():
    given = answer(found("old", 0.9, verify_by=YESTERDAY))
    assert (given.answered, given.reason, ids(given.quotes)) == (False, "outdated", ["old"])
    assert not given.quotes[0].verified


def test_a_current_article_answers_in_place_of_an_outdated_one():
    given = answer(found("old", 0.9, verify_by=YESTERDAY), found("new", 0.7))
    assert (given.answered, ids(given.quotes), given.probability) == (True, ["new"], pytest.approx(0.7))


def test_a_current_article_that_is_not_sure_enough_does_not():
    given = answer(found("old", 0.8, verify_by=YESTERDAY), found("new", 0.45))
    assert (given.reason, ids(given.quotes)) == ("outdated", ["old", "new"])


def test_articles_that_contradict_each_other_are_both_shown_and_neither_answers():
    given = answer(
        found("trash", 0.9, "A deleted booking is kept in Trash for 30 days."),
        found("other", 0.8, "The widget has a logo."),
        found("erase", 0.7, "A deleted booking is kept in Trash for 60 days."),
    )
    assert (given.answered, given.reason, ids(given.quotes)) == (False, "conflicting", ["trash", "erase"])


def test_articles_that_say_the_same_are_one_quote():
    same = "A deleted booking is kept in Trash for 30 days."
    given = answer(found("a", 0.9, same), found("b", 0.8, same))
    assert [(one.article_id, one.also_in) for one in given.quotes] == [("a", ("b",))]


def test_what_people_said_turns_a_close_race_and_stands_in_the_evidence():
    given = answer(found("a", 0.80), found("b", 0.78), nudges={"b": 0.03})
    assert ids(given.quotes) == ["b", "a"]
    assert [(one.signal, one.value, one.weight) for one in given.quotes[0].evidence] == [
        ("passage", 0.78, 0.78),
        ("feedback", 0.03, 0.03),
    ]
    assert [one.signal for one in given.quotes[1].evidence] == ["passage"]


def test_what_people_said_does_not_turn_a_clear_race():
    assert ids(answer(found("a", 0.80), found("b", 0.70), nudges={"b": 0.06}).quotes) == ["a", "b"]


def test_what_people_said_moves_no_probability():
    plain = answer(found("a", 0.80), found("b", 0.78))
    moved = answer(found("a", 0.80), found("b", 0.78), nudges={"a": -0.06, "b": 0.06})
    assert {one.article_id: one.probability for one in plain.quotes} == {
        one.article_id: one.probability for one in moved.quotes
    }
    assert moved.probability == moved.quotes[0].probability == pytest.approx(0.78)


def test_what_people_said_decides_neither_for_an_answer_nor_against_one():
    given = answer(found("a", 0.51), found("b", 0.48), nudges={"b": 0.06})
    assert (given.answered, ids(given.quotes)) == (True, ["a", "b"])
    given = answer(found("a", 0.49), found("b", 0.48), nudges={"b": 0.06})
    assert (given.reason, ids(given.nearest)) == ("nothing_close", ["b", "a"])


def test_articles_of_one_score_stand_by_their_ids():
    assert ids(answer(found("b", 0.8), found("c", 0.8), found("a", 0.8)).quotes) == ["a", "b", "c"]


def test_a_quote_says_whether_its_article_is_verified():
    verified = {"verified_at": NOW}
    given = answer(
        found("a", 0.9, verify_by=TODAY, **verified),
        found("b", 0.8, **verified),
        found("c", 0.7, verify_by=TODAY),
    )
    assert [one.verified for one in given.quotes] == [True, True, False]
