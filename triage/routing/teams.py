"""Teams and their members, as settings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationInfo

from kb.types import Fault
from triage.clocks import BusinessCalendar
from triage.documents import Day, Name, ZoneName, entries, folded, parsed

_STRICT = ConfigDict(extra="forbid", strict=True)


def _after_first(last: date, given: ValidationInfo) -> date:
    first = given.data.get("first", last)
    if last < first:
        raise ValueError(f"{last} is before the first day, {first}")
    return last


@dataclass(frozen=True, slots=True)
class Away:
    """Days off, the first and the last included."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    first: Day
    last: Annotated[Day, AfterValidator(_after_first)]


@dataclass(frozen=True, slots=True)
class Member:
    """A person who solves tickets.

    ``capacity`` is the most open tickets to be had at a time, of all teams together. ``skills`` are topics
    known well, whatever history says; ``languages`` are codes such as ``de``, none where nobody asked.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    name: Name
    capacity: Annotated[int, Field(ge=0, le=10_000)]
    languages: tuple[Name, ...] = ()
    skills: tuple[Name, ...] = ()
    working_hours: BusinessCalendar | None = None
    away: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """People who take the tickets of some topics; without topics it takes what no other team does.

    ``channels`` are those the team is for first, where several take a topic. ``zone`` says which day it is for
    members without working hours of their own.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    name: Name
    topics: tuple[Name, ...] = ()
    members: tuple[Member, ...] = ()
    channels: tuple[Name, ...] = ()
    zone: ZoneName = "UTC"


@dataclass(frozen=True, slots=True)
class _Document:
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    teams: tuple[Team, ...]


_DOCUMENT = TypeAdapter(_Document)


def parse_teams(document: object, *, topics: Collection[str] | None = None) -> tuple[Team, ...]:
    """Read a decoded JSON document, ``{"teams": [...]}``; with ``topics``, teams may name no others.

    Raises:
        InvalidSettings: with all its faults.
    """

    def across(given: object) -> Iterator[Fault]:
        yield from _repeated_names(given)
        yield from _unknown_topics(given, topics)

    return parsed(_DOCUMENT, document, across).teams


def dump_teams(teams: tuple[Team, ...]) -> dict[str, Any]:
    """Give teams as a document that ``parse_teams`` reads back."""
    document: dict[str, Any] = _DOCUMENT.dump_python(_Document(teams), mode="json")
    return document


def is_away(member: Member, team: Team, now: datetime) -> bool:
    """Say whether a member has the day off that it is now where the member works."""
    zone = member.working_hours.zone if member.working_hours is not None else team.zone
    today = now.astimezone(ZoneInfo(zone)).date()
    return any(away.first <= today <= away.last for away in member.away)


def _repeated_names(document: object) -> Iterator[Fault]:
    yield from _twice((f"{where}.name", team.get("name")) for where, team in entries(document, "teams"))
    for where, team in entries(document, "teams"):
        names = ((f"{where}.{place}.name", one.get("name")) for place, one in entries(team, "members"))
        yield from _twice(names)


def _twice(named: Iterator[tuple[str, object]]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for where, name in named:
        key = folded(name)
        if key and key in seen:
            yield Fault(where, f"{name!r} stands at {seen[key]} too; give each its own name")
        seen.setdefault(key, where)


def _unknown_topics(document: object, topics: Collection[str] | None) -> Iterator[Fault]:
    known = None if topics is None else frozenset(map(folded, topics))
    for where, team in entries(document, "teams") if known is not None else ():
        places = [(f"{where}.topics", team.get("topics"))]
        places += [(f"{where}.{at}.skills", one.get("skills")) for at, one in entries(team, "members")]
        for place, names in places:
            for number, name in enumerate(names if isinstance(names, list | tuple) else ()):
                if folded(name) and folded(name) not in (known or ()):
                    yield Fault(
                        f"{place}.{number}", f"there is no topic {name!r}; add it, or leave it out here"
                    )
