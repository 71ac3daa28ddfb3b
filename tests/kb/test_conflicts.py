from __future__ import annotations

import pytest

from kb.conflicts import contradict, fold
from tests.kb.builders import quote

TRASH = "Deleted bookings go to Trash, where they are kept for 30 days."
HOW_LONG = "How long are deleted bookings kept in the trash?"


def contradicting(first, second, question):
    return contradict(quote("one", first), quote("two", second), question)


@pytest.mark.parametrize(
    ("first", "second", "question"),
    [
        (TRASH, "Deleted bookings stay in the trash for 60 days, and nothing reaches in there.", HOW_LONG),
        (
            "Refunds take 1.5 hours to reach the card.",
            "Refunds take 5 hours to reach the card.",
            "how long do refunds take",
        ),
        (
            "A plan costs 29 EUR for each location.",
            "A plan costs €39 for each location.",
            "what does a plan cost",
        ),
        ("Deposits keep 10 percent as a fee.", "Deposits keep 15% as a fee.", "fee on deposits"),
        (
            "Text reminders are on by default for clients.",
            "Text reminders are off by default.",
            "are text reminders on",
        ),
        (
            "A deleted location can be restored.",
            "A deleted location cannot be restored.",
            "restore deleted location",
        ),
        (
            "Apple Pay is available in the booking widget.",
            "Apple Pay is not available in the widget.",
            "apple pay",
        ),
    ],
)
def test_sentences_that_differ_on_the_point_contradict(first, second, question):
    assert contradicting(first, second, question)
    assert contradicting(second, first, question)


@pytest.mark.parametrize(
    ("first", "second", "question"),
    [
        (TRASH, TRASH, HOW_LONG),
        (TRASH, "Deleted bookings stay in Trash for 30 days or until 60 days after a restore.", HOW_LONG),
        (TRASH, "Select deleted bookings in Trash, up to 50 at once.", HOW_LONG),
        (TRASH, "Devices not used for 60 days are dropped from the list.", HOW_LONG),
        (TRASH, "Deleted bookings stay in the trash for 60 days.", "how do I change the logo"),
        (
            "Refunds take 1.5 hours to arrive.",
            "Refunds take 1.5 hours to arrive.",
            "how long do refunds take",
        ),
        ("A plan costs 29 EUR.", "A plan costs 29 euros.", "what does a plan cost"),
        ("Deposits cost 1,000 EUR.", "Deposits cost 1000 EUR.", "what do deposits cost"),
    ],
)
def test_sentences_that_agree_or_speak_of_something_else_do_not(first, second, question):
    assert not contradicting(first, second, question)


def test_one_article_does_not_contradict_itself():
    other = TRASH.replace("30", "60")
    assert not contradict(quote("one", TRASH), quote("one", other), HOW_LONG)


def test_quotes_that_say_nearly_the_same_are_folded_into_the_first():
    kept = fold([quote("trash", TRASH), quote("widget", "Copy the code."), quote("faq", TRASH.upper())])
    assert [(one.article_id, one.also_in) for one in kept] == [("trash", ("faq",)), ("widget", ())]


def test_an_article_is_named_once_however_often_it_says_the_same():
    kept = fold([quote("trash", TRASH), quote("faq", TRASH), quote("faq", TRASH), quote("trash", TRASH)])
    assert [(one.article_id, one.also_in) for one in kept] == [("trash", ("faq",))]


def test_quotes_that_differ_are_kept_in_order():
    given = [quote("b", "Press Restore in Trash."), quote("a", "Ask the owner for a refund.")]
    assert fold(given) == given
