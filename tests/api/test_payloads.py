from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from api.payloads import ArticleBody, NewArticleBody, QuestionBody, article_of

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def places(caught: pytest.ExceptionInfo[ValidationError]) -> list[str]:
    return sorted(".".join(map(str, each["loc"])) for each in caught.value.errors())


def test_every_fault_of_a_body_is_found():
    with pytest.raises(ValidationError) as caught:
        QuestionBody.model_validate_json('{"question": "", "limit": "3", "colour": "red"}')
    assert places(caught) == ["colour", "limit", "question"]


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800"])
def test_text_that_no_database_keeps_is_refused(text):
    with pytest.raises(ValidationError):
        QuestionBody.model_validate_json(f'{{"question": "{text}"}}')


def test_an_article_is_read_in_the_form_it_names():
    body = ArticleBody(title="Refunds", text="<h2>When</h2><p>Within 14 days.</p>", format="html")
    article = article_of(body, "api:refunds", NOW)
    assert article.text == "When\n\nWithin 14 days."
    assert (article.source, article.title, article.updated_at) == ("api", "Refunds", NOW)


def test_fields_of_the_body_go_before_front_matter():
    text = "---\ntags: [old]\nowner: Ann\n---\nWithin 14 days."
    article = article_of(ArticleBody(title="Refunds", text=text, tags=["new"]), "api:refunds", NOW)
    assert (article.tags, article.owner) == (("new",), "Ann")


def test_a_day_without_a_zone_is_refused_as_a_time():
    with pytest.raises(ValidationError) as caught:
        NewArticleBody.model_validate_json('{"title": "T", "text": "x", "updated_at": "2026-05-04T12:00:00"}')
    assert places(caught) == ["updated_at"]


def test_a_date_is_read_from_text():
    body = NewArticleBody.model_validate_json('{"title": "T", "text": "x", "verify_by": "2027-01-31"}')
    assert article_of(body, "api:t", NOW).verify_by == date(2027, 1, 31)


def test_the_part_before_the_colon_is_the_source():
    assert article_of(ArticleBody(title="T", text="x"), "wiki:a/b", NOW).source == "wiki"
