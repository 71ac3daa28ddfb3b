"""What goes out over HTTP: pydantic models, and how the values of ``kb`` become them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from api.payloads import Payload
from kb.types import Answer, Article, ArticleHit, Gap, Quote, Reason

PROBLEM_MEDIA = "application/problem+json"
Probability = Annotated[float, Field(ge=0, le=1)]


class SpanReply(Payload):
    """Characters (code points) ``start`` (included) to ``end`` (excluded) of the article's text."""

    start: int
    end: int


class EvidenceReply(Payload):
    """A named signal, its value, and what it added to the log-odds."""

    signal: str
    value: float
    weight: float


class QuoteReply(Payload):
    """Sentences of one article, word for word, with their place in that version's text."""

    article_id: str
    version: int
    title: str
    url: str
    quote: str
    start: int
    end: int
    probability: Probability
    highlights: list[SpanReply]
    headings: list[str]
    updated_at: datetime | None
    verified: bool
    also_in: list[str]
    evidence: list[EvidenceReply]


class HitReply(Payload):
    """An article found, with its best passage."""

    article_id: str
    title: str
    url: str
    headings: list[str]
    snippet: str
    start: int
    end: int
    probability: Probability
    highlights: list[SpanReply]


class AnswerReply(Payload):
    """Quotes that answer, or the reason why there are none."""

    id: str
    answered: bool
    reason: Reason | None
    probability: Probability
    answers: list[QuoteReply]
    nearest: list[HitReply]


class HitsReply(Payload):
    """Articles found, best first."""

    items: list[HitReply]


class BlockReply(Payload):
    """A run of the text that the author meant as one thing; ``level`` of a heading or a list item."""

    kind: Literal["heading", "paragraph", "item", "code", "row", "note"]
    start: int
    end: int
    level: int


class ArticleSummaryReply(Payload):
    """An article without its text."""

    id: str
    version: int
    source: str
    title: str
    path: str
    url: str
    audience: str
    language: str
    tags: list[str]
    owner: str
    updated_at: datetime | None
    verified_at: datetime | None
    verify_by: date | None


class ArticleReply(ArticleSummaryReply):
    """An article as plain text, to which all offsets refer."""

    text: str
    blocks: list[BlockReply]


class ArticlesReply(Payload):
    """A page of articles; ``next`` is the cursor of the page after it, null on the last."""

    items: list[ArticleSummaryReply]
    next: str | None


class DueReply(Payload):
    """Articles whose check is due, the longest overdue first."""

    items: list[ArticleSummaryReply]


class GapReply(Payload):
    """Unanswered questions that mean the same."""

    title: str
    count: int
    questions: list[str]
    reasons: list[str]
    last_asked_at: datetime
    nearest_article_id: str
    nearest_title: str
    nearest_probability: Probability


class GapsReply(Payload):
    """What the knowledge base lacks, the most wanted first."""

    items: list[GapReply]


class FaultReply(Payload):
    """One fault and its place in the request."""

    field: str
    detail: str


class ProblemReply(Payload):
    """What went wrong (RFC 9457); ``errors`` lists every fault of the request."""

    type: str
    title: str
    status: int
    detail: str = ""
    request_id: str = ""
    errors: list[FaultReply] = Field(default_factory=list)


def answer_reply(answer: Answer) -> AnswerReply:
    """An answer as it is sent."""
    return AnswerReply(
        id=answer.id,
        answered=answer.answered,
        reason=answer.reason,
        probability=answer.probability,
        answers=[_quote_reply(quote) for quote in answer.quotes],
        nearest=hit_replies(answer.nearest),
    )


def hit_replies(hits: Sequence[ArticleHit]) -> list[HitReply]:
    """Articles found, as they are sent."""
    return [HitReply.model_validate(_fields(hit, HitReply)) for hit in hits]


def article_reply(article: Article) -> ArticleReply:
    """An article as it is sent."""
    return ArticleReply.model_validate(_fields(article, ArticleReply))


def summary_replies(articles: Sequence[Article]) -> list[ArticleSummaryReply]:
    """Articles without text, as they are sent."""
    return [ArticleSummaryReply.model_validate(_fields(each, ArticleSummaryReply)) for each in articles]


def gap_replies(gaps: Sequence[Gap]) -> list[GapReply]:
    """Gaps as they are sent."""
    return [GapReply.model_validate(_fields(gap, GapReply)) for gap in gaps]


def _quote_reply(quote: Quote) -> QuoteReply:
    return QuoteReply.model_validate(_fields(quote, QuoteReply) | {"quote": quote.text})


def _fields(value: Answer | Article | ArticleHit | Gap | Quote, model: type[Payload]) -> dict[str, object]:
    """The fields that a model has, lists for tuples."""
    named = {name: item for name, item in asdict(value).items() if name in model.model_fields}
    return {name: list(item) if isinstance(item, tuple) else item for name, item in named.items()}
