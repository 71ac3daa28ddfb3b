"""The SQL of the knowledge base: articles and their versions, passages, vectors, answers, feedback."""

from __future__ import annotations

from kb.store.answers import AnswerLog
from kb.store.embedders import EmbedderChange
from kb.store.feed import PassageFeed
from kb.store.passages import PassageReading
from kb.store.reading import ArticleReading
from kb.store.sources import Sources
from kb.store.values import (
    ArticleFeedback,
    ArticleWrite,
    SentenceVectors,
    Source,
    StoredPassage,
    UnansweredQuestion,
)
from kb.store.writing import ArticleWriting

__all__ = [
    "ArticleFeedback",
    "ArticleStore",
    "ArticleWrite",
    "SentenceVectors",
    "Source",
    "StoredPassage",
    "UnansweredQuestion",
]


class ArticleStore(
    ArticleWriting, ArticleReading, PassageReading, PassageFeed, EmbedderChange, AnswerLog, Sources
):
    """Everything the knowledge base keeps, over an engine that is passed in; the truth behind each index."""
