"""The table of HTTP operations: who may call what, and what each takes and gives.

The routes and their description follow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from api.payloads import (
    ArticleBody,
    DueQuery,
    FeedbackBody,
    GapsQuery,
    ListQuery,
    NewArticleBody,
    Payload,
    QueryPayload,
    QuestionBody,
    SearchQuery,
    VersionQuery,
)
from api.replies import AnswerReply, ArticleReply, ArticlesReply, DueReply, GapsReply, HitsReply
from api.store import Role

EVERYONE: frozenset[Role] = frozenset({"agent", "helpdesk", "manager", "admin"})
STAFF: frozenset[Role] = frozenset({"agent", "manager", "admin"})
LEADERS: frozenset[Role] = frozenset({"manager", "admin"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: ``gives`` is the body of its successful replies, None where there is none.

    ``repeatable`` calls honour an Idempotency-Key; ``media`` is the type of what they give.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    summary: str
    roles: frozenset[Role]
    takes: type[Payload] | None = None
    query: type[QueryPayload] | None = None
    gives: type[Payload] | None = None
    statuses: tuple[int, ...] = (200,)
    repeatable: bool = False
    conditional: bool = False
    media: str = "application/json"

    @property
    def problems(self) -> tuple[int, ...]:
        """The statuses of the problems it may answer with."""
        found = {401, 403, 500, 503}
        found |= {404} if "<" in self.path else set()
        found |= {400, 413, 415, 422} if self.takes else set()
        found |= {422} if self.query else set()
        found |= {400, 409, 422} if self.repeatable else set()
        found |= {412} if self.conditional else set()
        return tuple(sorted(found))


_ARTICLE = "/articles/<path:article_id>"

OPERATIONS: dict[str, Operation] = {
    "ask": Operation(
        "POST",
        "/answers",
        "Answer a question with quotes, or say why not",
        EVERYONE,
        takes=QuestionBody,
        gives=AnswerReply,
        repeatable=True,
    ),
    "read_answer": Operation(
        "GET", "/answers/<answer_id>", "An answer exactly as it was given", EVERYONE, gives=AnswerReply
    ),
    "give_feedback": Operation(
        "POST",
        "/answers/<answer_id>/feedback",
        "Say whether an answer, or one of its quotes, helped",
        EVERYONE,
        takes=FeedbackBody,
        statuses=(204,),
        repeatable=True,
    ),
    "search": Operation(
        "GET",
        "/search",
        "Articles as you type; nothing is stored",
        EVERYONE,
        query=SearchQuery,
        gives=HitsReply,
    ),
    "list_articles": Operation(
        "GET", "/articles", "Articles by id, without text", EVERYONE, query=ListQuery, gives=ArticlesReply
    ),
    "add_article": Operation(
        "POST",
        "/articles",
        "Add an article",
        LEADERS,
        takes=NewArticleBody,
        gives=ArticleReply,
        statuses=(201,),
        repeatable=True,
    ),
    "due_articles": Operation(
        "GET", "/articles/due", "Articles whose check is due", STAFF, query=DueQuery, gives=DueReply
    ),
    "read_article": Operation(
        "GET",
        _ARTICLE,
        "An article, as it is now or in one of its versions",
        EVERYONE,
        query=VersionQuery,
        gives=ArticleReply,
        statuses=(200, 304),
    ),
    "put_article": Operation(
        "PUT",
        _ARTICLE,
        "Replace an article, or add it under this id",
        LEADERS,
        takes=ArticleBody,
        gives=ArticleReply,
        statuses=(200, 201),
        conditional=True,
    ),
    "remove_article": Operation(
        "DELETE", _ARTICLE, "Remove an article; its versions stay readable", LEADERS, statuses=(204,)
    ),
    "verify_article": Operation(
        "POST",
        f"{_ARTICLE}/verify",
        "Confirm that an article is still right",
        LEADERS,
        gives=ArticleReply,
        repeatable=True,
    ),
    "gaps": Operation(
        "GET",
        "/gaps",
        "Unanswered questions, grouped by meaning",
        LEADERS,
        query=GapsQuery,
        gives=GapsReply,
    ),
    "gaps_table": Operation(
        "GET", "/gaps.csv", "The same as a table", LEADERS, query=GapsQuery, media="text/csv"
    ),
}
