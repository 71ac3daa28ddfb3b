from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from kb.gaps import group_gaps
from kb.store import UnansweredQuestion
from tests.kb.builders import NOW, unit


def asked(question, vector, *, hours=0, probability=0.1, nearest="trash"):
    return UnansweredQuestion(
        answer_id=f"{question}{hours}",
        question=question,
        vector=vector,
        asked_at=NOW + timedelta(hours=hours),
        reason="nothing_close",
        nearest_article_id=nearest,
        nearest_title=nearest.title(),
        nearest_probability=probability,
    )


SMS = unit(1, 0, 0)


def test_questions_of_one_meaning_are_one_gap():
    gaps = group_gaps(
        [
            asked("Can I send SMS?", SMS),
            asked("Is there a fax?", unit(0, 1, 0), hours=1),
            asked("Text messages?", unit(1, 0.3, 0), hours=2, probability=0.4, nearest="reminders"),
        ],
        limit=10,
    )
    assert [(gap.title, gap.count, gap.questions) for gap in gaps] == [
        ("Can I send SMS?", 2, ("Can I send SMS?", "Text messages?")),
        ("Is there a fax?", 1, ("Is there a fax?",)),
    ]
    assert gaps[0].last_asked_at == NOW + timedelta(hours=2)
    assert (gaps[0].nearest_article_id, gaps[0].nearest_title, gaps[0].nearest_probability) == (
        "reminders",
        "Reminders",
        0.4,
    )


def test_the_title_is_the_question_in_the_middle():
    group = [asked("left", unit(1, 0.5, 0)), asked("middle", unit(1, 0, 0)), asked("right", unit(1, -0.5, 0))]
    assert group_gaps(group, 10)[0].title == "middle"


def test_the_largest_gap_comes_first_then_the_latest():
    gaps = group_gaps(
        [
            asked("old", unit(0, 1, 0)),
            asked("new", unit(0, 0, 1), hours=5),
            asked("twice", SMS),
            asked("twice", SMS, hours=1),
        ],
        limit=10,
    )
    assert [(gap.title, gap.count) for gap in gaps] == [("twice", 2), ("new", 1), ("old", 1)]
    assert [
        gap.title for gap in group_gaps([asked("old", unit(0, 1, 0)), asked("new", SMS, hours=1)], 1)
    ] == ["new"]


def test_questions_without_a_vector_or_of_another_embedder_stand_for_themselves():
    gaps = group_gaps(
        [
            asked("none", None),
            asked("empty", np.zeros(0, np.float32)),
            asked("small", unit(1, 0)),
            asked("large", SMS),
        ],
        limit=10,
    )
    assert sorted(gap.title for gap in gaps) == ["empty", "large", "none", "small"]
    assert {gap.count for gap in gaps} == {1}


def test_no_questions_leave_no_gap():
    assert group_gaps([], 10) == []


def test_a_gap_says_why_the_most_frequent_reason_first():
    group = [
        asked("one", SMS),
        replace(asked("two", SMS), reason="outdated"),
        replace(asked("three", SMS), reason="outdated"),
        replace(asked("four", SMS), reason=None),
        replace(asked("five", SMS), reason=None),
        replace(asked("six", SMS), reason=None),
    ]
    assert group_gaps(group, 10)[0].reasons == ("not_helpful", "outdated", "nothing_close")


def test_of_very_many_questions_the_latest_make_the_groups_and_older_ones_join_them(monkeypatch):
    monkeypatch.setattr("kb.gaps._COMPARED", 3)
    monkeypatch.setattr("kb.gaps._BLOCK", 2)
    gaps = group_gaps(
        [
            asked("Fax?", unit(0.2, 1, 0)),
            asked("A pager?", unit(0, 0, 1), hours=1),
            asked("Texting?", unit(1, 0.2, 0), hours=2),
            asked("Can I send SMS?", SMS, hours=3),
            asked("Text messages?", unit(1, 0.3, 0), hours=4),
            asked("Is there a fax?", unit(0, 1, 0), hours=5),
        ],
        limit=10,
    )
    assert [(gap.title, gap.count) for gap in gaps] == [
        ("Texting?", 3),
        ("Fax?", 2),
        ("A pager?", 1),
    ]
