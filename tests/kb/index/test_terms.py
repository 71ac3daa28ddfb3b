from __future__ import annotations

import pytest

from kb.index.terms import joined_forms, normal, phrases, terms, terms_of_word, words


def test_words_lose_case_accents_and_endings():
    assert terms("Bookings, BOOKED and Café clients") == ["book", "book", "cafe", "client"]


@pytest.mark.parametrize(
    "code",
    [
        "cal-401",
        "wf_live_",
        "x-wrenfield-signature",
        "c++",
        "c#",
        ".htaccess",
        "plausible_ignore",
        "2fa",
        "5.3",
        "$home",
    ],
)
def test_codes_and_product_names_stay_whole(code):
    assert words(f'(See `{code.upper()}`, or "{code}".)')[1].exact == code
    assert words(f"What is {code}?")[-1].exact == code


def test_a_code_gives_itself_and_its_parts():
    assert terms("Error CAL-401.") == ["error", "cal-401", "cal", "401"]


def test_a_sentence_end_is_no_part_of_a_word():
    assert [word.exact for word in words("Open Settings. Save: done!")] == [
        "open",
        "settings",
        "save",
        "done",
    ]


def test_stop_words_are_left_out_unless_nothing_else_is_there():
    assert terms("How do I do the refund?") == ["refund"]
    assert terms("how do I") == ["how", "do", "i"]


def test_one_word_gives_what_it_gives_within_a_text():
    assert terms_of_word("the") == ()
    assert terms_of_word("CAL-401:") == ("cal-401", "cal", "401")


def test_hyphens_and_quotes_of_every_kind_are_one():
    assert terms("CAL\u2011401 \u201csaved\u201d don\u2019t") == terms('CAL-401 "saved" don\'t')
    assert normal("\ufb01ne") == "fine"


def test_hyphenated_words_have_a_joined_form():
    assert joined_forms("Send an e-mail or a follow-up-note") == "email followupnote"
    assert joined_forms("nothing here") == ""


def test_scripts_without_spaces_are_cut_into_pairs_of_letters():
    assert terms("予約の変更") == ["予約", "約の", "の変", "変更"]


def test_phrases_are_what_stands_in_quotation_marks():
    assert phrases('Where is "Save changes" and “Client list”, not "open?') == [
        ("save", "chang"),
        ("client", "list"),
    ]


@pytest.mark.parametrize("text", ["", "   ", "?!…", '""', "\x00", "\ud800", "🙂", "a" * 5_000])
def test_odd_texts_have_no_terms_and_do_no_harm(text):
    assert terms(text) == []
    assert phrases(text) == []
