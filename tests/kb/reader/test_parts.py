from __future__ import annotations

from kb.reader.parts import Part, lay_out, rows, tidy, verbatim
from kb.types import Block


def test_parts_are_set_off_by_empty_lines_but_items_and_rows():
    text, blocks = lay_out(
        [Part("heading", "Pay", 2), Part("item", "Visa"), Part("item", "Amex", 1), Part("paragraph", "")]
    )

    assert text == "Pay\n\nVisa\nAmex"
    assert blocks == (Block("heading", 0, 3, 2), Block("item", 5, 9, 0), Block("item", 10, 14, 1))


def test_white_space_is_tidied_but_in_code():
    assert tidy(" a\u00a0 b\u200b \n\n c ") == "a b\nc"
    assert verbatim("\n\n  a\n\tb  \n\n") == "  a\n    b"


def test_rows_without_a_head_carry_no_labels():
    assert [part.text for part in rows([["a", "b", "c"], ["d", "", "f"]], headed=False)] == [
        "a | b | c",
        "d | f",
    ]
