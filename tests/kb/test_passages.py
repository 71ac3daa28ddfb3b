from __future__ import annotations

from itertools import pairwise

from hypothesis import given

from kb.embedder.hashing import HashingEmbedder
from kb.passages import TARGET_TOKENS, embedded_text, sentence_spans, split_article
from kb.types import Article, Block, Span
from tests.kb.builders import article, articles, quickly, texts

COUNT = HashingEmbedder().count_tokens


def split(written, limit=TARGET_TOKENS):
    return split_article(written, COUNT, limit)


def test_a_passage_knows_its_article_its_place_and_its_headings():
    written = article("trash", "# Trash\n\nIt holds bookings.\n\n## Later\n\nOpen Trash. Press Restore.\n")
    first, second = split(written)
    assert (first.article_id, first.ordinal, first.headings) == ("trash", 0, ())
    assert (second.ordinal, second.headings, second.text) == (1, ("Later",), "Open Trash. Press Restore.")
    assert [written.text[span.start : span.end] for span in second.sentences] == [
        "Open Trash.",
        "Press Restore.",
    ]


@quickly
@given(articles())
def test_offsets_of_passages_and_sentences_are_those_of_the_article(written):
    for passage in split(written):
        assert passage.text == written.text[passage.start : passage.end]
        assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)
        for span in passage.sentences:
            sentence = written.text[span.start : span.end]
            assert sentence and sentence == sentence.strip()


@quickly
@given(articles())
def test_passages_follow_each_other_and_leave_out_nothing_but_headings(written):
    spans = [span for passage in split(written) for span in passage.sentences]
    assert all(one.end <= other.start for one, other in pairwise(spans))
    kept = "".join(written.text[span.start : span.end] for span in spans)
    given_text = "".join(
        written.text[block.start : block.end] for block in written.blocks if block.kind != "heading"
    )
    assert "".join(kept.split()) == "".join(given_text.split())


@quickly
@given(articles())
def test_no_passage_has_more_tokens_than_the_limit(written):
    assert all(count <= 20 for count in COUNT([passage.text for passage in split(written, 20)]))


@quickly
@given(articles())
def test_no_passage_crosses_a_heading(written):
    headings = [block for block in written.blocks if block.kind == "heading"]
    assert not [
        passage
        for passage in split(written)
        for heading in headings
        if passage.start < heading.start < passage.end
    ]


def test_sections_of_the_same_name_stay_apart():
    written = article("faq", "## Example\n\nFirst.\n\n## Example\n\nSecond.\n")
    assert [(one.text, one.headings) for one in split(written)] == [
        ("First.", ("Example",)),
        ("Second.", ("Example",)),
    ]


def test_a_deeper_heading_stands_below_the_higher_ones_and_ends_with_them():
    written = article("levels", "## A\n\none\n\n### B\n\ntwo\n\n### C\n\nthree\n\n## D\n\nfour\n")
    assert [one.headings for one in split(written)] == [("A",), ("A", "B"), ("A", "C"), ("D",)]


def test_sentences_are_packed_up_to_the_limit():
    written = article("a", "One two three. Four five six. Seven eight nine.")
    assert [one.text for one in split(written, 6)] == [
        "One two three. Four five six.",
        "Seven eight nine.",
    ]


def test_ten_thousand_words_without_a_full_stop_are_cut_between_words():
    written = Article("a", "help", "A", " ".join(["extraordinarily"] * 5000 + ["a"] * 5000))
    passages = split(written)
    assert max(COUNT([one.text for one in passages])) == TARGET_TOKENS
    assert " ".join(one.text for one in passages) == written.text


def test_ten_thousand_letters_without_a_space_are_cut_where_they_have_too_many_tokens():
    written = Article("a", "help", "A", "wf-live/" * 1250)
    passages = split(written)
    assert "".join(one.text for one in passages) == written.text
    assert max(COUNT([one.text for one in passages])) <= TARGET_TOKENS


def test_articles_with_nothing_to_quote_have_no_passages():
    assert split(Article("a", "help", "A", "")) == ()
    assert split(Article("a", "help", "A", " \n\t ")) == ()
    only_headings = Article(
        "a", "help", "A", "Top\n\nLow", (Block("heading", 0, 3, 1), Block("heading", 5, 8, 2))
    )
    assert split(only_headings) == ()


def test_an_article_without_blocks_is_one_paragraph():
    (passage,) = split(Article("a", "help", "A", "  Hello  "))
    assert (passage.text, passage.start, passage.end) == ("Hello", 2, 7)


def test_emoji_and_chinese_japanese_and_korean_letters_keep_their_offsets():
    text = "Press 👩‍👩‍👧‍👦 now. 予約を削除しました。元に戻せます。 예약을 삭제했습니다. Done."
    (passage,) = split(Article("a", "help", "A", text, language="ja"))
    assert [text[span.start : span.end] for span in passage.sentences] == [
        "Press 👩‍👩‍👧‍👦 now.",
        "予約を削除しました。",
        "元に戻せます。",
        "예약을 삭제했습니다.",
        "Done.",
    ]


def test_code_and_rows_are_cut_at_lines_not_at_full_stops():
    text = "curl -X GET. now\r\n\n  wf.get()\n"
    (passage,) = split(Article("a", "help", "A", text, (Block("code", 0, len(text)),)))
    assert [text[span.start : span.end] for span in passage.sentences] == ["curl -X GET. now", "wf.get()"]


def test_a_language_nobody_knows_is_cut_as_english():
    assert sentence_spans("One. Two.", 0, 9, "xx-Nowhere") == [Span(0, 4), Span(5, 9)]


@quickly
@given(texts)
def test_sentences_of_a_part_lie_within_it(text):
    middle = len(text) // 2
    assert all(middle <= one.start < one.end <= len(text) for one in sentence_spans(text, middle, len(text)))


def test_an_embedder_sees_the_place_before_the_words():
    assert embedded_text("Trash", ("Later", "Series"), "Expand it.") == "Trash > Later > Series\nExpand it."
    assert embedded_text("", (), "Expand it.") == "Expand it."
