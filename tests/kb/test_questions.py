from __future__ import annotations

import time

import pytest
from hypothesis import given

from kb.errors import InvalidQuestion
from kb.questions import MAX_CHARACTERS, read_question
from tests.kb.builders import quickly, texts

LONG = "Yesterday evening I deleted the wrong booking of a client who comes at ten tomorrow morning."


@pytest.mark.parametrize(
    "wrapped",
    [
        "Hi there,\n\nhow do I restore a booking?",
        "Hello Anna! how do I restore a booking?",
        "Dear support team, how do I restore a booking?",
        "Good morning - how do I restore a booking?",
        "how do I restore a booking?\n\nThanks,\nJohn Q. Smith",
        "how do I restore a booking? Thank you for your help! Best regards, Maria López",
        "how do I restore a booking?\nKind regards\nTom\n\nSent from my iPhone",
        "how do I restore a booking?\n-- \nTom Taylor\nOwner, Salon Taylor\n+358 40 123",
        "how do I restore a booking?\n\nOn Mon, 3 Mar 2026, Anna wrote:\n> Dear Tom,\n> please tell us more",
        "On Mon, 3 Mar 2026, Anna wrote:\n> what is it about?\n\nhow do I restore a booking?",
        "how do I restore a booking?\n-----Original Message-----\nFrom: Anna\nHello",
    ],
)
def test_greeting_signature_and_quoted_mail_come_off(wrapped):
    assert read_question(wrapped).text == "how do I restore a booking?"


def test_what_came_in_is_kept():
    assert read_question("Hi! Where is Trash?").asked == "Hi! Where is Trash?"


@pytest.mark.parametrize(
    "question",
    [
        "How do I send a thank you email to clients",
        "hello-bar widget is broken",
        "Where do regards to the team go",
        "What is the range of 3 > 2",
        "Hi-res logo upload",
    ],
)
def test_words_that_only_look_like_wrapping_stay(question):
    assert read_question(question).text == question


@pytest.mark.parametrize("only", ["Hi! Thanks!", "> quoted", "Best regards", "???", "!!!", "👋", "…" * 200])
def test_a_question_of_wrapping_alone_is_taken_as_it_stands(only):
    question = read_question(only)
    assert question.text == only
    assert question.parts == (only,)


def test_anger_and_small_talk_are_left_out_of_a_long_question():
    asked = f"This is ridiculous!!! {LONG} Unacceptable. How do I get it back?"
    assert read_question(asked).text == f"{LONG} How do I get it back?"


def test_anger_that_names_the_matter_stays():
    asked = f"{LONG} Your calendar synchronisation with Outlook is a terrible joke. What now?"
    assert "synchronisation with Outlook" in read_question(asked).text


def test_several_requests_are_parted():
    asked = f"{LONG} How do I get my deleted booking back? Also can you tell me how deposits are refunded?"
    assert read_question(asked).parts == (
        "How do I get my deleted booking back?",
        "Also can you tell me how deposits are refunded?",
    )


def test_a_request_too_short_to_stand_alone_takes_the_sentence_before_it():
    assert read_question(f"{LONG} How?").parts == (f"{LONG} How?",)


def test_a_long_text_that_asks_nothing_is_one_request():
    assert read_question(f"{LONG} {LONG}").parts == (f"{LONG} {LONG}",)


@pytest.mark.parametrize(
    "asked",
    [
        "Я удалил запись клиента вчера вечером по ошибке. Это очень важно для нас. Как её теперь восстановить? "
        "Клиент ждёт ответа.",
        "昨日の夜、予約を間違えて削除してしまいました。お客様は明日の朝十時に来店する予定です。"
        "どうすれば元に戻すことができますか。よろしくお願いします。お返事をお待ちしています。"
        "どうぞよろしくお願い申し上げます。急いでいます。",
        "Ich habe gestern Abend versehentlich die falsche Buchung gelöscht. Der Kunde kommt morgen früh um zehn. "
        "Wie stelle ich sie wieder her?",
    ],
)
def test_sentences_in_other_languages_are_not_taken_for_noise(asked):
    assert "".join(read_question(asked).text.split()) == "".join(asked.split())


def test_the_longest_question_is_read_and_one_letter_more_refused():
    longest = ("word " * MAX_CHARACTERS)[:MAX_CHARACTERS]
    assert read_question(longest).asked == longest
    with pytest.raises(InvalidQuestion, match="50001 characters; at most 50000"):
        read_question(longest + "x")


@pytest.mark.parametrize(
    "nasty",
    [
        "a" + " " * 49_000 + "b",
        "a" + "\n" * 49_000 + "b",
        "hi" + " " * 49_000 + "x",
        "hi" + " ,-" * 16_000,
        "thanks" + "!" * 49_000 + "x",
        "thanks A" + "." * 49_000 + "x",
        "thanks " * 7_000 + "x",
        "a\n" + "> x\n" * 12_000,
        "_" * 25_000 + "\n" * 24_000 + "x",
        "On " * 16_000,
        "I am sick " * 4_900,
        "?" * 50_000,
    ],
)
def test_no_question_takes_long_to_read(nasty):
    started = time.perf_counter()
    read_question(nasty)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("empty", ["", "  \n\t "])
def test_an_empty_question_is_refused(empty):
    with pytest.raises(InvalidQuestion, match="empty"):
        read_question(empty)


@pytest.mark.parametrize("asked", ["where\x00is it", "where \ud83d is it"])
def test_what_is_no_character_is_refused(asked):
    with pytest.raises(InvalidQuestion, match="NUL character or half a surrogate pair"):
        read_question(asked)


@quickly
@given(texts.filter(str.strip).filter(lambda text: "\x00" not in text))
def test_anything_typed_has_a_text_and_requests(asked):
    question = read_question(asked)
    assert question.text.strip()
    assert question.parts
    assert all(part.strip() for part in question.parts)
