"""The table of a service level agreement: what is promised to whom, and the moments that follow from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from kb.types import Fault
from triage.clocks.calendar import BusinessCalendar, after_business_minutes
from triage.documents import Name, OptionalName, entries, folded, parsed
from triage.types import DueTimes, Urgency

_STRICT = ConfigDict(extra="forbid", strict=True)
_YEAR = 366 * 24 * 60
_CONDITIONS = ("plan", "team", "channel")


@dataclass(frozen=True, slots=True)
class Promise:
    """Minutes by the clock: ``business`` ones pass in business hours only, ``calendar`` ones always."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    minutes: Annotated[int, Field(ge=1, le=_YEAR)]
    clock: Literal["business", "calendar"] = "business"


@dataclass(frozen=True, slots=True)
class Policy:
    """What tickets of an urgency are promised; an empty plan, team or channel means any, None promises nothing."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    urgency: Urgency
    plan: OptionalName = ""
    team: OptionalName = ""
    channel: OptionalName = ""
    first_reply: Promise | None = None
    resolution: Promise | None = None


@dataclass(frozen=True, slots=True)
class SlaTable:
    """All policies, the calendar of the house, and those of teams that keep other hours."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    policies: tuple[Policy, ...] = ()
    calendar: BusinessCalendar = field(default_factory=BusinessCalendar)
    team_calendars: Mapping[Name, BusinessCalendar] = field(default_factory=dict)


_TABLE = TypeAdapter(SlaTable)


def due_times(
    created_at: datetime,
    urgency: Urgency,
    table: SlaTable,
    *,
    plan: str = "",
    team: str = "",
    channel: str = "",
) -> DueTimes:
    """Give when a ticket's first reply and solution are due, in UTC; None where nothing is promised.

    Raises:
        ValueError: ``created_at`` has no zone.
    """
    if created_at.tzinfo is None:
        raise ValueError(f"{created_at.isoformat()} has no time zone; give a zoned moment")
    policy = policy_for(urgency, table, plan=plan, team=team, channel=channel)
    if policy is None:
        return DueTimes()
    calendar = _calendar_of(team, table)
    return DueTimes(
        first_reply=_due(created_at, policy.first_reply, calendar),
        resolution=_due(created_at, policy.resolution, calendar),
    )


def policy_for(
    urgency: Urgency, table: SlaTable, *, plan: str = "", team: str = "", channel: str = ""
) -> Policy | None:
    """Give the policy that holds: the one with most conditions; of equally many, plan before team before channel.

    It holds whole: what it promises nothing for is not taken from a more general policy.
    """
    asked = (folded(plan), folded(team), folded(channel))
    holding = [
        policy
        for policy in table.policies
        if policy.urgency == urgency
        and all(wanted in ("", given) for wanted, given in zip(_conditions(policy), asked, strict=True))
    ]
    return max(holding, key=_narrowness, default=None)


def parse_sla_table(document: object) -> SlaTable:
    """Read a decoded JSON document.

    Raises:
        InvalidSettings: with all its faults.
    """
    return parsed(_TABLE, document, _repeated)


def dump_sla_table(table: SlaTable) -> dict[str, Any]:
    """Give a table as a document that ``parse_sla_table`` reads back."""
    document: dict[str, Any] = _TABLE.dump_python(table, mode="json")
    return document


def _conditions(policy: Policy) -> tuple[str, str, str]:
    return folded(policy.plan), folded(policy.team), folded(policy.channel)


def _narrowness(policy: Policy) -> tuple[int, tuple[bool, ...]]:
    given = tuple(condition != "" for condition in _conditions(policy))
    return sum(given), given


def _calendar_of(team: str, table: SlaTable) -> BusinessCalendar:
    own = {folded(name): calendar for name, calendar in table.team_calendars.items()}
    return own.get(folded(team), table.calendar)


def _due(created_at: datetime, promise: Promise | None, calendar: BusinessCalendar) -> datetime | None:
    if promise is None:
        return None
    if promise.clock == "business":
        return after_business_minutes(created_at, promise.minutes, calendar)
    return created_at.astimezone(UTC) + timedelta(minutes=promise.minutes)


def _repeated(document: object) -> Iterator[Fault]:
    seen: dict[tuple[str, ...], str] = {}
    for where, entry in entries(document, "policies"):
        key = (folded(entry.get("urgency")), *(folded(entry.get(name)) for name in _CONDITIONS))
        if key in seen:
            yield Fault(where, f"{seen[key]} has the same urgency, plan, team and channel; keep one of them")
        seen.setdefault(key, where)
    calendars = document.get("team_calendars") if isinstance(document, Mapping) else None
    counted = Counter(folded(name) for name in (calendars if isinstance(calendars, Mapping) else ()))
    for name in (name for name, times in counted.items() if times > 1):
        yield Fault("team_calendars", f"the team {name!r} has several calendars; keep one of them")
