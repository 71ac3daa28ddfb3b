"""Triage: a ticket comes in, and everything about it goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Response

from api.auth import Caller
from api.current import measures_of_app
from api.problems import problem_of
from api.quality_replies import quality_reply
from api.routes.operation import operation, reply
from api.ticket_payloads import BatchBody, TicketBody, ticket_from, values_of
from api.ticket_replies import BatchItemReply, BatchReply
from api.triage_replies import TriageReply, triage_reply
from api.wiring import Parts
from kb.errors import ArticleNotFound
from kb.types import Fault
from triage.errors import InvalidTicket, TriageError
from triage.types import Ticket, Triage


@operation("triage")
def triage(parts: Parts, caller: Caller, body: TicketBody) -> Response:
    """Triage a ticket."""
    ticket = ticket_from(values_of(body), parts.now())
    made = parts.desk.triage(ticket, now=parts.now(), dry_run=body.dry_run)
    measures_of_app().count_triage(made)
    return reply(told(parts, caller, made))


@operation("triage_batch")
def triage_batch(parts: Parts, caller: Caller, body: BatchBody) -> Response:
    """Triage tickets, each by itself."""
    read = [_read(parts, values) for values in body.tickets]
    sound = [one for one in read if isinstance(one, Ticket)]
    made = iter(parts.desk.triage_many(sound, now=parts.now(), dry_run=body.dry_run))
    results: Sequence[Triage | TriageError] = [next(made) if isinstance(one, Ticket) else one for one in read]
    return reply(BatchReply(items=[_item(parts, caller, one) for one in results]))


@operation("quality")
def quality(parts: Parts, caller: Caller) -> Response:
    """Compare promises with what is measured."""
    return reply(quality_reply(parts.desk.quality(now=parts.now())))


def told(parts: Parts, caller: Caller, made: Triage) -> TriageReply:
    """A triage for a caller: without articles that are not theirs to see."""
    if caller.audiences is not None:
        kept = tuple(one for one in made.suggested_articles if _may_see(parts, caller, one.article_id))
        made = replace(made, suggested_articles=kept)
    return triage_reply(made)


def _may_see(parts: Parts, caller: Caller, article_id: str) -> bool:
    try:
        parts.knowledge.article(article_id, caller.scope)
    except ArticleNotFound:
        return False
    return True


def _read(parts: Parts, values: object) -> Ticket | TriageError:
    if not isinstance(values, dict):
        return InvalidTicket((Fault("ticket", "is no object; write it as {...}"),))
    try:
        return ticket_from(values, parts.now())
    except TriageError as error:
        return error


def _item(parts: Parts, caller: Caller, made: Triage | TriageError) -> BatchItemReply:
    if isinstance(made, TriageError):
        return BatchItemReply(problem=problem_of(made))
    measures_of_app().count_triage(made)
    return BatchItemReply(result=told(parts, caller, made))
