"""Articles: reading, writing, and confirming that they are still right."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from uuid import uuid4

from flask import Response, request, url_for
from werkzeug.http import generate_etag

from api.auth import Caller
from api.errors import ArticleChanged, InvalidRequest, NotAllowed
from api.payloads import ArticleBody, DueQuery, ListQuery, NewArticleBody, VersionQuery, article_of
from api.replies import ArticlesReply, DueReply, FaultReply, article_reply, summary_replies
from api.routes.operation import no_content, operation, reply
from api.upkeep import due, note, verify
from api.wiring import Parts
from kb.errors import ArticleNotFound
from kb.types import Article, Scope

EVERYWHERE = Scope()


@operation("list_articles")
def list_articles(parts: Parts, caller: Caller, query: ListQuery) -> Response:
    """Give a page of articles."""
    after = _from_cursor(query.cursor)
    found = parts.knowledge.articles(caller.scope, source=query.source, after=after, limit=query.limit + 1)
    page = found[: query.limit]
    following = _to_cursor(page[-1].id) if len(found) > query.limit else None
    return reply(ArticlesReply(items=summary_replies(page), next=following))


@operation("read_article")
def read_article(parts: Parts, caller: Caller, article_id: str, query: VersionQuery) -> Response:
    """Give an article."""
    if query.version is None:
        found = parts.knowledge.article(article_id, caller.scope)
    else:
        found = parts.knowledge.article_version(article_id, query.version, caller.scope)
    return _article_response(found).make_conditional(request)  # type: ignore[return-value]


@operation("add_article")
def add_article(parts: Parts, caller: Caller, body: NewArticleBody) -> Response:
    """Add an article under an id that is free."""
    article_id = body.id or f"api:{uuid4().hex[:16]}"
    if _present(parts, article_id) is not None:
        taken = FaultReply(field="id", detail=f"there is an article {article_id!r}; use PUT to replace it")
        raise InvalidRequest((taken,))
    return _save(parts, caller, article_of(body, article_id, parts.now()), None)


@operation("put_article")
def put_article(parts: Parts, caller: Caller, article_id: str, body: ArticleBody) -> Response:
    """Replace an article, or add it."""
    _refuse_unusable(article_id)
    before = _present(parts, article_id)
    if before is not None:
        _refuse_hidden(caller, before)
    _refuse_changed(before)
    article = article_of(body, article_id, parts.now())
    # It stays where it came from: its source's next import goes by that.
    kept = article if before is None else replace(article, source=before.source, path=before.path)
    return _save(parts, caller, kept, before)


@operation("remove_article")
def remove_article(parts: Parts, caller: Caller, article_id: str) -> Response:
    """Take an article out of search."""
    before = parts.knowledge.article(article_id, caller.scope)
    parts.knowledge.remove_article(article_id, now=parts.now())
    note(parts, caller, "article removed", before, None)
    return no_content()


@operation("verify_article")
def verify_article(parts: Parts, caller: Caller, article_id: str) -> Response:
    """Confirm that an article is still right."""
    return _article_response(verify(parts, caller, article_id))


@operation("due_articles")
def due_articles(parts: Parts, caller: Caller, query: DueQuery) -> Response:
    """List articles whose check is due."""
    return reply(DueReply(items=summary_replies(due(parts, caller, query))))


def _save(parts: Parts, caller: Caller, article: Article, before: Article | None) -> Response:
    if not caller.may_write(article.audience):
        raise NotAllowed(f"The key does not reach articles for {article.audience!r}.")
    saved = parts.knowledge.save_article(article, now=parts.now())
    note(parts, caller, "article replaced" if before else "article added", before, saved)
    response = _article_response(saved)
    if before is None:
        response.status_code = 201
        response.headers["Location"] = url_for("api.read_article", article_id=saved.id)
    return response


def _article_response(article: Article) -> Response:
    response = reply(article_reply(article))
    response.set_etag(generate_etag(response.get_data()))
    return response


def _present(parts: Parts, article_id: str) -> Article | None:
    try:
        return parts.knowledge.article(article_id, EVERYWHERE)
    except ArticleNotFound:
        return None


def _refuse_unusable(article_id: str) -> None:
    if len(article_id) > 500 or any(character <= " " or character == "\x7f" for character in article_id):
        fault = FaultReply(field="article_id", detail="give at most 500 characters, without spaces")
        raise InvalidRequest((fault,))


def _refuse_hidden(caller: Caller, article: Article) -> None:
    if not caller.may_write(article.audience):
        raise ArticleNotFound(article.id)


def _refuse_changed(before: Article | None) -> None:
    wanted = request.if_match
    if not wanted:
        return
    present = None if before is None else _article_response(before).get_etag()[0]
    if present is None or not wanted.contains(present):
        raise ArticleChanged("Read it again, and put your change on what it is now.")


def _to_cursor(article_id: str) -> str:
    return base64.urlsafe_b64encode(article_id.encode()).rstrip(b"=").decode("ascii")


def _from_cursor(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        fault = FaultReply(field="cursor", detail="give the value of next from the page before")
        raise InvalidRequest((fault,)) from None
