from __future__ import annotations

import pytest

from triage.text import clean


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("I cannot log in to my account since yesterday.", "en"),
        ("Ich kann mich seit gestern nicht mehr anmelden.", "de"),
        ("No puedo entrar en mi cuenta desde ayer por la tarde.", "es"),
        ("Je ne peux plus me connecter à mon compte depuis hier.", "fr"),
        ("help", ""),
        ("0x80070005 #4711 99", ""),
    ],
)
def test_the_language_is_told_where_it_is_sure(body, language):
    assert clean("", body).language == language
