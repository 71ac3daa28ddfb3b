"""What people add: they verify articles, judge answers, and ask what nothing answers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kb.errors import AnswerNotFound, ArticleNotFound
from kb.types import Feedback
from tests.kb.builders import EVERYTHING, NOW, article, save_all

ASKED = "deleted bookings trash"
TRASH = article("trash", "Deleted bookings are kept in Trash for 30 days.")


def ask(knowledge, question=ASKED):
    return knowledge.answer(question, EVERYTHING, now=NOW)


def test_an_outdated_article_does_not_answer_until_somebody_verifies_it(knowledge):
    save_all(knowledge, article("trash", TRASH.text, verify_by=NOW.date() - timedelta(days=1)))
    given = ask(knowledge)
    assert (given.answered, given.reason, [one.article_id for one in given.quotes]) == (
        False,
        "outdated",
        ["trash"],
    )
    assert [one.id for one in knowledge.due(NOW.date())] == ["trash"]
    verified = knowledge.verify("trash", by="Aino", now=NOW)
    assert (verified.verified_at, verified.verify_by) == (NOW, NOW.date() + timedelta(days=90))
    given = ask(knowledge)
    assert (given.answered, given.quotes[0].verified) == (True, True)
    assert knowledge.due(NOW.date()) == ()
    assert [one.id for one in knowledge.due(NOW.date() + timedelta(days=90))] == ["trash"]


def test_the_longest_overdue_comes_first(knowledge):
    save_all(knowledge, article("a", verify_by=date(2026, 5, 1)), article("b", verify_by=date(2026, 4, 1)))
    assert [one.id for one in knowledge.due(NOW.date())] == ["b", "a"]
    assert [one.id for one in knowledge.due(NOW.date(), limit=1)] == ["b"]


def test_an_article_nobody_has_cannot_be_verified(knowledge):
    with pytest.raises(ArticleNotFound):
        knowledge.verify("nowhere", by="Aino", now=NOW)


def test_feedback_moves_like_questions_and_says_so(knowledge):
    same = "Deleted bookings are kept in Trash"
    save_all(
        knowledge, article("a", f"{same} for ever.", title="X"), article("b", f"{same} for now.", title="X")
    )
    first = ask(knowledge)
    assert [one.article_id for one in first.nearest] == ["a", "b"]
    knowledge.feedback(Feedback(first.id, helpful=True, article_id="b", at=NOW), said_by="Aino")
    second = ask(knowledge)
    assert [one.article_id for one in second.nearest] == ["b", "a"]
    moved = {one.signal: one.weight for one in second.quotes[0].evidence}
    assert moved["feedback"] == pytest.approx(0.03, abs=1e-5)
    for number in range(9):
        knowledge.feedback(
            Feedback(first.id, helpful=True, article_id="b", at=NOW), said_by=f"agent {number}"
        )
    bounded = {one.signal: one.weight for one in ask(knowledge).quotes[0].evidence}
    assert bounded["feedback"] == pytest.approx(0.06)
    assert [one.article_id for one in ask(knowledge, "copy the code").nearest] == ["a", "b"]


def test_feedback_to_an_answer_nobody_gave_is_refused(knowledge):
    with pytest.raises(AnswerNotFound):
        knowledge.feedback(Feedback("nowhere", helpful=True, at=NOW), said_by="Aino")


def test_questions_without_an_answer_are_gaps_grouped_by_meaning(knowledge):
    save_all(knowledge, TRASH)
    for question in ("bitcoin giraffe payments", "payments giraffe bitcoin!", "elephant holiday calendar"):
        ask(knowledge, question)
    ask(knowledge)
    gaps = knowledge.gaps(since=NOW - timedelta(days=1))
    assert [(gap.title, gap.count) for gap in gaps] == [
        ("bitcoin giraffe payments", 2),
        ("elephant holiday calendar", 1),
    ]
    assert knowledge.gaps(since=NOW + timedelta(days=1)) == []
    assert len(knowledge.gaps(since=NOW - timedelta(days=1), limit=1)) == 1


def test_an_answer_that_did_not_help_is_a_gap(knowledge):
    save_all(knowledge, TRASH)
    given = ask(knowledge)
    knowledge.feedback(Feedback(given.id, helpful=False, at=NOW), said_by="Aino")
    (gap,) = knowledge.gaps(since=NOW - timedelta(days=1))
    assert (gap.title, gap.nearest_article_id) == (ASKED, "trash")
