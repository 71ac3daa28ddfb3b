from __future__ import annotations

import socket
from email import message_from_bytes
from email.policy import default

import pytest

from connectors.mail import MailServer, MailSink
from reports.render import digest_of, render
from reports.sinks import DeliveryFailed

HERE = frozenset({"127.0.0.1"})
TO = ("dana@example.com", "product@example.com")


def sink(port, **given):
    server = MailServer("127.0.0.1", port, "none", private_hosts=HERE, **given)
    return MailSink("leads", server, "Pointsman <reports@boards.example>", TO, "https://s.example")


def received(mailbox):
    ((recipients, content),) = mailbox.mails
    return recipients, message_from_bytes(content, policy=default)


def test_a_mail_reaches_everybody_with_the_report_attached(mailbox, report):
    note = sink(mailbox.port).send(report)

    recipients, mail = received(mailbox)
    (pdf,) = mail.iter_attachments()
    assert note == "mailed to 2 of 2 addresses"
    assert recipients == TO
    assert mail["Subject"] == "Weekly report 2026-W12 - Harbour Boards"
    assert mail["From"] == "Pointsman <reports@boards.example>"
    assert pdf.get_filename() == "weekly-2026-W12.pdf"
    assert pdf.get_content() == render(report, "pdf", base_url="https://s.example").content


def test_it_says_the_news_as_text_and_as_html(mailbox, report):
    sink(mailbox.port).send(report)

    _, mail = received(mailbox)
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert "- Reminder mails are back six weeks after their fix." in text
    assert "<h1 style='font-size:1.4em'>Weekly report 2026-W12</h1>" in html
    assert '<a href="https://s.example/reports/weekly/2026-W12">The whole report</a>' in html


def test_a_mail_that_comes_twice_has_one_id(mailbox, bare):
    for _ in range(2):
        sink(mailbox.port).send(bare)

    ids = {message_from_bytes(content, policy=default)["Message-ID"] for _, content in mailbox.mails}
    assert ids == {f"<weekly-2026-W12-{digest_of(bare)[:16]}@boards.example>"}


def test_an_address_that_is_refused_keeps_nobody_from_the_mail(mailbox, bare):
    mailbox.refused = {TO[0]: "550 no such person"}

    assert sink(mailbox.port).send(bare) == "mailed to 1 of 2 addresses; 1 refused by the server"
    assert received(mailbox)[0] == TO[1:]


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such person", True), ("450 try later", False)])
def test_a_mail_for_nobody_has_failed(mailbox, bare, answer, permanent):
    mailbox.refused = dict.fromkeys(TO, answer)

    with pytest.raises(DeliveryFailed, match="no address was accepted") as caught:
        sink(mailbox.port).send(bare)
    assert caught.value.permanent is permanent


@pytest.mark.parametrize(("answer", "permanent"), [("554 refused", True), ("451 try later", False)])
def test_a_server_that_does_not_take_the_mail(mailbox, bare, answer, permanent):
    mailbox.answer = answer

    with pytest.raises(DeliveryFailed, match=f"127.0.0.1 answered {answer[:3]}") as caught:
        sink(mailbox.port).send(bare)
    assert caught.value.permanent is permanent


def test_nothing_goes_unencrypted_where_encryption_is_asked_for(mailbox, bare):
    asked = MailSink("leads", MailServer("127.0.0.1", mailbox.port, private_hosts=HERE), "a@b.example", TO)

    with pytest.raises(DeliveryFailed, match="SMTPNotSupportedError"):
        asked.send(bare)
    assert mailbox.mails == []


def test_a_server_that_is_not_there(bare):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(DeliveryFailed, match=r"127\.0\.0\.1 could not be used") as caught:
        sink(port).send(bare)
    assert not caught.value.permanent


def test_a_password_is_not_shown():
    assert "hush" not in repr(MailServer("h", user="u", password="hush"))
