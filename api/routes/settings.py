"""What a team decides: teams, the SLA table, and what may be set without a person."""

from __future__ import annotations

from flask import Response

from api.auth import Caller
from api.routes.operation import operation, reply
from api.ticket_payloads import DocumentBody
from api.ticket_replies import document_reply
from api.wiring import Parts


@operation("read_settings")
def read_settings(parts: Parts, caller: Caller, document: str) -> Response:
    """Give a document."""
    return reply(document_reply(parts.desk.setting(document)))


@operation("put_settings")
def put_settings(parts: Parts, caller: Caller, document: str, body: DocumentBody) -> Response:
    """Set a document."""
    made = parts.desk.set_setting(document, body.document, body.version, caller.name, parts.now())
    return reply(document_reply(made))
