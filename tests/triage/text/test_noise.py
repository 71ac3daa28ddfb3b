from __future__ import annotations

import pytest

from triage.text import clean


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Automatic reply: Your ticket", "I am away."),
        ("Out of Office: Re: Ticket 12", ""),
        ("Abwesenheitsnotiz: Rechnung", "Ich bin im Urlaub."),
        ("Respuesta automática: Factura", "Vuelvo el lunes."),
        ("Réponse automatique : Facture", "Je suis absent."),
        ("Undeliverable: Your ticket", "The message was not delivered."),
        ("Delivery Status Notification (Failure)", "550 5.1.1 user unknown"),
        ("Re: Ticket", "I am out of the office until March 3 with limited access to my email."),
        (
            "Re: Ticket",
            "Ich bin bis zum 3. März nicht im Büro. In dringenden Fällen wenden Sie sich an Frau Meier.",
        ),
        ("Re: Ticket", "Estoy fuera de la oficina hasta el 3 de marzo. Si es urgente, contacte con Ana."),
        ("Re: Ticket", "Je suis en congés jusqu'au 3 mars. En cas d'urgence, contactez Luc."),
        ("Ticket", "Thank you for contacting us. This is an automatically generated reply."),
        ("Ticket", "Your message could not be delivered to jo@x.example: 550 5.1.1 address not found"),
    ],
)
def test_automatic_replies_are_known(subject, body):
    assert clean(subject, body).noise == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (
            "SEO proposal",
            "I came across your website. We can bring it to the first page of Google with backlinks.",
        ),
        (
            "Hello dear",
            "I am next of kin to a client. 5 million US dollars wait in a bank. Act now, special offer.",
        ),
        ("Win", "Online casino with a huge bonus and free spins. Click here! Limited-time offer, risk-free."),
        (
            "Data",
            "We offer verified email lists and B2B contact databases. Lead generation company. Free quote.",
        ),
    ],
)
def test_spam_is_known(subject, body):
    assert clean(subject, body).noise == "spam"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Re: Login", "Thanks, that works now!\n\nBob"),
        ("Re: Login", "Thank you so much, Ana!"),
        ("", "Problem solved, you can close the ticket. Thanks again"),
        ("AW: Anmeldung", "Vielen Dank, jetzt funktioniert es wieder."),
        ("Re: Factura", "Muchas gracias, ya funciona."),
        ("RE: Facture", "Merci, c'est réglé."),
        ("Thank you", "Much appreciated!"),
    ],
)
def test_thanks_alone_are_known(subject, body):
    assert clean(subject, body).noise == "thanks"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("How do I export?", "Thanks!"),
        ("Re: Login", "Thanks, but it still fails."),
        ("Re: Login", "Thank you. When will the fee come back?"),
        ("Re: Login", "Thanks in advance"),
        ("Re: Login", "Thanks. It doesn't look like it worked"),
        ("Re: Anmeldung", "Danke, aber es geht noch nicht."),
        ("Auto-reply is not sent", "Our automatic reply does not go out since Monday."),
        ("Out of office does not sync", "The status is lost."),
        ("Pause", "I am on vacation until 3 March, please pause my subscription."),
        ("Undelivered parcel", "Parcel 12 could not be delivered to my address until 3 May. Where is it?"),
        ("Casino game crashes", "The casino level crashes when I get free spins. Refund me."),
        ("Unsubscribe", "Please unsubscribe me from the newsletter, click here does nothing."),
        ("SEO plugin", "The plugin you sold us ranks pages wrong and our invoice is missing."),
        ("", ""),
    ],
)
def test_customers_are_never_taken_for_noise(subject, body):
    assert clean(subject, body).noise == ""
