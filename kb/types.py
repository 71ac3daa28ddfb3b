"""What travels in and out of the knowledge base: frozen values without behaviour that does I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "code", "row", "note"]
Reason = Literal["nothing_close", "conflicting", "outdated", "not_permitted"]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` (included) to ``end`` (excluded) of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A run of an article's plain text that the author meant as one thing.

    ``level`` is 1-6 for a heading and the nesting depth (from 0) for a list item.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """An article as plain text; every offset in this package refers to ``text``.

    ``id`` is stable across imports. ``verify_by`` is the day after which its answers count as outdated.
    """

    id: str
    source: str
    title: str
    text: str
    blocks: tuple[Block, ...] = ()
    path: str = ""
    url: str = ""
    audience: str = "public"
    language: str = "en"
    tags: tuple[str, ...] = ()
    owner: str = ""
    updated_at: datetime | None = None
    verified_at: datetime | None = None
    verify_by: date | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of an article small enough for the embedder, with its place.

    ``headings`` is the path of headings above it, outermost first; ``sentences`` lie within it and are
    offsets into the article's text, as ``start`` and ``end`` are. ``id`` is 0 until it is stored.
    """

    article_id: str
    version: int
    ordinal: int
    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    sentences: tuple[Span, ...] = ()
    id: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks, and where to look. ``None`` means no limit; an empty set finds nothing."""

    audiences: frozenset[str] | None = None
    languages: frozenset[str] | None = None
    sources: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found by one index, with that index's own score (higher is nearer)."""

    passage_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a ranking: a named signal, its value and what it added to the log-odds."""

    signal: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True)
class Quote:
    """Sentences of one article, word for word, with their place in that version's text.

    ``highlights`` are offsets into the article's text; ``also_in`` names articles that say nearly the same.
    """

    article_id: str
    version: int
    title: str
    url: str
    text: str
    start: int
    end: int
    probability: float
    headings: tuple[str, ...] = ()
    highlights: tuple[Span, ...] = ()
    updated_at: datetime | None = None
    verified_at: datetime | None = None
    verified: bool = False
    also_in: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """A ranked article with its best passage: what search-as-you-type lists."""

    article_id: str
    title: str
    url: str
    headings: tuple[str, ...]
    snippet: str
    start: int
    end: int
    probability: float
    highlights: tuple[Span, ...] = ()
    passage_id: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes that answer, or the reason why there are none.

    ``probability`` is that the first quote answers the question. ``nearest`` is filled also where nothing answers.
    """

    id: str
    question: str
    answered: bool
    probability: float
    reason: Reason | None = None
    quotes: tuple[Quote, ...] = ()
    nearest: tuple[ArticleHit, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that could not be read: where (file, row, field) and why."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a folder or a file: articles, and the files it left out with the reason."""

    articles: tuple[Article, ...] = ()
    skipped: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did to one source, in articles; ``passages`` counts those written."""

    source: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = 0
    skipped: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Unanswered questions that mean the same: what the knowledge base lacks.

    ``reasons`` says why, the most frequent first: a `Reason`, or "not_helpful" where an answer was given that did
    not help.
    """

    title: str
    count: int
    questions: tuple[str, ...]
    last_asked_at: datetime
    reasons: tuple[str, ...] = ()
    nearest_article_id: str = ""
    nearest_title: str = ""
    nearest_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Feedback:
    """What an agent said about an answer; ``article_id`` empty means the answer as a whole."""

    answer_id: str
    helpful: bool
    article_id: str = ""
    question: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the indexes against the database, as ``flask kb check`` prints it."""

    articles: int
    passages: int
    generation: int
    index_kind: str
    index_size: int
    lexical_size: int
    embedder: str
    faults: tuple[Fault, ...] = field(default_factory=tuple)
