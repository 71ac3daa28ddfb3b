from __future__ import annotations

from api.pages.evidence import MarkedPiece, SpokenWords, marked_pieces, spoken_words
from triage.types import Evidence


def body(start: int, end: int, weight: float = 1.0, task: str = "topic", label: str = "payments") -> Evidence:
    return Evidence("body", start, end, label, weight, task)


def test_words_that_carried_a_decision_are_marked_by_their_weight():
    assert marked_pieces("pay me now", [body(0, 3, 3.0), body(7, 10, 1.0)], "body") == (
        MarkedPiece("pay", 3, why="Topic: speaks for “payments”"),
        MarkedPiece(" me "),
        MarkedPiece("now", 1, why="Topic: speaks for “payments”"),
    )


def test_words_that_speak_against_are_told_apart():
    (piece,) = marked_pieces("hurry", [body(0, 5, -0.2, "urgency", "low")], "body")
    assert piece.against
    assert piece.why == "Urgency: speaks against “Low”"


def test_where_evidence_overlaps_each_part_says_all_it_speaks_for():
    pieces = marked_pieces("leave now", [body(0, 9, 1.0), body(6, 9, 2.0, "urgency", "urgent")], "body")
    assert [(piece.text, piece.why) for piece in pieces] == [
        ("leave ", "Topic: speaks for “payments”"),
        ("now", "Topic: speaks for “payments”; Urgency: speaks for “Urgent”"),
    ]


def test_places_that_are_not_in_the_text_mark_nothing():
    assert marked_pieces("short", [body(3, 90), body(40, 50), body(-2, 2)], "body") == (MarkedPiece("short"),)
    assert spoken_words("", "short", [body(3, 90)]) == []


def test_evidence_of_another_field_marks_nothing():
    assert marked_pieces("pay", [Evidence("subject", 0, 3, "payments", 1.0)], "body") == (MarkedPiece("pay"),)


def test_a_long_text_is_cut_and_marks_reach_to_the_cut():
    pieces = marked_pieces("abcdefgh", [body(2, 7)], "body", most=4)
    assert [piece.text for piece in pieces] == ["ab", "cd"]


def test_an_empty_text_has_no_pieces():
    assert marked_pieces("", [], "body") == ()


def test_spoken_words_come_task_by_task_the_weightiest_first():
    evidence = [
        body(0, 3, 1.0, "urgency", "high"),
        body(4, 6, -2.0),
        Evidence("subject", 0, 2, "payments", 1.0, ""),
    ]
    assert spoken_words("Hi", "pay me", evidence) == [
        SpokenWords("me", "topic", "payments", -2.0),
        SpokenWords("Hi", "topic", "payments", 1.0),
        SpokenWords("pay", "urgency", "high", 1.0),
    ]
