"""The team's topics."""

from __future__ import annotations

from flask import Response

from api.auth import Caller
from api.routes.operation import no_content, operation, reply
from api.ticket_payloads import MergeBody, RenameBody, SplitBody, TopicsBody, topics_of
from api.ticket_replies import MovedReply, topics_reply
from api.wiring import Parts


@operation("list_topics")
def list_topics(parts: Parts, caller: Caller) -> Response:
    """List topics."""
    return reply(topics_reply(parts.tickets.topics()))


@operation("put_topics")
def put_topics(parts: Parts, caller: Caller, body: TopicsBody) -> Response:
    """Make or change topics."""
    parts.desk.put_topics(topics_of(body.topics), caller.name, parts.now())
    return reply(topics_reply(parts.tickets.topics()))


@operation("delete_topic")
def delete_topic(parts: Parts, caller: Caller, topic: str) -> Response:
    """Delete a topic."""
    parts.desk.delete_topic(topic, caller.name, parts.now())
    return no_content()


@operation("rename_topic")
def rename_topic(parts: Parts, caller: Caller, body: RenameBody) -> Response:
    """Rename a topic."""
    return reply(MovedReply(tickets=parts.desk.rename_topic(body.name, body.to, caller.name, parts.now())))


@operation("merge_topics")
def merge_topics(parts: Parts, caller: Caller, body: MergeBody) -> Response:
    """Merge topics."""
    return reply(MovedReply(tickets=parts.desk.merge_topics(body.names, body.into, caller.name, parts.now())))


@operation("split_topic")
def split_topic(parts: Parts, caller: Caller, body: SplitBody) -> Response:
    """Split a topic."""
    parts.desk.split_topic(body.name, topics_of(body.into), body.where, caller.name, parts.now())
    return no_content()
