"""HTML bodies to text whose characters keep their place in the source."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate

from kb.reader.vocabulary import words
from kb.types import Span
from triage.text.shown import Shown, readable

_STARTS = re.compile(
    r"\s*<(?:!doctype|html|head|body|div|p|table|span|meta|style|font|br|!--)\b", re.IGNORECASE
)
_TAG = re.compile(
    r"</?(?:p|div|br|span|table|td|tr|li|ul|ol|b|i|a|font|strong|em)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_BODY = re.compile(r"<body\b", re.IGNORECASE)
_HEAD = 1500
_HEAD_OF_PAGE = 200_000
_FEWEST_TAGS = 3
_DROPPED = words("script style head title noscript template svg object iframe")
_PARAGRAPHS = words("p table ul ol blockquote h1 h2 h3 h4 h5 h6 hr pre")
_BREAKS = words("div tr li br section article header footer dt dd address body html center form")
_VOID = words("br hr img input meta link area base col embed source track wbr")
_SIGNATURES = re.compile(
    r"gmail_signature|moz-signature|(?:^|\s)signature(?:\s|$)|x_signature", re.IGNORECASE
)
_SPACE = re.compile(r"\s+")


def is_markup(body: str) -> bool:
    """Tells whether a body is HTML, not text that speaks of a tag."""
    if _STARTS.match(body):
        return True
    head = body[:_HEAD]
    return "</" in head and len(_TAG.findall(head)) >= _FEWEST_TAGS


def content_start(body: str) -> int:
    """Returns where the page's body begins, so that long style sheets above it cost nothing."""
    found = _BODY.search(body, 0, _HEAD_OF_PAGE)
    return found.start() if found else 0


def shown_markup(source: str, offset: int) -> Shown:
    """Shows HTML that begins at ``offset`` of the original, as plain lines."""
    page = _Page(source)
    page.feed(source)
    page.close()
    parts = [Span(offset + start, offset + end) for start, end in page.places]
    return Shown(readable("".join(page.shown)), tuple(parts), tuple(page.quoted), tuple(page.signed))


class _Page(HTMLParser):
    """Collects pieces of text with their places; tags that part lines are shown as line ends."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.shown: list[str] = []
        self.places: list[tuple[int, int]] = []
        self.quoted: list[Span] = []
        self.signed: list[Span] = []
        self._lines = [0, *accumulate(len(line) + 1 for line in source.split("\n"))]
        self._length = 0
        self._dropped = 0
        self._open: list[tuple[str, int, list[Span] | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropped += 1
        self._part(tag)
        if tag in _VOID:
            return
        names = " ".join(value or "" for name, value in attrs if name in {"class", "id"})
        marked = self.signed if _SIGNATURES.search(names) else self.quoted if tag == "blockquote" else None
        self._open.append((tag, self._length, marked))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        if not any(name == tag for name, _, _ in self._open[-50:]):
            return
        while self._open:
            name, start, marked = self._open.pop()
            self._dropped -= name in _DROPPED
            if marked is not None:
                marked.append(Span(start, self._length))
            if name == tag:
                break
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if self._dropped:
            return
        place, at = self._place(), 0
        for gap in _SPACE.finditer(data):
            self._add(data[at : gap.start()], place + at)
            if self.shown and not self.shown[-1].endswith((" ", "\n")):
                self._add(" ", place + gap.start())
            at = gap.end()
        self._add(data[at:], place + at)

    def handle_entityref(self, name: str) -> None:
        self._entity(f"&{name};", f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._entity(f"&#{name};", f"&#{name}")

    def close(self) -> None:
        super().close()
        for _, start, marked in self._open:
            if marked is not None:
                marked.append(Span(start, self._length))

    def _entity(self, written: str, raw: str) -> None:
        if self._dropped:
            return
        meant = unescape(written)
        self._add(meant if len(meant) == 1 else raw, self._place())

    def _part(self, tag: str) -> None:
        if self._dropped or not self.shown:
            return
        if tag in _PARAGRAPHS:
            self._add("\n\n", self._place())
        elif tag == "br" or (tag in _BREAKS and not self.shown[-1].endswith("\n")):
            self._add("\n", self._place())
        elif tag in {"td", "th"}:
            self._add(" ", self._place())

    def _add(self, text: str, place: int) -> None:
        if text:
            self.shown.append(text)
            self.places.append((place, place + len(text)))
            self._length += len(text)

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
