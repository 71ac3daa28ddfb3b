"""What a row of the table of HTTP operations says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from api.payloads import Payload, QueryPayload
from api.store import Role

EVERYONE: frozenset[Role] = frozenset({"agent", "helpdesk", "manager", "admin"})
STAFF: frozenset[Role] = frozenset({"agent", "manager", "admin"})
LEADERS: frozenset[Role] = frozenset({"manager", "admin"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: ``gives`` is the body of its successful replies, None where there is none.

    ``repeatable`` calls honour an Idempotency-Key, ``contested`` ones may meet what another has changed, and
    ``refusing`` ones say no for a reason although they take no body; ``media`` is the type of what
    they give, ``also`` are others on request. ``raw`` is a further type of the body, handed on as it came.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    summary: str
    roles: frozenset[Role]
    takes: type[Payload] | None = None
    query: type[QueryPayload] | None = None
    gives: type[Payload] | None = None
    statuses: tuple[int, ...] = (200,)
    repeatable: bool = False
    conditional: bool = False
    contested: bool = False
    refusing: bool = False
    media: str = "application/json"
    also: tuple[str, ...] = ()
    raw: str = ""

    @property
    def problems(self) -> tuple[int, ...]:
        """The statuses of the problems it may answer with."""
        found = {401, 403, 500, 503}
        found |= {404} if "<" in self.path else set()
        found |= {400, 413, 415, 422} if self.takes else set()
        found |= {422} if self.query or self.refusing else set()
        found |= {400, 409, 422} if self.repeatable else set()
        found |= {409} if self.contested else set()
        found |= {412} if self.conditional else set()
        return tuple(sorted(found))
