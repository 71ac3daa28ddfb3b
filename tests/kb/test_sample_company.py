from __future__ import annotations

from pathlib import Path

import pytest

from kb.embedder.hashing import HashingEmbedder
from kb.passages import TARGET_TOKENS, split_article
from kb.ranking.plain import plain_model
from kb.reader import read_path
from tests.kb.builders import EVERYTHING, NOW, PUBLIC, knowledge_base

HELP_CENTER = Path(__file__).parents[2] / "sample" / "help_center"


@pytest.fixture(scope="module")
def articles():
    return read_path(HELP_CENTER, "help").articles


@pytest.fixture
def company(engine, tmp_path):
    knowledge = knowledge_base(engine, tmp_path / "index", model=plain_model(0.3))
    knowledge.import_path(HELP_CENTER, "help", now=NOW)
    return knowledge


def test_every_passage_and_sentence_is_where_it_says_and_within_the_limit(articles):
    count_tokens = HashingEmbedder().count_tokens
    for article in articles:
        passages = split_article(article, count_tokens)
        assert passages
        assert max(count_tokens([one.text for one in passages])) <= TARGET_TOKENS
        assert all(one.text == article.text[one.start : one.end] for one in passages)


def test_what_the_company_contradicts_itself_on_is_told(company):
    given = company.answer("deleted bookings stay in trash how many days", EVERYTHING, now=NOW)
    assert (given.answered, given.reason) == (False, "conflicting")
    texts = " ".join(one.text for one in given.quotes)
    assert "30 days" in texts
    assert "60 days" in texts
    again = company.import_path(HELP_CENTER, "help", now=NOW)
    assert (again.added, again.updated, again.removed) == (0, 0, 0)
    internal = [hit.article_id for hit in company.search("goodwill credits refunds", EVERYTHING)]
    assert any("internal" in name for name in internal)
    shown = company.search("goodwill credits refunds", PUBLIC)
    assert not [hit for hit in shown if "internal" in hit.article_id]
    for hit in shown:
        assert hit.snippet == company.article(hit.article_id, PUBLIC).text[hit.start : hit.end]
