"""What travels in and out of the store beside the values of ``kb.types``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from kb.types import Article, ImportReport, Passage, Reason


@dataclass(frozen=True, slots=True, eq=False)
class SentenceVectors:
    """A passage's sentence vectors: ``values`` int8 [sentences, dimensions] times ``scales`` float32."""

    values: NDArray[np.int8]
    scales: NDArray[np.float32]

    def floats(self) -> NDArray[np.float32]:
        """The vectors as float32 [sentences, dimensions]."""
        return self.values * self.scales[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class ArticleWrite:
    """An article with all that is derived from it.

    ``content_keys``, ``vectors`` (float32 [passages, dimensions]) and ``sentence_vectors`` go by passage.
    """

    article: Article
    digest: str
    passages: Sequence[Passage]
    content_keys: Sequence[str]
    vectors: NDArray[np.float32]
    sentence_vectors: Sequence[SentenceVectors]


@dataclass(frozen=True, slots=True, eq=False)
class StoredPassage:
    """A passage with what ranking needs to know of its article, its vector and those of its sentences.

    ``vector`` is float32 [dimensions], ``sentence_vectors`` float32 [sentences, their dimensions]; both are
    empty while the active embedder has not reached the passage.
    """

    passage: Passage
    title: str
    url: str
    audience: str
    language: str
    source: str
    updated_at: datetime | None
    verified_at: datetime | None
    verify_by: date | None
    vector: NDArray[np.float32]
    sentence_vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ArticleFeedback:
    """One judgment of an article for a question; ``vector`` (float32) is the question's."""

    article_id: str
    helpful: bool
    vector: NDArray[np.float32]
    at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class UnansweredQuestion:
    """A question that found no answer, or none that helped, with the article that came nearest."""

    answer_id: str
    question: str
    vector: NDArray[np.float32] | None
    asked_at: datetime
    reason: Reason | None
    nearest_article_id: str
    nearest_title: str
    nearest_probability: float


@dataclass(frozen=True, slots=True)
class Source:
    """Where articles come from, how they are read, and how the last import went."""

    name: str
    kind: str
    location: str
    audience: str = "public"
    settings: Mapping[str, object] = field(default_factory=dict)
    imported_at: datetime | None = None
    report: ImportReport | None = None
