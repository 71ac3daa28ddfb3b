"""What travels in and out of the store beside the values of ``reports.types``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from reports.identity import Identities
from reports.types import StateChange


@dataclass(frozen=True, slots=True)
class Grouping:
    """When tickets were grouped, how many of how many belong to an issue, and how many issues there were."""

    at: datetime
    tickets: int = 0
    grouped: int = 0
    issues: int = 0


@dataclass(frozen=True, slots=True)
class Fix:
    """That an issue was said to be fixed: the day, and the version or the key of the tracker."""

    on: date
    version: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """The title that the machine found for an issue, and the tickets that show it best."""

    title: str
    representatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """All that was known of issues at a moment. ``tickets`` gives a member's ticket."""

    identities: Identities
    tickets: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, tuple[StateChange, ...]] = field(default_factory=dict)
    fixes: Mapping[str, Fix] = field(default_factory=dict)
    titled_by: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    faces: Mapping[str, Face] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A week's report as it was made, in JSON; ``digest`` is that of the text."""

    week: str
    as_of: datetime
    made_at: datetime
    digest: str
    report: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of bringing a report to a place; ``note`` says what was done, or why it failed."""

    week: str
    sink: str
    state: Literal["claimed", "done", "failed"]
    at: datetime
    digest: str = ""
    note: str = ""
