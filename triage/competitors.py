"""Competitors by name: a message that names one is read as if it said "a competitor", which the models know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from triage.features.sentences import sentences
from triage.predictor import Predicted, Predictor
from triage.types import CHURN_INTENTS, CleanText

PLAIN = "a competitor"


def hear_competitors(
    predictor: Predictor, given: Sequence[CleanText], predicted: Sequence[Predicted], names: tuple[str, ...]
) -> list[Predicted]:
    """Read what names a competitor once more in plain words, and keep the reading that speaks more of leaving.

    A name alone says nothing: who comes from a competitor, or asks for a connection to one, is not about to leave.
    """
    heard = list(predicted)
    if not names or predictor.churn is None:
        return heard
    named = _pattern(names)
    places = [place for place, one in enumerate(given) if not one.noise and named.search(one.text)]
    plain = [CleanText(named.sub(PLAIN, given[place].text)) for place in places]
    again = Predictor(predictor.embedder, churn=predictor.churn).predict(plain)
    for place, said in zip(places, again, strict=True):
        if _strength(said) > _strength(heard[place]):
            quote = _quote(given[place].text, said.churn_quote, named)
            heard[place] = replace(heard[place], churn=said.churn, churn_quote=quote)
    return heard


@lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Match whole words, the longest name first, whatever the letter case and the spaces between words."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    either = "|".join(r"\s+".join(map(re.escape, name.split())) for name in ordered)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _strength(one: Predicted) -> tuple[int, float]:
    """Order readings: the worse label first, then how sure it is; of two without a threat the less sure."""
    label, probability = one.churn.label, one.churn.probability
    grade = CHURN_INTENTS.index(label) if label in CHURN_INTENTS else 0
    return grade, probability if grade else -probability


def _quote(text: str, plain: str, named: re.Pattern[str]) -> str:
    """Give the sentence as the customer wrote it."""
    if not plain:
        return ""
    pieces = [text[span.start : span.end].strip() for span in sentences(text)] or [text]
    said = next((piece for piece in pieces if named.sub(PLAIN, piece) == plain), None)
    return said or next((piece for piece in pieces if named.search(piece)), "")
