"""What comes in over HTTP: pydantic models, and how an article's becomes a value of ``kb``."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from kb.questions import MAX_CHARACTERS
from kb.types import Article

# No database keeps a NUL character.
_STORABLE = r"^[^\x00]*$"
Line = Annotated[str, Field(max_length=500, pattern=r"^[^\x00\r\n]*$")]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00\r\n]+$")]
ArticleId = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x20\x7f]+$")]


class Payload(BaseModel):
    """JSON that is read or written as it stands: no unknown fields, no text where a number belongs."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _iso_day(given: object) -> object:
    # Left to itself, pydantic takes a number for seconds since 1970.
    if isinstance(given, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", given, re.ASCII):
        raise ValueError("give a day such as 2026-05-04")
    return given


class QueryPayload(BaseModel):
    """The parameters of an address, which are all text to begin with."""

    model_config = ConfigDict(extra="forbid")


class QuestionBody(Payload):
    """A question, in the customer's words or the agent's."""

    question: Annotated[str, Field(min_length=1, max_length=MAX_CHARACTERS, pattern=_STORABLE)]
    ticket_id: Line | None = None
    limit: Annotated[int, Field(ge=1, le=10)] = 3


class FeedbackBody(Payload):
    """Whether an answer helped; with ``article_id`` it is about that article's quote alone."""

    helpful: bool
    article_id: ArticleId | None = None


class ArticleBody(Payload):
    """An article as its author wrote it. Front matter in the text counts where a field is left out."""

    title: Name
    text: Annotated[str, Field(min_length=1, max_length=1_000_000, pattern=_STORABLE)]
    format: Literal["markdown", "html", "rst", "text"] = "markdown"
    audience: Name = "public"
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    url: Annotated[str, Field(max_length=2000, pattern=r"^(https?://[^\s\x00]+)?$")] = ""
    tags: Annotated[list[Name], Field(max_length=100)] = []
    owner: Line = ""
    updated_at: AwareDatetime | None = None
    verified_at: AwareDatetime | None = None
    verify_by: date | None = None


class NewArticleBody(ArticleBody):
    """An article to add; its id is made up where none is given."""

    id: ArticleId | None = None


class SearchQuery(QueryPayload):
    """What has been typed so far."""

    q: Annotated[str, Field(max_length=2000, pattern=_STORABLE)]
    limit: Annotated[int, Field(ge=1, le=50)] = 8


class ListQuery(QueryPayload):
    """Which page of the articles."""

    source: Name | None = None
    cursor: Annotated[str, Field(max_length=1000, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class VersionQuery(QueryPayload):
    """Which version; the present one where none is named."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class GapsQuery(QueryPayload):
    """How far back to look."""

    days: Annotated[int, Field(ge=1, le=3650)] = 30
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class DueQuery(QueryPayload):
    """Due on which day; today where none is named."""

    on: Annotated[date, BeforeValidator(_iso_day)] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


def article_of(body: ArticleBody, article_id: str, now: datetime) -> Article:
    """The article that a body describes, changed ``now`` unless it says otherwise.

    Raises:
        InvalidArticle: the text names an audience that is none.
    """
    from kb.reader import read_text

    source = article_id.split(":", 1)[0] if ":" in article_id else "api"
    read = read_text(
        body.text,
        article_id=article_id,
        source=source,
        title=body.title,
        form=body.format,
        audience=body.audience,
    )
    named = body.model_fields_set - {"id", "title", "text", "format"}
    given = {name: getattr(body, name) for name in named if getattr(body, name) is not None}
    if "tags" in given:
        given["tags"] = tuple(given["tags"])
    return replace(read, **({"updated_at": read.updated_at or now} | given))
