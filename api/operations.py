"""The table of HTTP operations: who may call what, and what each takes and gives.

The routes and their description follow it.
"""

from __future__ import annotations

from api.account_operations import ACCOUNT_OPERATIONS
from api.described import EVERYONE, LEADERS, STAFF, Operation
from api.issue_operations import ISSUE_OPERATIONS
from api.payloads import (
    ArticleBody,
    DueQuery,
    FeedbackBody,
    GapsQuery,
    ListQuery,
    NewArticleBody,
    QuestionBody,
    SearchQuery,
    VersionQuery,
)
from api.replies import AnswerReply, ArticleReply, ArticlesReply, DueReply, GapsReply, HitsReply
from api.ticket_operations import TICKET_OPERATIONS

__all__ = ["EVERYONE", "LEADERS", "OPERATIONS", "STAFF", "Operation"]

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
OPERATIONS |= TICKET_OPERATIONS
OPERATIONS |= ACCOUNT_OPERATIONS
OPERATIONS |= ISSUE_OPERATIONS
