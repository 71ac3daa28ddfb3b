from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reports.render.blocks import Run, text
from reports.render.pdf_flow import lines_of


def letters(words, run):
    return float(len(words))


def shown(lines):
    return ["".join(piece.text for piece in line) for line in lines]


def test_words_are_set_into_lines():
    assert shown(lines_of(text("the quick brown fox"), 9, letters)) == ["the quick", "brown fox"]


def test_breaks_are_kept():
    assert shown(lines_of(text("one\n\ntwo"), 9, letters)) == ["one", "", "two"]


def test_a_word_wider_than_the_line_is_cut():
    assert shown(lines_of(text("a https://example"), 8, letters)) == ["a", "https://", "example"]


def test_a_comma_stays_with_the_word_before_it():
    runs = text(Run("12", "#a"), ", ", Run("345", "#b"), ", ", Run("6"))

    assert shown(lines_of(runs, 7, letters)) == ["12,", "345, 6"]


def test_a_line_keeps_the_looks_of_its_words():
    (line,) = lines_of(text("see ", Run("T-1", "#t", bold=True), " now"), 20, letters)

    assert [(piece.text, piece.run.bold, piece.width) for piece in line] == [
        ("see ", False, 4.0),
        ("T-1", True, 3.0),
        (" now", False, 4.0),
    ]


@given(st.text(alphabet="ab ,\n", max_size=60), st.integers(1, 12))
def test_nothing_is_lost_and_nothing_is_too_wide(words, width):
    lines = shown(lines_of(text(words), float(width), letters))

    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(len(line) <= width for line in lines)
