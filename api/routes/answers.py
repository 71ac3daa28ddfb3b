"""Questions, answers, and what was said about them."""

from __future__ import annotations

from flask import Response

from api.auth import Caller
from api.current import measures_of_app
from api.payloads import FeedbackBody, QuestionBody, SearchQuery
from api.replies import HitsReply, answer_reply, hit_replies
from api.routes.operation import no_content, operation, reply
from api.wiring import Parts
from kb.errors import AnswerNotFound, ArticleNotFound
from kb.types import Answer, Feedback


@operation("ask")
def ask(parts: Parts, caller: Caller, body: QuestionBody) -> Response:
    """Answer a question."""
    answer = parts.knowledge.answer(
        body.question,
        caller.scope,
        now=parts.now(),
        limit=body.limit,
        asked_by=caller.key_id,
        ticket_id=body.ticket_id or "",
        # A customer must not learn from a help desk that there is more than they may read.
        tell_hidden=caller.role != "helpdesk",
    )
    measures_of_app().count_answer(answer)
    return reply(answer_reply(answer))


@operation("read_answer")
def read_answer(parts: Parts, caller: Caller, answer_id: str) -> Response:
    """Give an answer as it was."""
    answer = parts.knowledge.answer_as_given(answer_id)
    if not _may_read(parts, caller, answer):
        raise AnswerNotFound(answer_id)
    return reply(answer_reply(answer))


@operation("give_feedback")
def give_feedback(parts: Parts, caller: Caller, answer_id: str, body: FeedbackBody) -> Response:
    """Keep what somebody said about an answer."""
    said = Feedback(answer_id, body.helpful, body.article_id or "", at=parts.now())
    parts.knowledge.feedback(said, said_by=caller.key_id)
    measures_of_app().count_feedback(body.helpful)
    return no_content()


@operation("search")
def search(parts: Parts, caller: Caller, query: SearchQuery) -> Response:
    """Find articles while the question is being typed."""
    hits = parts.knowledge.search(query.q, caller.scope, limit=query.limit) if query.q.strip() else []
    return reply(HitsReply(items=hit_replies(hits)))


def _may_read(parts: Parts, caller: Caller, answer: Answer) -> bool:
    """Whether everything an answer quotes is the caller's to see; it may have been given to somebody else."""
    if caller.audiences is None:
        return True
    quoted = {(quote.article_id, quote.version) for quote in answer.quotes}
    try:
        for article_id, version in quoted:
            parts.knowledge.article_version(article_id, version, caller.scope)
        for hit in answer.nearest:
            parts.knowledge.article(hit.article_id, caller.scope)
    except ArticleNotFound:
        return False
    return True
