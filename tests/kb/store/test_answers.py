from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from kb.errors import AnswerNotFound, InvalidQuestion
from kb.types import Answer, ArticleHit, Evidence, Feedback, Quote, Span
from tests.kb.store.builders import NOW, article, put, write

QUESTION_VECTOR = np.array([0.5, 0.5, 0.5, 0.5], np.float32)


def quote(article_id="deposits", **changes):
    text = article().text
    fields = {"start": 0, "end": 28, "text": text[:28], "probability": 0.1 + 0.2} | changes
    return Quote(
        article_id=article_id,
        version=1,
        title="Deposits",
        url="/deposits",
        headings=("Payments",),
        highlights=(Span(0, 8), Span(20, 27)),
        updated_at=NOW - timedelta(days=3),
        verified_at=NOW,
        verified=True,
        also_in=("refunds",),
        evidence=(Evidence("dense", 0.71, 1.25), Evidence("freshness", -0.5, 1e-9)),
        **fields,
    )


def hit(article_id="refunds", probability=0.2):
    return ArticleHit(
        article_id=article_id,
        title="Refunds",
        url="",
        headings=(),
        snippet="…five days…",
        start=3,
        end=9,
        probability=probability,
        passage_id=17,
    )


def answered(answer_id="one", **changes):
    fields = {"question": "How do I pay?", "quotes": (quote(),), "nearest": (hit(),)} | changes
    return Answer(id=answer_id, answered=True, probability=0.8, **fields)


def refused(answer_id="two", **changes):
    fields = {"question": "Why is the sky green?", "reason": "nothing_close", "nearest": (hit(),)} | changes
    return Answer(id=answer_id, answered=False, probability=0.05, **fields)


def save(store, *answers, now=NOW, vector=QUESTION_VECTOR):
    for answer in answers:
        store.save_answer(answer, "agent-1", "ticket-7", vector, now)


def say(store, answer_id, helpful, article_id="", by="agent-1", at=NOW):
    store.add_feedback(Feedback(answer_id, helpful, article_id, at=at), by)


def questions(store, **limits):
    return [one.answer_id for one in store.unanswered(NOW - timedelta(days=7), **limits)]


def test_an_answer_comes_back_exactly_as_it_was_given(store):
    save(store, answered(), refused())
    assert store.answer("one") == answered()
    assert store.answer("two") == refused()


def test_an_answer_stays_as_it_was_when_its_article_changes(store):
    put(store, write())
    save(store, answered())
    put(store, write(text="All is new."))
    store.remove(["deposits"], NOW)

    (given,) = store.answer("one").quotes
    assert store.version(given.article_id, given.version).text[given.start : given.end] == given.text


def test_an_unknown_answer_is_not_found(store):
    with pytest.raises(AnswerNotFound):
        store.answer("none")
    with pytest.raises(AnswerNotFound):
        say(store, "none", True)


@pytest.mark.parametrize("question", ["a\x00b", "half \udc80"])
def test_a_question_that_no_database_can_hold_is_refused(store, question):
    with pytest.raises(InvalidQuestion):
        save(store, answered(question=question))


def test_feedback_needs_a_time(store):
    save(store, answered())
    with pytest.raises(ValueError, match="needs a time"):
        say(store, "one", True, at=None)
    store.add_feedback(Feedback("one", True), "agent-1", NOW)
    assert store.feedback_by_article(9)[0].at == NOW


def test_feedback_tells_which_article_helped_for_which_question(store):
    other = np.array([1, 0, 0, 0], np.float32)
    save(store, answered())
    save(store, refused(), vector=other)
    say(store, "one", False, "deposits")
    say(store, "two", True, "refunds", at=NOW + timedelta(hours=1))

    newest, oldest = store.feedback_by_article(9)

    assert (newest.article_id, newest.helpful, newest.at) == ("refunds", True, NOW + timedelta(hours=1))
    np.testing.assert_array_equal(newest.vector, other)
    assert (oldest.article_id, oldest.helpful) == ("deposits", False)
    np.testing.assert_array_equal(oldest.vector, QUESTION_VECTOR)
    assert [one.article_id for one in store.feedback_by_article(1)] == ["refunds"]


