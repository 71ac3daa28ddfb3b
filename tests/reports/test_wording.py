from __future__ import annotations

import pytest

from reports.wording import counted, odds


def test_one_is_singular():
    assert [counted(count, "ticket") for count in (0, 1, 2000)] == ["0 tickets", "1 ticket", "2,000 tickets"]


@pytest.mark.parametrize(
    ("chance", "words"),
    [(0.00001, "less than once in 10,000 times"), (0.002, "once in 500 times"), (0.9, "easily")],
)
def test_odds_are_said_in_words(chance, words):
    assert odds(chance) == words
