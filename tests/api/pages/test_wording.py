from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.pages.wording import due_words, label_words, moment_words, percent, rate, right_of_100

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.914, "91 %"),
        (0.001, "under 1 %"),
        (0.999, "over 99 %"),
        (1.0, "100 %"),
        (0.0, "0 %"),
        (None, "\N{EN DASH}"),
    ],
)
def test_a_chance_is_a_percentage_and_no_certainty(share, words):
    assert percent(share) == words


def test_small_rates_have_a_digit_more():
    assert [rate(share) for share in (0.05, 0.0312, 0.25, None)] == ["5 %", "3.1 %", "25 %", "\N{EN DASH}"]


def test_a_stated_error_is_said_the_other_way_round():
    assert right_of_100(0.05) == "right at least 95 of 100 times when set"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (90, "due in 1 hour"),
        (-1, "overdue by 1 minute"),
        (60 * 50, "due in 2 days"),
        (0, "due in less than a minute"),
    ],
)
def test_due_times_are_told_from_now(minutes, words):
    assert due_words(NOW + timedelta(minutes=minutes), NOW) == words


def test_the_year_is_told_where_it_is_another():
    assert moment_words(NOW, NOW) == "Mon 4 May, 12:00"
    assert moment_words(NOW.replace(year=2025), NOW) == "Sun 4 May 2025, 12:00"


def test_topics_are_the_teams_own_words_and_grades_are_ours():
    assert label_words("urgent") == "urgent"
    assert label_words("urgent", "urgency") == "Urgent"
    assert label_words("explicit", "churn_intent") == "Says they leave"
