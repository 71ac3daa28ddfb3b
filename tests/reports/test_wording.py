from __future__ import annotations

import pytest

from reports.wording import counted, false_alarm_line, odds


def test_one_is_singular():
    assert [counted(count, "ticket") for count in (0, 1, 2000)] == ["0 tickets", "1 ticket", "2,000 tickets"]


@pytest.mark.parametrize(
    ("chance", "words"),
    [(0.00001, "less than once in 10,000 times"), (0.002, "once in 500 times")],
)
def test_odds_are_said_in_words(chance, words):
    assert odds(chance) == words


@pytest.mark.parametrize(
    ("alarms", "line"),
    [
        (0.05, "At this setting expect about one false alarm in 20 weeks."),
        (1.4, "At this setting expect about 1.4 false alarms every week."),
        (0.0, "At this setting expect practically no false alarm: the counts are too small to raise one."),
    ],
)
def test_the_line_says_how_often(alarms, line):
    assert false_alarm_line(alarms) == line
