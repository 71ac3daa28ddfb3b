"""What questions find: how the words of a question become a query."""

from __future__ import annotations

import time

import pytest

from kb.index.words import TantivyWords
from kb.types import Scope

EMBEDDER = "test embedder/v1"
PUBLIC = Scope(audiences=frozenset({"public"}))


@pytest.fixture(scope="module")
def index(tmp_path_factory, make_feed, articles) -> TantivyWords:
    feed = make_feed()
    feed.put(*articles)
    made = TantivyWords(tmp_path_factory.mktemp("words") / "words")
    made.rebuild(feed, EMBEDDER, lambda _: None)
    return made


def found(index, text, scope=PUBLIC, limit=5, prefix=False) -> list[int]:
    return [hit.passage_id for hit in index.search(text, limit, scope, prefix)]


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("How can my clients cancel?", 1),
        ("refund of a deposit", 2),
        ("what does CAL-401 mean", 5),
        ("cal-402", 5),
        ("Where do I find wf_live_?", 4),
        ("X-Wrenfield-Signature", 3),
        ("is there a C++ version", 7),
        (".htaccess", 7),
        ("what is plausible_ignore for", 8),
        ("2FA", 6),
        ("two factor", 6),
        ("turn on TWO-FACTOR authentication!!!", 6),
    ],
)
def test_the_passage_with_the_words_comes_first(index, question, passage):
    assert found(index, question)[0] == passage


def test_an_exact_code_outweighs_repeated_plain_words(index):
    assert found(index, "calendar connection CAL-401")[0] == 5


@pytest.mark.parametrize(
    ("question", "passage"), [("email", 6), ("e-mail", 6), ("selfhosting", 7), ("self hosting", 7)]
)
def test_hyphenated_joined_and_separate_spellings_find_each_other(index, question, passage):
    assert found(index, question)[0] == passage


@pytest.mark.parametrize(
    ("question", "passage"),
    [("recepionist", 10), ("receptoinist", 10), ("recptionst", 10), ("depsits", 2), ("webhoks", 3)],
)
def test_a_misspelt_word_finds_its_neighbour(index, question, passage):
    assert found(index, question) == [passage]


def test_short_words_and_codes_are_not_guessed(index):
    assert found(index, "keyz") == []
    assert found(index, "CAM-407") == []


def test_a_known_word_is_not_replaced_by_a_neighbour(index):
    assert found(index, "closes") == [1]


@pytest.mark.parametrize(
    ("typed", "passage"),
    [("recep", 10), ("how do I turn on two-f", 6), ("receptoi", 10), ("webh", 3), ("wf_li", 4)],
)
def test_an_unfinished_last_word_is_completed_on_demand(index, typed, passage):
    assert found(index, typed, prefix=True)[0] == passage


def test_an_unfinished_word_finds_nothing_otherwise(index):
    assert found(index, "recep") == []


def test_a_quoted_phrase_outweighs_the_same_words_apart(tmp_path, feed, articles, row):
    feed.put(*articles)
    own_index = TantivyWords(tmp_path / "words")
    own_index.rebuild(feed, EMBEDDER, lambda _: None)
    own_index.apply(
        [
            row(
                21, title="Day sheet", words="At the end of the day the window shows what is left of the day."
            ),
            row(22, title="The window, the day", words="day window day window of the window and the day"),
        ],
        [],
        2,
    )
    assert found(own_index, "window of the day")[0] == 22
    assert found(own_index, '"window of the day"')[0] == 10
    assert found(own_index, "what does “window of the day” mean")[0] == 10


def test_rare_words_of_a_long_mail_decide(index):
    mail = (
        "Hello, a client and the booking were in the calendar. " * 900 + "It said CAL-402 and receptionist."
    )
    started = time.perf_counter()
    assert set(found(index, mail, limit=4)) >= {5, 10}
    assert time.perf_counter() - started < 1


def test_a_long_text_of_forty_thousand_words_is_searched_at_once(index):
    text = " ".join(f"word{number}" for number in range(40_000)) + " receptionist"
    started = time.perf_counter()
    assert found(index, text) == [10]
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        '"',
        '""',
        "AND OR NOT",
        "title:(deposit",
        "deposit~3 ^2 [a TO b] {",
        "*",
        "a" * 300,
        "\x00\ud800",
        "+deposit -refund",
        "🙂 " * 500,
        '"' * 999,
        "é" * 200,
    ],
)
@pytest.mark.parametrize("prefix", [False, True])
def test_no_question_is_malformed(index, question, prefix):
    assert isinstance(index.search(question, 5, PUBLIC, prefix), list)


def test_stop_words_are_searched_where_there_is_nothing_else(index):
    assert 10 in found(index, "the of", limit=10)
