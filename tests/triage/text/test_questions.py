from __future__ import annotations

from triage.text import clean, question_of


def test_a_short_message_is_asked_as_it_is():
    assert question_of(clean("Refund", "My card was charged twice.")) == "Refund My card was charged twice."


def test_of_a_long_message_the_subject_and_what_it_asks_are_kept_in_order():
    story = "We have used your product for many years in our three shops around the lovely old harbour. " * 4
    asked = question_of(clean("Opening hours", f"{story}How can I add a second location to my page? {story}"))
    assert asked.startswith("Opening hours ")
    assert asked.endswith("How can I add a second location to my page?")


def test_one_endless_sentence_is_cut_after_forty_words():
    assert len(question_of(clean("", "please " * 90)).split()) == 40


def test_nothing_asks_nothing():
    assert question_of(clean("", "")) == ""
