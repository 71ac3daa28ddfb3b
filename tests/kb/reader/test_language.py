from __future__ import annotations

from kb.reader.language import language_of
from kb.reader.parts import Part


def paragraphs(*texts):
    return [Part("paragraph", text) for text in texts]


def test_the_language_of_most_paragraphs_counts():
    assert (
        language_of(paragraphs("Voit siirtää varauksen vetämällä sen kalenterissa toiselle päivälle."))
        == "fi"
    )
    assert (
        language_of(
            paragraphs(
                "utm_source, utm_medium, utm_campaign, utm_content, utm_term, ref, source",
                "You can set these parameters in the address of a page that you share.",
                "They show where your visitors came from.",
            )
        )
        == "en"
    )


def test_too_little_text_counts_as_english():
    assert language_of(paragraphs("Varaukset")) == "en"
    assert language_of([Part("code", "Voit siirtää varauksen vetämällä sen kalenterissa toiselle.")]) == "en"
