"""Finds the separate requests of a message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.passages import sentence_spans
from kb.reader.vocabulary import words
from kb.types import Span

_MOST = 10
_LONGEST = 8_000  # characters that are looked at
_ITEM = re.compile(r"[ \t]*(?P<mark>(?:\(?\d{1,2}|[a-h])[.)]|[-*•\u2013·])\s+(?=\S)")
_ANOTHER = re.compile(
    r"""(?:and\s|oh\s?,?\s|ps?\s?s?\s?[:.]?\s)?(?:also|another\s(?:thing|question|issue|problem|point
        |request)|one\s(?:more|other)\s(?:thing|question|issue|request)|second(?:ly|,|\s(?:question|issue
        |thing|problem))
    |third(?:ly|,)|besides|in\saddition|additionally|separately|on\s(?:a|another)\s(?:separate|different
        |side)?\s?note|by\sthe\sway|btw|furthermore|unrelated
    |außerdem|zweitens|drittens|ferner|des\sweiteren|noch\s(?:etwas|eine\sfrage|was)|eine\sweitere\sfrage
        |zudem|übrigens|weiterhin|und\snoch
    |también|además|otra\s(?:cosa|pregunta)|otro\s(?:problema|tema)|en\ssegundo\slugar|por\scierto
        |por\sotro\slado
    |aussi|de\splus|par\sailleurs|autre\s(?:chose|question|problème)|deuxièmement|d['\u2019]autre\spart
        |en\soutre)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKS = re.compile(
    r"""\?|\b(?:please|pls|can\s(?:you|i|we)|could\s(?:you|i|we)|would\s(?:you|like)|i['\u2019]?d\slike
        |(?:i|we)\s(?:need|want|wish|require)|tell\sme|let\s(?:me|us)\sknow|help\b
    |how\s(?:do|can|to)|want\sto|refund|cancel
    |bitte|könn(?:en|te|ten)\s(?:sie|ihr|du|wir|ich)|kann\s(?:ich|man)|ich\s(?:brauche|möchte|hätte
        |benötige|will)|wir\s(?:brauchen|möchten|benötigen)|wie\s(?:kann|geht)
    |por\sfavor|pueden?|podr[íi]an?|puedo|necesit\w+|quier\w+|quisiera|cómo
    |s['\u2019]il\s(?:vous|te)|pouvez|pourriez|puis-je|j['\u2019]aimerais|je\s(?:voudrais|souhaite|veux)
        |besoin|comment)""",
    re.IGNORECASE | re.VERBOSE,
)
_WRONG = re.compile(
    r"""\b(?:not\s(?:work|load|show|send|open|arriv|sync|receiv|updat)\w*|(?:do|does|did|is|are|was|were
        |has|have|can|could|wo)n['\u2019]?t|cannot|can['\u2019]t|unable|fail\w*|error\w*|broken|crash\w*
        |wrong|missing|stuck|slow|incorrect
    |bug|twice|never|lost|disappeared|denied|blocked|locked\sout|no\slonger|any\s?more|not\sable
    |nicht|kein\w*|fehl\w*|falsch|kaputt|defekt
        |no\s(?:puedo|funciona|llega|aparece|se|carga)|error|falla\w*|incorrect\w*|ne\s\w+\spas
        |n['\u2019]\w+\spas|erreur|panne|bloqué\w*)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# "Also, I restarted it" is a part of the same story.
_TRIED = re.compile(
    r"""\b(?:(?:i|we)(?:['\u2019]ve|\shave)?\s(?:\w+\s)?(?:tried|restarted|reinstalled|checked|cleared
        |updated|rebooted|attached|looked)|versucht|neu\sgestartet|angehängt|he\s(?:intentado|probado
        |reiniciado)|j['\u2019]ai\s(?:essayé|redémarré|vérifié))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_REFERS = re.compile(
    r"""(?:and\s|or\s|so\s|but\s|if\s(?:so|not|yes)|if\sit|is\s(?:it|this|that|there\s(?:a|any)\s(?:way
        |fix))|what['\u2019]?s?\s(?:is\s)?(?:going\son|wrong|happening)|why\s(?:is\s(?:it|this|that))
        |how\slong|when\s(?:will|can)\s(?:it|this|that|you)|(?:can|could|would)\s(?:you|someone
        |anyone)\s(?:please\s)?(?:help|check|look|fix|advise|assist|explain|confirm
    |tell|guide|walk|point|resolve)|any\s(?:idea
        |update|help|news)|does\s(?:it|this|that)|do\syou\sknow
    |oder\s|und\s|falls\s|ist\s(?:das|es|dies)|können\ssie\s(?:das|mir|bitte|helfen)|warum\sist\s(?:das|es)
        |woran|wann\swird\s(?:das|es)
    |o\s|y\s|es\s(?:eso|esto)|pueden?\s(?:ayudar\w*|revisar\w*)|por\squé\s(?:pasa|ocurre)|ou\s|et\s
        |est-ce\s(?:normal|possible)|pouvez-vous\s(?:m['\u2019]aider|vérifier|regarder))""",
    re.IGNORECASE | re.VERBOSE,
)
_POINTS_BACK = re.compile(
    r"""\b(?:it|its|this|that|them|they|these|those|here|es|das|dies\w*|eso|esto|ello|ça|cela)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]{3,}")
_FEWEST_WORDS = 3
_STEM = 5
_COMMON = words(
    """have this that with from what when where which would could should please about there your they them will does
    doing want need know possible also like then than into able kann können nicht bitte eine einen wird werden möchte
    para como cómo puedo puede quiero tengo pour dans avec comment peux pouvez vous nous mein meine haben habe"""
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    span: Span
    text: str
    paragraph: int
    item: bool


def statements_of(text: str, body_start: int, language: str) -> tuple[Span, ...]:
    """Returns the spans of the separate requests in ``text``, one over all of it where there is one.

    A new request begins with an item of a list of requests, with words such as "another thing", and with a question
    about something else than the last. ``body_start`` is where the subject ends: it belongs to no single request.
    """
    if not text:
        return ()
    sentences = list(_sentences(text, body_start, language or "en"))
    starts = _starts(sentences)
    if len(starts) < 2:
        return (Span(0, len(text)),)
    ends = [*starts[1:], len(sentences)]
    groups = [
        (sentences[start], sentences[end - 1]) for start, end in zip([0, *starts[1:]], ends, strict=True)
    ]
    last = Span(groups[-1][0].span.start, len(text.rstrip()))
    return (*(Span(first.span.start, end.span.end) for first, end in groups[:-1]), last)


def asks(text: str) -> bool:
    """Tells whether a sentence asks for something or says that something is wrong."""
    return bool(_ASKS.search(text) or _WRONG.search(text))


def _sentences(text: str, start: int, language: str) -> Iterator[_Sentence]:
    at, paragraph = start, 0
    for line in text[start : start + _LONGEST].split("\n"):
        found = _ITEM.match(line)
        if not line.strip():
            paragraph += 1
        elif found:
            paragraph += 1
            yield _Sentence(Span(at, at + len(line.rstrip())), line[found.end() :], paragraph, True)
            paragraph += 1
        else:
            for span in sentence_spans(text, at, at + len(line), language):
                yield _Sentence(span, text[span.start : span.end], paragraph, False)
        at += len(line) + 1


def _starts(sentences: Sequence[_Sentence]) -> list[int]:
    """Returns the numbers of the sentences at which a request begins, the first one first."""
    items = [sentence for sentence in sentences if sentence.item]
    listed = sum(_requests(sentence) for sentence in items)
    is_list = listed >= 2 and listed * 2 > len(items)
    starts: list[int] = []
    asked: frozenset[str] | None = None
    for at, sentence in enumerate(sentences):
        stems = _stems(sentence.text)
        question = "?" in sentence.text and len(stems) >= _FEWEST_WORDS and not _refers(sentence.text)
        if sentence.item:
            begins = is_list and _requests(sentence)
        else:
            begins = _is_another(sentence) or (question and asked is not None and not asked & stems)
        if begins:
            starts.append(at)
            asked = stems if question else frozenset()
        elif "?" in sentence.text:
            asked = stems | (asked or frozenset())
        elif asked is not None:
            asked |= stems
    if not is_list and starts and any(_requests(sentence) for sentence in sentences[: starts[0]]):
        starts.insert(0, 0)
    return starts[:_MOST]


def _requests(sentence: _Sentence) -> bool:
    return asks(sentence.text)


def _is_another(sentence: _Sentence) -> bool:
    return bool(_ANOTHER.match(sentence.text)) and _requests(sentence) and not _TRIED.search(sentence.text)


def _refers(text: str) -> bool:
    """Tells whether a question goes on about what was said before it."""
    return bool(_REFERS.match(text) or _POINTS_BACK.search(text))


def _stems(text: str) -> frozenset[str]:
    """Returns the stems of words of some length, so that "bill" and "bills" are one."""
    return frozenset(word.lower()[:_STEM] for word in _WORD.findall(text) if word.lower() not in _COMMON)
