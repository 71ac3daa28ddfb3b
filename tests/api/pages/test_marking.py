from __future__ import annotations

from api.pages.marking import Piece, shown_groups
from kb.reader import read_text

ARTICLE = read_text(
    "Before.\n\n## Steps\n\n1. Open the page.\n2. Press Save.\n\nAfter it, wait.",
    article_id="a",
    source="s",
    title="T",
)


def texts(groups):
    return [
        (group.kind, ["".join(piece.text for piece in block.pieces) for block in group.blocks])
        for group in groups
    ]


def test_neighbours_of_one_kind_are_one_group():
    assert texts(shown_groups(ARTICLE, 0, 0)) == [
        ("paragraph", ["Before."]),
        ("heading", ["Steps"]),
        ("item", ["Open the page.", "Press Save."]),
        ("paragraph", ["After it, wait."]),
    ]


def test_a_quote_across_blocks_is_marked_in_each_and_begins_once():
    start = ARTICLE.text.index("the page")
    end = ARTICLE.text.index("Press") + len("Press")
    items = shown_groups(ARTICLE, start, end)[2].blocks
    assert items[0].pieces == (
        Piece("Open ", marked=False),
        Piece("the page.", marked=True, first=True),
    )
    assert items[1].pieces == (Piece("Press", marked=True), Piece(" Save.", marked=False))


def test_a_place_outside_the_text_marks_nothing():
    groups = shown_groups(ARTICLE, 10_000, 20_000)
    assert not any(piece.marked for group in groups for block in group.blocks for piece in block.pieces)
