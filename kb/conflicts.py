"""Tells whether two quotes say the same, or contradict each other on the point."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.index.terms import terms
from kb.types import Quote

_SAME = 0.8  # share of terms in common from which two quotes are one
_ON_THE_POINT = 0.35  # share of the shorter sentence's terms that the other has
_SENTENCE = re.compile(r"\S[^\n]*?(?:[.!?](?=\s|$)|$)", re.MULTILINE)  # "1.5 hours" is not the end of one
_AMOUNT = re.compile(
    r"(\d[\d.,]*)\s*-?\s*(%|(?:days?|hours?|minutes?|weeks?|months?|years?|percent|eur|euros?|usd|dollars?|gb|mb|seats?|users?"
    r"|staff|times|locations?|requests?|characters?)\b)|([€$£])\s?(\d[\d.,]*)",
    re.IGNORECASE,
)
_SAME_UNIT = {"percent": "%", "€": "eur", "euro": "eur", "$": "usd", "dollar": "usd"}
_OPPOSITES = (
    (
        re.compile(r"\b(?:on|enabled|switched on|turned on) by default\b", re.I),
        re.compile(r"\b(?:off|disabled) by default\b", re.I),
    ),
    (
        re.compile(r"\bcan be (?:undone|restored|recovered|changed)\b", re.I),
        re.compile(r"\b(?:cannot|can't|can not) be (?:undone|restored|recovered|changed)\b", re.I),
    ),
    (
        re.compile(r"\bis (?:available|included|supported)\b", re.I),
        re.compile(r"\bis(?: not|n't) (?:available|included|supported)\b", re.I),
    ),
)


def fold(quotes: Sequence[Quote]) -> list[Quote]:
    """Keep the first of quotes that say nearly the same; it names the articles of the others."""
    kept: list[Quote] = []
    for quote in quotes:
        twin = next(
            (place for place, other in enumerate(kept) if _similarity(quote.text, other.text) >= _SAME), None
        )
        if twin is None:
            kept.append(quote)
        elif quote.article_id not in (kept[twin].article_id, *kept[twin].also_in):
            kept[twin] = replace(kept[twin], also_in=(*kept[twin].also_in, quote.article_id))
    return kept


def contradict(first: Quote, second: Quote, question: str) -> bool:
    """Say whether two articles differ on what was asked: other numbers of one unit, on or off, can or cannot.

    Only sentences about the same thing are compared, and both must be about the question.
    """
    if first.article_id == second.article_id:
        return False
    asked = set(terms(question))
    return any(
        _on_one_point(one, other, asked) and (_other_amounts(one, other) or _opposite(one, other))
        for one in _sentences(first.text)
        for other in _sentences(second.text)
    )


def _sentences(text: str) -> list[str]:
    return [match.group().strip() for match in _SENTENCE.finditer(text) if match.group().strip()]


def _on_one_point(one: str, other: str, asked: set[str]) -> bool:
    first, second = set(terms(one)), set(terms(other))
    common = {term for term in first & second if not term.isdigit()}
    shorter = min(len(first), len(second))
    return len(common) >= 2 and len(common & asked) >= 1 and len(common) / max(shorter, 1) >= _ON_THE_POINT


def _other_amounts(one: str, other: str) -> bool:
    first, second = _amounts(one), _amounts(other)
    shared = set(first) & set(second)
    return bool(shared) and all(not first[unit] & second[unit] for unit in shared)


def _amounts(sentence: str) -> dict[str, set[float]]:
    found: dict[str, set[float]] = {}
    for number, unit, sign, signed in _AMOUNT.findall(sentence):
        value = (number or signed).rstrip(".,").replace(",", "")
        if value.count(".") <= 1 and value:
            name = (unit or sign).lower().rstrip("s")
            found.setdefault(_SAME_UNIT.get(name, name), set()).add(float(value))
    return found


def _opposite(one: str, other: str) -> bool:
    return any(
        (yes.search(one) and no.search(other)) or (yes.search(other) and no.search(one))
        for yes, no in _OPPOSITES
    )


def _similarity(one: str, other: str) -> float:
    first, second = set(terms(one)), set(terms(other))
    return len(first & second) / max(len(first | second), 1)
