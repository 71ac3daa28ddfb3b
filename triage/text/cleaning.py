"""Takes a ticket's text apart: what the customer meant, its language, its requests, and whether it is work at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.types import Span
from triage.text.endings import without_greeting, without_wrapping
from triage.text.language import language_of
from triage.text.markup import content_start, is_markup, shown_markup
from triage.text.noise import noise_of
from triage.text.phrases import FORWARD_PREFIX, HANDOVER, PASSES_ON, POINTER, REPLY_PREFIX, SUBJECT_PREFIX
from triage.text.places import BETWEEN
from triage.text.quotes import Kind, Parted, part
from triage.text.shown import Line, Shown, kept, lines_of, shown_plain
from triage.text.statements import statements_of
from triage.types import CleanText

MAX_CHARACTERS = 20_000  # of the body; what lies beyond is not looked at
_LONGEST_SUBJECT = 1_000
_MOST_OTHER_WORDS = 5  # beside the pointing ones
_DEEPEST = 4  # a forward of a forward of a forward
_MOST_PREFIXES = 10


@dataclass(frozen=True, slots=True)
class _Mail:
    """What the subject tells: whether there is one, and whether it says that this is a reply or a forward."""

    titled: bool
    answers: bool
    forwards: bool


@dataclass(frozen=True, slots=True)
class _Own:
    """The lines that count, and all that the writer wrote, closing included."""

    lines: tuple[Line, ...]
    written: tuple[Line, ...]


def clean(subject: str, body: str) -> CleanText:
    """Takes quoted mail, headers, greeting, closing, signature, footers and markup off, and reads what is left.

    The text is the subject without "Re:" and ticket numbers, a blank line, and the body; ``parts`` refer to
    `original_text`. Forwarded mail stays where the mail above it only points to it. Of the body the first 20,000
    characters are looked at. A message that is nothing but wrapping stays as it is.
    """
    title = _title(subject)
    shown = _shown(body, len(subject) + len(BETWEEN))
    start = subject[:_LONGEST_SUBJECT]
    mail = _Mail(bool(title[0]), bool(REPLY_PREFIX.match(start)), bool(FORWARD_PREFIX.match(start)))
    own = _own(lines_of(shown), mail)
    content, places = kept(shown, own.lines)
    text, parts = content, places
    if title[0] and content:
        gap = Span(len(subject), len(subject) + len(BETWEEN))
        text, parts = f"{title[0]}{BETWEEN}{content}", _joined((*title[1], gap, *places))
    elif title[0]:
        text, parts = title
    language = language_of(content) or language_of(text)
    noise = noise_of(title[0], "\n".join(line.text for line in own.written), answers=mail.answers)
    body_start = len(text) - len(content) if content else 0
    return CleanText(text, parts, language, noise, statements_of(text, body_start, language))


def _title(subject: str) -> tuple[str, tuple[Span, ...]]:
    start = 0
    for _ in range(_MOST_PREFIXES):
        found = SUBJECT_PREFIX.match(subject, start, _LONGEST_SUBJECT)
        if not found:
            break
        start = found.end()
    shown = shown_plain(subject[start:_LONGEST_SUBJECT].replace("\n", " ").replace("\r", " "), start)
    return kept(shown, lines_of(shown))


def _shown(body: str, offset: int) -> Shown:
    start = content_start(body) if is_markup(body) else 0
    looked_at = body[start : start + MAX_CHARACTERS]
    if is_markup(body):
        return shown_markup(looked_at, offset + start)
    return shown_plain(looked_at, offset)


def _own(lines: Sequence[Line], mail: _Mail, depth: int = 0) -> _Own:
    parted = part(lines)
    own = _Own(without_wrapping(parted.upper), without_greeting(parted.upper))
    if not parted.lower or depth >= _DEEPEST:
        return own
    words = " ".join(line.text for line in without_greeting(own.lines) if line.text)
    instead = _only_points(words, parted.kind, mail)
    if not instead and not _passes_on(words, parted, mail):
        return own
    lower = _own(parted.lower, mail, depth + 1)
    if not any(line.text for line in lower.lines):
        return own
    return lower if instead else _Own(_in_order(own.lines, lower.lines), own.written)


def _only_points(words: str, kind: Kind, mail: _Mail) -> bool:
    if not words:
        # An empty reply says nothing; what it quotes is somebody else's. Without a subject it is all there is.
        return kind == "forward" or not mail.titled
    points = POINTER.search(words) or (kind == "forward" and HANDOVER.search(words))
    rest = HANDOVER.sub(" ", POINTER.sub(" ", words)).split()
    return bool(points) and len(rest) <= _MOST_OTHER_WORDS


def _passes_on(words: str, parted: Parted, mail: _Mail) -> bool:
    """Tells whether the mail below is part of what the writer wants to say.

    It is where the writer says so, and where a mail that answers none ends in quoted lines: mail programs write above
    a quote whose it is, people who paste a colleague's words do not.
    """
    if parted.kind == "quote" and mail.forwards:
        return True
    last = max((line.start for line in parted.upper if line.text), default=0)
    if next((line.start for line in parted.lower if line.text), 0) <= last:
        return False
    return bool(PASSES_ON.search(words)) or (parted.kind == "quote" and not mail.answers)


def _in_order(one: Sequence[Line], other: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(sorted((*one, *other), key=lambda line: line.ending.start))


def _joined(parts: Sequence[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in parts:
        if joined and joined[-1].end == span.start:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return tuple(joined)
