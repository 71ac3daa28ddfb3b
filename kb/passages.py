"""Cuts an article into passages that follow its headings and sentences and fit the embedder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kb.types import Article, Block, Passage, Span

TokenCount = Callable[[Sequence[str]], list[int]]
TARGET_TOKENS = 110
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence (or a line of code) with its section and token count."""

    span: Span
    section: _Section
    tokens: int


@dataclass(frozen=True, slots=True)
class _Section:
    """What lies under one heading; two may have the same path, such as two called "Example"."""

    number: int
    headings: tuple[str, ...]


def split_article(
    article: Article, count_tokens: TokenCount, limit: int = TARGET_TOKENS
) -> tuple[Passage, ...]:
    """Cut ``article`` into passages of at most ``limit`` tokens each (a longer single sentence is cut at words).

    A passage never crosses a heading. Offsets of passages and sentences refer to ``article.text``.
    """
    units = _units(article, count_tokens, limit)
    groups = _packed(units, limit)
    return tuple(_passage(article, ordinal, group) for ordinal, group in enumerate(groups))


def embedded_text(title: str, headings: Sequence[str], text: str) -> str:
    """Give what the embedder sees of a passage or sentence: its place in the article, then its words."""
    place = " > ".join(part for part in (title, *headings) if part)
    return f"{place}\n{text}" if place else text


def sentence_spans(text: str, start: int, end: int, language: str = "en") -> list[Span]:
    """Give the sentences of ``text[start:end]`` as offsets into ``text``, without surrounding white space."""
    import sentencex

    part = text[start:end]
    boundaries = sentencex.get_sentence_boundaries(language, part)
    spans = (_trimmed(text, start + int(b["start_index"]), start + int(b["end_index"])) for b in boundaries)
    return [span for span in spans if span.end > span.start]


def _units(article: Article, count_tokens: TokenCount, limit: int) -> list[_Unit]:
    placed = list(_sentences(article))
    counts = count_tokens([article.text[span.start : span.end] for span, _ in placed])
    units: list[_Unit] = []
    for (span, section), tokens in zip(placed, counts, strict=True):
        pieces = [(span, tokens)] if tokens <= limit else _cut(article.text, span, count_tokens, limit)
        units += [_Unit(piece, section, size) for piece, size in pieces]
    return units


def _sentences(article: Article) -> Iterator[tuple[Span, _Section]]:
    path: list[tuple[int, str]] = []
    section = _Section(0, ())
    for block in article.blocks or (Block("paragraph", 0, len(article.text)),):
        if block.kind == "heading":
            path = [(level, text) for level, text in path if level < block.level]
            path.append((block.level, article.text[block.start : block.end].strip()))
            section = _Section(section.number + 1, tuple(text for _, text in path))
            continue
        for span in _block_spans(article, block):
            yield span, section


def _block_spans(article: Article, block: Block) -> list[Span]:
    if block.kind in ("code", "row"):
        return _line_spans(article.text, block)
    return sentence_spans(article.text, block.start, block.end, article.language)


def _line_spans(text: str, block: Block) -> list[Span]:
    spans, start = [], block.start
    for line in text[block.start : block.end].splitlines(keepends=True):
        spans.append(_trimmed(text, start, start + len(line)))
        start += len(line)
    return [span for span in spans if span.end > span.start]


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _cut(text: str, span: Span, count_tokens: TokenCount, limit: int) -> Iterator[tuple[Span, int]]:
    """Cut a sentence of too many tokens between words, and within a word where one alone has too many."""
    words = [Span(found.start(), found.end()) for found in _WORD.finditer(text, span.start, span.end)]
    whole: Span | None = None
    size = 0
    for word, tokens in _short_words(text, words, count_tokens, limit):
        if whole is not None and size + tokens <= limit:
            whole, size = Span(whole.start, word.end), size + tokens
            continue
        if whole is not None:
            yield whole, size
        whole, size = word, tokens
    if whole is not None:
        yield whole, size


def _short_words(
    text: str, words: Sequence[Span], count_tokens: TokenCount, limit: int
) -> Iterator[tuple[Span, int]]:
    counts = count_tokens([text[word.start : word.end] for word in words])
    for word, tokens in zip(words, counts, strict=True):
        if tokens <= limit or word.end - word.start < 2:
            yield word, tokens
        else:
            middle = (word.start + word.end) // 2
            halves = (Span(word.start, middle), Span(middle, word.end))
            yield from _short_words(text, halves, count_tokens, limit)


def _packed(units: Sequence[_Unit], limit: int) -> Iterator[list[_Unit]]:
    group: list[_Unit] = []
    tokens = 0
    for unit in units:
        if group and (unit.section != group[0].section or tokens + unit.tokens > limit):
            yield group
            group, tokens = [], 0
        group.append(unit)
        tokens += unit.tokens
    if group:
        yield group


def _passage(article: Article, ordinal: int, group: Sequence[_Unit]) -> Passage:
    start, end = group[0].span.start, group[-1].span.end
    return Passage(
        article_id=article.id,
        version=article.version,
        ordinal=ordinal,
        start=start,
        end=end,
        text=article.text[start:end],
        headings=group[0].section.headings,
        sentences=tuple(unit.span for unit in group),
    )
