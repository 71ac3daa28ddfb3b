"""What the knowledge base lacks."""

from __future__ import annotations

from flask import Response

from api.auth import Caller
from api.payloads import GapsQuery
from api.replies import GapsReply, gap_replies
from api.routes.operation import operation, reply
from api.upkeep import find_gaps, gaps_csv
from api.wiring import Parts


@operation("gaps")
def gaps(parts: Parts, caller: Caller, query: GapsQuery) -> Response:
    """List gaps."""
    return reply(GapsReply(items=gap_replies(find_gaps(parts, caller.scope, query))))


@operation("gaps_table")
def gaps_table(parts: Parts, caller: Caller, query: GapsQuery) -> Response:
    """Give the gaps as a table."""
    response = Response(gaps_csv(find_gaps(parts, caller.scope, query)), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=gaps.csv"
    return response
