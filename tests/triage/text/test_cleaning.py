from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.text import MAX_CHARACTERS, FieldSpan, clean, original_text, to_field, to_original
from triage.types import CleanText

quickly = settings(max_examples=60, deadline=None, derandomize=True, database=None)
WANTED = "my card was charged twice for order 4711 in March."
pieces = st.lists(
    st.sampled_from(
        [
            "Hi Ana,\n",
            "> quoted\n",
            "On 3 May 2026 at 10:00, Jo <a@b.c> wrote:\n",
            "From: a@b.c\nSubject: x\n",
            "It fails. Why?\n",
            "\r\n",
            "\n\n",
            "Thanks,\nBob\n",
            "-- \n",
            "<p>one &amp; two</p>",
            "<blockquote>",
            "&nbsp;",
            "\x00\u200b",
            "1. first\n2) please help\n",
            "---------- Forwarded message ---------\n",
            "FYI\n",
            "é👋🏽",
            "\ud800",
            "\u2028",
        ]
    ),
    max_size=14,
).map("".join)


def body_of(body, subject=""):
    return clean(subject, body).text


@pytest.mark.parametrize(
    "mail",
    [
        "Hi,\n\n{}\n\nThanks,\nBob Smith",
        "Dear Support Team,\n{}\nKind regards\nBob\n\nSent from my iPhone",
        "Hello Ana! {}",
        "{}\n\n-- \nBob Smith\nAcme Ltd\n+44 20 123 4567",
        "{}\n\nBob Smith\nHead of Sales\nTel: +44 20 123 4567\nwww.acme.example",
        "Guten Tag Frau Meier,\n\n{}\n\nMit freundlichen Grüßen\nKlaus Müller\n\nGesendet von Outlook für iOS",
        "Hola equipo,\n\n{}\n\nUn saludo,\nLucía\n\nEnviado desde mi iPhone",
        "Bonjour Madame,\n\n{}\n\nCordialement,\nLuc Martin\n\nEnvoyé de mon iPhone",
        "Ciao,\n\n{}\n\nCordiali saluti\nMarco".replace("Ciao,\n\n", ""),
        "{}\n\nOn Mon, 3 Mar 2026 at 10:00, Ana <ana@help.example> wrote:\n> Dear Bob\n> try again",
        "{}\n\nOn Mon, 3 Mar 2026 at 10:00, Ana\n<ana@help.example> wrote:\n\nDear Bob,\ntry again",
        "{}\n\nAm 03.03.2026 um 10:00 schrieb Ana <ana@help.example>:\n> Hallo",
        "{}\n\nEl lun, 3 mar 2026 a las 10:00, Ana (<ana@help.example>) escribió:\n> Hola",
        "{}\n\nLe lun. 3 mars 2026 à 10:00, Ana <ana@help.example> a écrit :\n> Bonjour",
        "{}\n\nOp ma 3 mrt. 2026 om 10:00 schreef Ana <ana@help.example>:\n> Hallo",
        "{}\n\n-----Original Message-----\nFrom: Ana\nSent: Monday\nTo: Bob\nSubject: Card\n\nDear Bob",
        "{}\n\n________________________________\nFrom: Ana <ana@help.example>\nSent: Monday\nTo: Bob\n\nDear Bob",
        "{}\n\nVon: Ana <ana@help.example>\nGesendet: Montag\nAn: Bob\nBetreff: Karte\n\nHallo Bob",
        "{}\n\nDe: Ana <ana@help.example>\nEnviado: lunes\nPara: Bob\nAsunto: Tarjeta\n\nHola Bob",
        "{}\n\nDe : Ana <ana@help.example>\nEnvoyé : lundi\nÀ : Bob\nObjet : Carte\n\nBonjour Bob",
        "> Which order is it?\n\n{}",
        "On Mon, 3 Mar 2026 at 10:00, Ana <ana@help.example> wrote:\n> Which order is it?\n\n{}",
        "{}\n\nThis e-mail is confidential and intended solely for the addressee.",
        "{}\n\nDiese E-Mail enthält vertrauliche Informationen.\n\nGeschäftsführer: K. Meier, Amtsgericht Bonn HRB 12",
        "{}\n\nCe message est confidentiel et destiné au destinataire.",
        "{}\n\nEste mensaje es confidencial.",
        "<html><style>p {{}}</style><body><p>Hi,</p><p>{}</p>On 3 May 2026 Jo wrote:<blockquote>x</blockquote></html>",
        "<div>{}</div><div class='gmail_signature'>Bob<br>Boss of everything</div>",
        "\ufeff\r\n{}\r\n\r\n",
    ],
)
def test_what_is_not_the_writers_own_comes_off(mail):
    assert body_of(mail.format(WANTED)) == WANTED


