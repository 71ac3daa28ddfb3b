"""Issues as values: what was known of them, joined with their tickets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Literal, cast

from reports.knowledge import kind_of
from reports.store import Face, Known
from reports.types import Issue, Week
from triage.types import Ticket

Kind = Literal["defect", "how_to", "request", ""]
Show = Callable[[Sequence[Ticket]], Face]


def issues_of(known: Known, tickets: Mapping[str, Ticket], zone: tzinfo, show: Show) -> tuple[Issue, ...]:
    """Give the issues that have tickets, by id; days and weeks are those of the zone.

    Args:
        known: of the issues.
        tickets: all that were known, by id; others of an issue are left out.
        zone: the team's.
        show: finds a title and representatives for an issue without, from its tickets, the oldest first.
    """
    own: dict[str, set[str]] = defaultdict(set)
    for key, issue in known.identities.assigned.items():
        ticket = tickets.get(known.tickets.get(key, key))
        if ticket is not None and ticket.created_at is not None:
            own[issue].add(ticket.id)
    return tuple(
        _issue(known, issue, [tickets[one] for one in ids], zone, show) for issue, ids in sorted(own.items())
    )


def _issue(known: Known, issue: str, unordered: Sequence[Ticket], zone: tzinfo, show: Show) -> Issue:
    tickets = sorted(unordered, key=lambda ticket: (_moment(ticket), ticket.id))
    face = known.faces.get(issue) or show(tickets)
    local = [_moment(ticket).astimezone(zone) for ticket in tickets]
    states = known.states.get(issue, ())
    fix = known.fixes.get(issue)
    dismissed = issue in known.identities.dismissed
    said = known.kinds.get(issue, "")
    return Issue(
        id=issue,
        title=known.identities.titles.get(issue) or face.title,
        state="dismissed" if dismissed else states[-1].state if states else "new",
        tickets=tuple(ticket.id for ticket in tickets),
        first_seen=local[0],
        last_seen=local[-1],
        weekly=dict(Counter(str(Week.of(moment.date())) for moment in local)),
        representatives=_present(face, tickets),
        topic=_commonest([ticket.topic for ticket in tickets]),
        titled_by=known.titled_by.get(issue, ""),
        fixed_on=fix.on if fix else None,
        fixed_in=fix.version if fix else "",
        states=states,
        lineage=known.identities.lineage.get(issue, ()),
        kind=cast(Kind, said) if said else kind_of(tickets),
    )


def _present(face: Face, tickets: Sequence[Ticket]) -> tuple[str, ...]:
    """Those of an issue's representatives that belong to it still."""
    own = [ticket.id for ticket in tickets]
    return tuple(one for one in face.representatives if one in set(own)) or tuple(own[:1])


def _moment(ticket: Ticket) -> datetime:
    assert ticket.created_at is not None  # noqa: S101 - tickets of issues have one
    return ticket.created_at


def _commonest(values: Sequence[str]) -> str:
    counted = Counter(value for value in values if value)
    return min(counted, key=lambda value: (-counted[value], value), default="")
