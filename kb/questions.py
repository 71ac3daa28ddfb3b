"""Reads a question as people write it: quoted mail, greeting, signature and anger off, several requests apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.errors import InvalidQuestion
from kb.passages import sentence_spans

MAX_CHARACTERS = 50_000
_SHORT = 90  # characters: up to here a question is taken as it stands
_MAX_PARTS = 3
_FAREWELLS = 2  # "Thanks in advance! Best regards, Tom"

# Possessive repeats (`*+`) keep long runs of white space or dots from costing the square of their length.
_GREETING = re.compile(
    r"""^\s*+(?i:hi|hello|hey|hiya|dear|good\s(?:morning|afternoon|evening|day)|greetings|hallo|bonjour|hola)\b
    (?:[ ,]+(?:(?i:there|all|everyone|dear|team|support|folks|guys|sir|madam|friends|again)\b
        |[A-Z]\w+(?=[,!.:]|\s*\n)))*
    \s*(?:[,!.:]+\s*|\s-+\s+|\n)""",
    re.VERBOSE,
)
_FAREWELL = re.compile(
    r"""(?:
        (?:^|(?<=[.!?,]\s)|(?<=[.!?,\n]))
        (?i:(?:many\s)?thanks(?:\s(?:so\smuch|a\slot|in\sadvance|again))?|thank\syou(?:\s[\w\s]{0,20})?|thx|cheers
            |(?:kind|best|warm)\s(?:regards|wishes)|regards|sincerely|yours\s(?:truly|sincerely|faithfully)|br)
        |(?<=\s)(?i:(?:many\s)?thanks(?:\s(?:so\smuch|a\slot|in\sadvance|again))?|thx|cheers)
    )\b
    [,!.]*+\s*+(?:[A-Z][\w'-]*+(?:[\s,.]++[A-Z][\w'-]*+){0,4})?[\s!.]*+$""",
    re.VERBOSE,
)
_QUOTED_LINE = re.compile(r"^[ \t]*+>.*$", re.MULTILINE)
_LEADING_HEADER = re.compile(r"^\s*+On [^\n]{5,120} wrote:[ \t]*\n")
_QUOTE_HEADER = re.compile(
    r"^(?:On .{5,120} wrote:|-{2,}\s*Original Message.*|From: .+|Sent from my \w+.*|_{8,})[ \t]*$",
    re.MULTILINE,
)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_ASKS = re.compile(
    r"""^(?:(?:so|and|but|also|ok|please|pls)\s)*
    (?:how|what|where|when|why|which|who|whose|can|could|do|does|did|is|are|am|will|would|should|may|must|has|have
        |any(?:one|body|\sway)|tell\sme|show\sme|help|need|want|looking\sfor|trying\sto|i(?:'d|\swould)\slike
        |i\s(?:want|need|can'?t|cannot|am\strying|'m\strying|wonder)|we\s(?:want|need|can'?t|cannot))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ANGER = re.compile(
    r"""\b(?:ridiculous|unacceptable|terrible|awful|horrible|useless|joke|disgrace|fed\sup|sick\sof|wtf|shame|crazy
        |annoying|frustrat\w+|disappoint\w+|worst|unbelievable|angry)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# A word of some length in any language; where words are not parted by spaces, two letters.
_CONTENT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}|[^\W_][\w'.-]{3,}")
_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Question:
    """A question made ready for search.

    ``text`` is what the person wants, ``parts`` its separate requests (one where there is only one);
    ``asked`` is what came in.
    """

    asked: str
    text: str
    parts: tuple[str, ...]


def read_question(asked: str) -> Question:
    """Take the wrapping off a question and split it into its requests.

    Raises:
        InvalidQuestion: it is empty, longer than 50,000 characters, or holds what is no character.
    """
    if not asked.strip():
        raise InvalidQuestion("The question is empty. Write what you want to know.")
    if len(asked) > MAX_CHARACTERS:
        raise InvalidQuestion(
            f"The question has {len(asked)} characters; at most {MAX_CHARACTERS} can be searched."
        )
    if _UNREADABLE.search(asked):
        raise InvalidQuestion("The question holds a NUL character or half a surrogate pair; remove it.")
    text = _unwrapped(asked) or asked.strip()
    if len(text) <= _SHORT:
        return Question(asked, text, (text,))
    sentences = [text[span.start : span.end] for span in sentence_spans(text, 0, len(text))]
    kept = [sentence for sentence in sentences if not _is_noise(sentence)] or sentences
    return Question(asked, " ".join(kept), _requests(kept))


def _unwrapped(asked: str) -> str:
    text = _LEADING_HEADER.sub("", _QUOTED_LINE.sub("", asked), count=1)
    for ending in (_QUOTE_HEADER, _SIGNATURE):
        found = ending.search(text)
        if found and found.start() > 0 and text[: found.start()].strip():
            text = text[: found.start()]
    text = _GREETING.sub("", text, count=1)
    for _ in range(_FAREWELLS):
        text = _FAREWELL.sub("", text.rstrip())
    return re.sub(r"\s+", " ", text).strip()


def _is_noise(sentence: str) -> bool:
    """Anger and small talk: a short sentence that names nothing to search for."""
    if sentence.endswith("?"):
        return False
    words = _CONTENT.findall(_ANGER.sub("", sentence))
    return len(words) < 2 or (len(words) < 4 and bool(_ANGER.search(sentence)))


def _requests(sentences: list[str]) -> tuple[str, ...]:
    """The sentences that ask, each with the one before it where it is too short to stand alone."""
    asking = [
        place for place, sentence in enumerate(sentences) if sentence.endswith("?") or _ASKS.match(sentence)
    ]
    parts = [_with_context(sentences, place) for place in asking]
    return tuple(dict.fromkeys(parts[:_MAX_PARTS])) or (" ".join(sentences),)


def _with_context(sentences: list[str], place: int) -> str:
    alone = len(_CONTENT.findall(sentences[place])) >= 3
    return sentences[place] if alone or place == 0 else f"{sentences[place - 1]} {sentences[place]}"