@pytest.mark.parametrize(
    "body",
    [
        "From: London\nTo: Paris\nDate: 3 May\nplease move my seat",
        "My colleague wrote:\nthe page is blank since Monday",
        "steps:\n- open the page\n- press Save",
        "the email said this message is odd",
        "Thanks for the quick refund\nbut the fee is still missing",
        "my <div> is shown as text",
        "a > b gives the wrong result",
    ],
)
def test_words_that_only_look_like_wrapping_stay(body):
    assert body_of(body) == body


@pytest.mark.parametrize("body", ["Hi!", "> all of it\n> is quoted", "Best regards", "Sent from my iPhone"])
def test_a_message_of_wrapping_alone_says_something_still(body):
    assert body_of(body).strip("> ") != ""


def test_answers_between_quotes_are_kept_in_their_order():
    assert body_of("> Which order?\n4711\n> Which card?\nthe blue one") == "4711\nthe blue one"


@pytest.mark.parametrize(
    "top", ["", "FYI", "Hi team,\n\nplease see below.\n\nThanks,\nJo", "zur Info", "Can you help?"]
)
def test_forwarded_mail_counts_where_the_mail_above_only_points_to_it(top):
    below = f"From: K <k@x.example>\nSubject: Card\n\nHello,\n{WANTED}\nK"
    mail = f"{top}\n\n---------- Forwarded message ---------\n{below}"
    assert body_of(mail, "Fwd: Card").startswith(f"Card\n\n{WANTED}")


def test_a_forward_that_is_quoted_loses_its_marks():
    mail = f"Begin forwarded message:\n\n> From: K <k@x.example>\n> Subject: Card\n>\n> {WANTED}\n> It hurts."
    assert body_of(mail) == f"{WANTED}\nIt hurts."


def test_words_above_a_forward_count_alone_where_they_say_something():
    mail = f"{WANTED} I sent you the receipt last week as well.\n\n-----Original Message-----\nFrom: a@b.c\n\nold"
    assert body_of(mail) == f"{WANTED} I sent you the receipt last week as well."


@pytest.mark.parametrize(
    "mail",
    [
        "The nurses sent me this, sorry to be the bearer.\n\n> {}\n> It hurts.",
        "I pass this on from our project lead, as written.\n\nOn 3 May 2026, Jo <a@b.c> wrote:\n> {}\n> It hurts.",
        "Our bookkeeper explains it better than I can.\n> {}\n> It hurts.",
    ],
)
def test_a_colleagues_words_that_are_passed_on_are_kept_with_the_writers(mail):
    top = mail.split("\n")[0]
    assert body_of(mail.format(WANTED)).replace("\n\n", "\n") == f"{top}\n{WANTED}\nIt hurts."


def test_quotes_in_a_forward_stay_where_they_stand():
    mail = f"I only opened the mailbox.\n> {WANTED}\nNobody there picks up."
    assert (
        body_of(mail, "FW: Card") == f"Card\n\nI only opened the mailbox.\n{WANTED}\nNobody there picks up."
    )


