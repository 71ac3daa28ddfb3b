"""What comes in about issues and weekly reports."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from api.payloads import Line, Name, Payload, QueryPayload
from triage.documents import Day

TicketIds = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=500)]], Field(min_length=1, max_length=1000)
]


class IssuesQuery(QueryPayload):
    """Which page of the issues, and of which state."""

    state: (
        Literal["new", "growing", "steady", "fading", "fixed", "verified", "regressed", "dismissed"] | None
    ) = None
    cursor: Annotated[str, Field(max_length=1000, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class IssueChangeBody(Payload):
    """What a person says of an issue; what is left out stays as it is.

    With ``fixed`` a day is needed, and ``fixed_in`` may name the version or the key of the tracker.
    """

    title: Name | None = None
    state: Literal["fixed", "dismissed", "open"] | None = None
    fixed_on: Day | None = None
    fixed_in: Line = ""
    kind: Literal["defect", "how_to", "request"] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> IssueChangeBody:
        if self.title is None and self.state is None and self.kind is None:
            raise ValueError("give a title, a state or a kind")
        if self.state == "fixed" and self.fixed_on is None:
            raise ValueError("say with fixed_on since which day it is fixed")
        if self.state != "fixed" and (self.fixed_on is not None or self.fixed_in):
            raise ValueError("fixed_on and fixed_in go with the state fixed")
        return self


class IssueMergeBody(Payload):
    """The issue that is taken up."""

    other: Annotated[str, Field(min_length=1, max_length=500)]


class IssueTicketsBody(Payload):
    """Tickets to split off, or to move here."""

    tickets: TicketIds


def _truth(given: object) -> object:
    return {"": False, "1": True, "0": False}.get(given, given) if isinstance(given, str) else given


class ReportQuery(QueryPayload):
    """As known at the end of which day; or restated with what is known today."""

    as_of: Day | None = None
    restated: Annotated[bool, BeforeValidator(_truth)] = False
