"""A small judged corpus under an embedder that needs no weights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.grounds import Ground, opened
from kb.embedder.hashing import HashingEmbedder
from kb.embedder.pair import ArticleEmbedder
from kb.reader import read_text
from training.corpus import JudgedCorpus, JudgedQuestion

TEXTS = {
    "refunds": """# Refunds

A refund reaches your bank card within five days.

## Cash

Cash is never refunded.""",
    "invoices": """# Invoices

Invoices are sent on the first day of the month.

## Address

Change the billing address under Settings.""",
    "calendar": """# Calendar

Connect the calendar of your phone with a private link.

## Colours

Each teacher has a colour.""",
}
QUESTIONS = (
    ("q1", "When does a refund reach my bank card?", {"refunds": 2}),
    ("q2", "Where can I change the billing address?", {"invoices": 2}),
    ("q3", "Can the calendar of my phone be connected?", {"calendar": 2}),
    ("q4", "Do you sell horses?", {}),
)


@pytest.fixture(scope="session")
def corpus() -> JudgedCorpus:
    articles = tuple(
        read_text(text, article_id=name, source="corpus", title=name.title()) for name, text in TEXTS.items()
    )
    questions = tuple(
        JudgedQuestion(name, text, "", bool(grades), grades, {}) for name, text, grades in QUESTIONS
    )
    return JudgedCorpus("railway", articles, questions)


@pytest.fixture(scope="session")
def ground(corpus: JudgedCorpus) -> Iterator[Ground]:
    hashing = HashingEmbedder(dimension=64)
    with opened(corpus, ArticleEmbedder(hashing, hashing)) as found:
        yield found