def test_quoted_lines_at_the_end_of_a_reply_are_the_older_mail():
    assert body_of(f"{WANTED}\n\n> What did we charge?", "Re: Card") == f"Card\n\n{WANTED}"


def test_a_postscript_below_the_name_is_kept():
    assert (
        body_of(f"{WANTED}\n\nBest,\nBob\n\nPS: the PIN is wrong too")
        == f"{WANTED}\n\nPS: the PIN is wrong too"
    )


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Re: AW: [Ticket #123] Fwd: Login broken", "Login broken"),
        ("RE[2]: [EXTERNAL] WG: Login broken", "Login broken"),
        ("[#88] Login broken", "Login broken"),
        ("Return to sender", "Return to sender"),
        ("[urgent] Login", "[urgent] Login"),
        ("Re:", ""),
    ],
)
def test_marks_of_mail_and_help_desk_come_off_the_subject(subject, title):
    assert clean(subject, "").text == title


def test_the_text_is_subject_blank_line_body_and_every_character_finds_home():
    subject, body = "Re: Login broken", "Hi Ana,\r\n\r\nit fails.\r\n> old\r\nStill."
    found = clean(subject, body)
    assert found.text == "Login broken\n\nit fails.\nStill."
    at = found.text.index("Still")
    span = to_original(found, at, at + 5)
    assert original_text(subject, body)[span.start : span.end] == "Still"
    assert to_field(found, subject, at, at + 5) == FieldSpan(
        "body", body.index("Still"), body.index("Still") + 5
    )
    assert to_field(found, subject, 0, 5) == FieldSpan("subject", 4, 9)


def test_places_in_html_are_those_of_its_source():
    body = "<p>Hi,</p><p>Tom &amp; <b>Jo</b> pay</p>"
    found = clean("", body)
    assert found.text == "Tom & Jo pay"
    assert to_field(found, "", 6, 8) == FieldSpan("body", body.index("Jo"), body.index("Jo") + 2)


def test_a_range_outside_the_text_is_refused():
    with pytest.raises(IndexError):
        to_original(clean("", "abc"), 2, 4)


@pytest.mark.parametrize(
    ("subject", "body"), [("", ""), (" ", "\n \t"), ("", "\u200b\ufeff"), ("\x00", "\x01")]
)
def test_nothing_gives_nothing(subject, body):
    assert clean(subject, body) == CleanText("")


def test_control_characters_are_shown_as_spaces():
    assert body_of("a\x00b\x1bc\u00a0d\ud800") == "a b c d\ufffd"


@given(pieces, pieces)
@quickly
def test_text_and_parts_always_agree(subject, body):
    found = clean(subject, body)
    spans = list(found.parts)
    assert sum(span.end - span.start for span in spans) == len(found.text)
    assert all(one.end < two.start for one, two in pairwise(spans))
    assert all(0 <= span.start < span.end <= len(found.text) for span in found.statements)
    assert not spans or spans[-1].end <= len(original_text(subject, body))
    assert all(one.end <= two.start for one, two in pairwise(found.statements))


@pytest.mark.parametrize(
    "body",
    [
        "x" * 5_000_000,
        "<div>" * 1_000_000,
        "\x00\x01\xff" * 1_000_000,
        "On 2026 a wrote b:\n" * 10_000,
        "From: a@b\nTo:\n" * 10_000,
        "Thanks\n" * 10_000,
        "<!--" * 10_000,
    ],
    ids=["long", "deep", "binary", "introductions", "headers", "closings", "comments"],
)
def test_bodies_made_to_hurt_take_little_time(body):
    started = time.process_time()
    found = clean("x", body)
    assert time.process_time() - started < 2
    assert len(found.text) <= MAX_CHARACTERS + 3


def test_a_long_style_sheet_does_not_hide_the_words():
    assert (
        body_of(f"<html><head><style>{'p{}' * 30_000}</style></head><body>{WANTED}</body></html>") == WANTED
    )
