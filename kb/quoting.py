"""Chooses the sentences of a passage that answer, and marks the question's words in them."""

from __future__ import annotations

import re
from datetime import date

import numpy as np

from kb.index.terms import terms, terms_of_word
from kb.ranking.model import Floats, RankedArticle
from kb.ranking.signals import distinct_terms
from kb.retrieval import Candidates
from kb.store.values import StoredPassage
from kb.types import ArticleHit, Evidence, Quote, Span

_MAX_SENTENCES = 3
_MAX_CHARACTERS = 450
_WORDS_WEIGHT = 0.4
_WORD = re.compile(r"\w[\w'.-]*\w|\w")


def quote_of(
    found: Candidates, place: int, probability: float, evidence: tuple[Evidence, ...], today: date
) -> Quote:
    """Quote up to three neighbouring sentences around the one nearest to the question."""
    stored = found.passages[place]
    span = best_span(stored, _worth(found, place))
    text = stored.passage.text[span.start - stored.passage.start : span.end - stored.passage.start]
    return Quote(
        article_id=stored.passage.article_id,
        version=stored.passage.version,
        title=stored.title,
        url=stored.url,
        text=text,
        start=span.start,
        end=span.end,
        probability=probability,
        headings=stored.passage.headings,
        highlights=word_spans(text, found.question.text, span.start),
        updated_at=stored.updated_at,
        verified_at=stored.verified_at,
        verified=stored.verified_at is not None and not is_outdated(stored, today),
        evidence=evidence,
    )


def hit_of(found: Candidates, ranked: RankedArticle, probability: float) -> ArticleHit:
    """Show an article by its best passage's best sentence."""
    place = ranked.places[0]
    stored = found.passages[place]
    span = best_span(stored, _worth(found, place), sentences=1)
    text = stored.passage.text[span.start - stored.passage.start : span.end - stored.passage.start]
    return ArticleHit(
        article_id=ranked.article_id,
        title=stored.title,
        url=stored.url,
        headings=stored.passage.headings,
        snippet=text,
        start=span.start,
        end=span.end,
        probability=probability,
        highlights=word_spans(text, found.question.text, span.start),
        passage_id=stored.passage.id,
    )


def is_outdated(stored: StoredPassage, today: date) -> bool:
    """Say whether the article is past the day by which someone should have verified it."""
    return stored.verify_by is not None and stored.verify_by < today


def best_span(stored: StoredPassage, cosines: Floats, sentences: int = _MAX_SENTENCES) -> Span:
    """Grow from the nearest sentence to its nearer neighbours, within the passage."""
    spans = stored.passage.sentences
    if not spans or len(cosines) != len(spans):
        return Span(stored.passage.start, min(stored.passage.end, stored.passage.start + _MAX_CHARACTERS))
    first = last = int(cosines.argmax())
    while last - first + 1 < min(sentences, len(spans)):
        before = cosines[first - 1] if first > 0 else -np.inf
        after = cosines[last + 1] if last + 1 < len(spans) else -np.inf
        grown = (first - 1, last) if before > after else (first, last + 1)
        if spans[grown[1]].end - spans[grown[0]].start > _MAX_CHARACTERS:
            break
        first, last = grown
    return Span(spans[first].start, spans[last].end)


def _worth(found: Candidates, place: int) -> Floats:
    """How well each sentence of a candidate serves as the quote: its cosine and its share of the question's terms."""
    passage, cosines = found.passages[place].passage, found.signals.sentences[place]
    asked = set(terms(found.question.text))
    if len(cosines) != len(passage.sentences) or not asked:
        return cosines
    texts = (
        passage.text[span.start - passage.start : span.end - passage.start] for span in passage.sentences
    )
    return np.asarray(
        cosines
        + _WORDS_WEIGHT
        * np.array([len(asked.intersection(distinct_terms(text))) for text in texts])
        / len(asked)
    )


def word_spans(text: str, question: str, offset: int) -> tuple[Span, ...]:
    """Find the question's words, in any inflection, in a text that begins at ``offset``."""
    wanted = set(terms(question))
    return tuple(
        Span(offset + match.start(), offset + match.end())
        for match in _WORD.finditer(text)
        if wanted.intersection(terms_of_word(match.group()))
    )
