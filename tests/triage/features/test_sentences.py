from __future__ import annotations

import pytest

from triage.features.sentences import MOST, sentences


def parts(text):
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The export is empty.", ["The export is empty."]),
        ("The export is empty. We leave on Monday!", ["The export is empty.", "We leave on Monday!"]),
        ("First line of it\nSecond line of it", ["First line of it", "Second line of it"]),
        ("Version 2.10 fails at 10.30 today", ["Version 2.10 fails at 10.30 today"]),
        ("It does not start… Please call us.", ["It does not start…", "Please call us."]),
        ("It says (not found.) Then it stops.", ["It says (not found.", "Then it stops."]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_a_message_is_parted_into_its_sentences(text, expected):
    assert parts(text) == expected


def test_a_greeting_belongs_to_what_follows():
    assert parts("Hi,\nthe export is empty again") == ["Hi,\nthe export is empty again"]


def test_a_short_ending_belongs_to_what_came_before():
    assert parts("The export is empty again. Thanks!") == ["The export is empty again. Thanks!"]


def test_a_short_message_is_a_sentence():
    assert parts("Help") == ["Help"]


def test_of_a_pasted_log_the_first_lines_are_read():
    lines = [f"line {number} of a long log" for number in range(500)]
    assert parts("\n".join(lines)) == lines[:MOST]
