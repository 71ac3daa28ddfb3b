from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.embedder.hashing import HashingEmbedder
from kb.passages import split_article
from kb.questions import read_question
from kb.quoting import best_span, hit_of, is_outdated, word_spans
from kb.ranking.model import RankedArticle
from kb.ranking.signals import Signals
from kb.retrieval import Candidates
from kb.types import Span
from tests.kb.builders import NOW, articles, quickly, stored_passage, texts, unit


def passage_of(*sentences):
    text = " ".join(sentences)
    starts = [text.index(sentence) for sentence in sentences]
    stored = stored_passage(text, start=100)
    spans = tuple(
        Span(100 + start, 100 + start + len(sentence))
        for start, sentence in zip(starts, sentences, strict=True)
    )
    return replace(stored, passage=replace(stored.passage, sentences=spans))


def quoted(stored, cosines, **limits):
    span = best_span(stored, np.array(cosines), **limits)
    return stored.passage.text[span.start - 100 : span.end - 100]


FIVE = passage_of("One.", "Two.", "Three.", "Four.", "Five.")


@pytest.mark.parametrize(
    ("cosines", "chosen"),
    [
        ([0.1, 0.2, 0.9, 0.3, 0.4], "Three. Four. Five."),
        ([0.1, 0.4, 0.9, 0.3, 0.2], "Two. Three. Four."),
        ([0.9, 0.1, 0.1, 0.1, 0.8], "One. Two. Three."),
        ([0.1, 0.1, 0.1, 0.1, 0.9], "Three. Four. Five."),
    ],
)
def test_a_quote_grows_from_the_nearest_sentence_to_its_nearer_neighbours(cosines, chosen):
    assert quoted(FIVE, cosines) == chosen


def test_a_snippet_is_one_sentence():
    assert quoted(FIVE, [0.1, 0.4, 0.9, 0.3, 0.2], sentences=1) == "Three."


def test_a_quote_stays_short():
    long = passage_of("Start " * 60 + "here.", "Middle " * 60 + "there.", "The end.")
    assert quoted(long, [0.1, 0.9, 0.8]).startswith("Middle")
    assert quoted(long, [0.1, 0.9, 0.8]).endswith("The end.")
    assert quoted(long, [0.9, 0.1, 0.1]).endswith("here.")


def test_a_passage_whose_sentences_have_no_vectors_is_quoted_from_its_start():
    assert quoted(FIVE, []) == "One. Two. Three. Four. Five."
    assert quoted(stored_passage("x" * 2000, start=100), []) == "x" * 450


@quickly
@given(articles(), st.integers(1, 3), st.randoms(use_true_random=False))
def test_whatever_is_nearest_a_quote_is_a_piece_of_the_article(written, sentences, random):
    for passage in split_article(written, HashingEmbedder().count_tokens):
        stored = stored_passage("any")
        stored = replace(stored, passage=passage)
        span = best_span(stored, np.array([random.random() for _ in passage.sentences]), sentences)
        assert passage.start <= span.start < span.end <= passage.end
        assert span.start in {one.start for one in passage.sentences}
        assert span.end in {one.end for one in passage.sentences}


def test_the_questions_words_are_marked_in_any_inflection():
    text = "Deleting a booking moves it to Trash; the deleted one is kept."
    spans = word_spans(text, "How do I delete bookings?", 40)
    assert [text[span.start - 40 : span.end - 40] for span in spans] == ["Deleting", "booking", "deleted"]


def test_stop_words_are_not_marked():
    assert word_spans("How do I do it?", "how do I do it", 0) == ()


def test_codes_are_marked_whole():
    text = "Error CAL-401: sign in again."
    assert word_spans(text, "what is CAL-401", 0) == (Span(6, 13),)


@quickly
@given(texts, texts, st.integers(0, 1000))
def test_marks_lie_within_the_text_in_order_and_never_overlap(text, question, offset):
    spans = word_spans(text, question, offset)
    assert all(offset <= span.start < span.end <= offset + len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


def test_of_sentences_about_as_near_the_one_with_the_questions_words_is_shown():
    stored = passage_of("Open the calendar first.", "Deleted bookings are in Trash.")
    near = Signals(np.zeros((1, 5)), (np.array([0.6, 0.5]),), np.ones(1), 2, 0)
    found = Candidates(read_question("deleted bookings"), unit(1, 0), (stored,), near)
    hit = hit_of(found, RankedArticle("deposits", (0,), 0.9), 0.8)
    assert (hit.snippet, hit.start, hit.probability) == ("Deleted bookings are in Trash.", 125, 0.8)
    assert [stored.passage.text[span.start - 100 : span.end - 100] for span in hit.highlights] == [
        "Deleted",
        "bookings",
    ]


def test_an_article_is_outdated_from_the_day_after_it_was_due():
    today = NOW.date()
    assert not is_outdated(stored_passage("x"), today)
    assert not is_outdated(stored_passage("x", verify_by=today), today)
    assert is_outdated(stored_passage("x", verify_by=today - timedelta(days=1)), today)
    assert is_outdated(stored_passage("x", verify_by=date(2020, 1, 1)), today)