def test_feedback_about_an_answer_counts_for_what_it_quoted_first(store):
    save(store, answered(quotes=(quote("first"), quote("second"))), refused())
    say(store, "one", True)
    say(store, "two", False)
    assert [(one.article_id, one.helpful) for one in store.feedback_by_article(9)] == [("first", True)]


def test_feedback_without_a_vector_teaches_nothing(store):
    save(store, answered(), vector=None)
    say(store, "one", True, "deposits")
    assert store.feedback_by_article(9) == []


def test_saying_it_again_replaces_what_was_said(store):
    save(store, answered())
    say(store, "one", False, "deposits")
    say(store, "one", True, "deposits")
    say(store, "one", True, "deposits", by="agent-2")
    assert [one.helpful for one in store.feedback_by_article(9)] == [True, True]


def test_an_unanswered_question_comes_with_the_nearest_article(store):
    save(store, refused(), answered())
    (found,) = store.unanswered(NOW)
    assert (found.answer_id, found.question, found.asked_at) == ("two", "Why is the sky green?", NOW)
    assert (found.nearest_article_id, found.nearest_title) == ("refunds", "Refunds")
    assert (found.nearest_probability, found.reason) == (0.2, "nothing_close")
    np.testing.assert_array_equal(found.vector, QUESTION_VECTOR)


def test_an_unanswered_question_may_have_nothing_near_it(store):
    save(store, refused(nearest=()), vector=None)
    (found,) = store.unanswered(NOW)
    assert (found.nearest_article_id, found.nearest_title, found.nearest_probability) == ("", "", 0.0)
    assert found.vector is None


def test_an_answer_that_helped_nobody_counts_as_none(store):
    save(store, answered("one"), answered("two"), answered("three"), refused("four"))
    say(store, "one", False)
    say(store, "two", False, "deposits")
    say(store, "two", True, "refunds")
    say(store, "four", True, "refunds")
    assert questions(store) == ["one"]


def test_questions_are_counted_by_when_they_were_asked(store):
    for day in range(4):
        save(store, replace(refused(), id=f"day-{day}"), now=NOW - timedelta(days=day))
    assert questions(store) == ["day-3", "day-2", "day-1", "day-0"]
    assert questions(store, until=NOW - timedelta(days=2)) == ["day-3"]
    assert [one.answer_id for one in store.unanswered(NOW - timedelta(days=1))] == ["day-1", "day-0"]


def test_old_answers_are_forgotten_with_what_was_said_about_them(store):
    save(store, answered("old"), now=NOW - timedelta(days=3))
    save(store, answered("new"))
    say(store, "old", True)
    say(store, "new", True)
    assert store.forget_answers(NOW - timedelta(days=2)) == 1
    with pytest.raises(AnswerNotFound):
        store.answer("old")
    assert store.answer("new") == answered("new")
    assert len(store.feedback_by_article(9)) == 1
    assert store.forget_answers(NOW - timedelta(days=2)) == 0


def test_tickets_that_were_asked_for_are_told_with_whether_an_answer_held(store):
    save(store, answered("good"), refused("none"))
    for number, answer in enumerate((answered("helped"), answered("unhelpful"), refused("refused"))):
        store.save_answer(answer, "agent", f"ticket-{number}", None, NOW)
    store.save_answer(answered("nobody's"), "visitor", "", None, NOW)
    say(store, "helped", True)
    say(store, "unhelpful", False)
    later = NOW + timedelta(hours=1)
    assert store.tickets_asked_for(NOW, later) == {
        "ticket-0": True,
        "ticket-1": False,
        "ticket-2": False,
        "ticket-7": True,
    }
    assert store.tickets_asked_for(NOW - timedelta(hours=1), NOW) == {}
