"""What travels in and out of reports: frozen values without behaviour that does I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from triage.types import Ticket

State = Literal["new", "growing", "steady", "fading", "fixed", "verified", "regressed", "dismissed"]
STATES: tuple[State, ...] = (
    "new",
    "growing",
    "steady",
    "fading",
    "fixed",
    "verified",
    "regressed",
    "dismissed",
)
LineageKind = Literal["born", "joined", "split", "merged", "renamed", "moved", "dismissed", "reopened"]


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week such as 2026-W12."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"

    @property
    def monday(self) -> date:
        """The first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @classmethod
    def of(cls, day: date) -> Week:
        """The week that holds a day."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @classmethod
    def parse(cls, text: str) -> Week:
        """Read ``2026-W12``.

        Raises:
            ValueError: it is no such week.
        """
        year, mark, number = text.partition("-W")
        if not mark or not (year.isdigit() and number.isdigit()):
            raise ValueError(f"{text!r} is no week; write it like 2026-W12")
        date.fromisocalendar(int(year), int(number), 1)
        return cls(int(year), int(number))


@dataclass(frozen=True, slots=True)
class Member:
    """A ticket, or one statement of it, as grouping sees it.

    ``key`` is unique; ``vector`` rows are kept beside members, not in them. ``codes`` are error codes, versions and
    product names found in the text. ``issue_id`` is an assignment that a person made (never undone by the machine).
    """

    key: str
    ticket_id: str
    text: str
    created_at: datetime
    account_id: str = ""
    topic: str = ""
    language: str = ""
    codes: tuple[str, ...] = ()
    issue_id: str = ""


@dataclass(frozen=True, slots=True)
class StateChange:
    """A change of an issue's state with its evidence in a sentence."""

    state: State
    on: date
    why: str
    by: str = ""  # a person, or empty for the machine


@dataclass(frozen=True, slots=True)
class Lineage:
    """A step in the life of an issue's identity. ``others`` are the issues it split into, merged with, came from."""

    kind: LineageKind
    at: datetime
    others: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """A product issue that tickets keep naming. ``weekly`` counts its tickets by week; ``tickets`` are their ids."""

    id: str
    title: str
    state: State
    tickets: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    weekly: Mapping[str, int] = field(default_factory=dict)
    representatives: tuple[str, ...] = ()  # ids of the tickets that show it best
    topic: str = ""
    titled_by: str = ""  # who gave the title; empty for the machine
    fixed_on: date | None = None
    fixed_in: str = ""  # version or key of the tracker
    states: tuple[StateChange, ...] = ()
    lineage: tuple[Lineage, ...] = ()
    kind: Literal["defect", "how_to", "request", ""] = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval; ``level`` is the interval's coverage, such as .9."""

    value: float
    low: float
    high: float
    level: float = 0.9


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the report that opens: its name, value, the value before, and the tickets behind it."""

    name: str
    value: float | None
    unit: str = ""
    before: float | None = None  # the mean of the four weeks before
    tickets: tuple[str, ...] = ()
    note: str = ""


Tickets = tuple[Ticket, ...]
