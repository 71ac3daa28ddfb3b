"""Tickets and account changes as facts, each with the moment from which it was known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from triage.types import Account, Ticket

DAY = 86_400
CSAT_DELAY = 3 * DAY  # a survey goes out a day after the solution, and most answer within two more
ISSUE_LIFE = (
    90 * DAY
)  # a repeat issue without a known end counts as unresolved for so long after its last ticket
_GRADES = {"low": 0, "normal": 1, "medium": 1, "high": 2, "urgent": 3, "critical": 3}
_STATEMENTS = {"at_risk": 1, "explicit": 2}

Integers = NDArray[np.int64]


class Kind(IntEnum):
    """What became known. The meaning of the fact's whole number stands beside each."""

    OPENED = 0  # urgency, 0 (low) to 3 (urgent)
    URGENT = 1  # urgency 2 or 3
    REPLIED = 2  # seconds from the ticket to the first reply
    SOLVED = 3  # seconds from the ticket to its solution
    ANSWERED = 4  # the ticket waits no longer: replied or solved
    REOPENED = 5  # how many times
    RATED = 6  # satisfaction in hundredths, 100 to 500
    STATED = 7  # 1: at risk, 2: explicit
    EXPLICIT = 8
    JOINED_ISSUE = 9
    LEFT_ISSUE = 10
    SEATS = 11
    PLAN = 12  # place in ``Events.plans``
    REVENUE = 13  # monthly, in hundredths


@dataclass(frozen=True, slots=True)
class AccountChange:
    """A column of an account took another value. ``before`` is what it had until then, where that is known."""

    account_id: str
    at: datetime
    column: Literal["seats", "plan", "mrr"]
    after: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the words of a ticket said when it came in; it stands before labels that people gave later."""

    urgency: str = ""
    churn_intent: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Facts in columns of length (events,): ``account`` is a place in the list of accounts, ``known_at`` in seconds.

    ``first_*`` are what changed columns held before their first change, by account.
    """

    account: Integers
    known_at: Integers
    kind: Integers
    value: Integers
    plans: tuple[str, ...] = ()
    first_plan: Mapping[int, str] = field(default_factory=dict)
    first_seats: Mapping[int, float] = field(default_factory=dict)
    first_mrr: Mapping[int, float] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.account)

    def chosen(self, mask: NDArray[np.bool_] | Integers) -> Events:
        """Give some of the events, or all in another order."""
        columns = (self.account[mask], self.known_at[mask], self.kind[mask], self.value[mask])
        return Events(*columns, self.plans, self.first_plan, self.first_seats, self.first_mrr)


def seconds(moment: datetime | date | None) -> int:
    """Give a moment, or the start of a day in UTC, in whole seconds; -1 where there is none."""
    if moment is None:
        return -1
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return int(moment.timestamp())


def events_of(
    tickets: Iterable[Ticket],
    accounts: Sequence[Account],
    *,
    heard: Mapping[str, Heard] | None = None,
    changes: Iterable[AccountChange] = (),
    issue_ends: Mapping[str, datetime] | None = None,
) -> Events:
    """Turn tickets into facts; tickets without a date or of unknown accounts are passed over.

    A satisfaction score is known at the attribute ``csat_at`` where an export has it, else three days after the
    solution; a reopening at ``reopened_at``, else at the solution that stands. What has no such moment is not known.

    ``heard`` is what the words said, by ticket id; without it the labels and the priority of the ticket count.
    ``issue_ends`` is when a repeat issue was resolved, by its id.
    """
    places = {account.account_id: place for place, account in enumerate(accounts)}
    issues: dict[str, int] = {"": 0}
    rows = np.fromiter(_ticket_rows(tickets, places, heard or {}, issues), dtype=_ROW)
    rows = rows[np.argsort(rows["created"], kind="stable")]
    blocks = [*_ticket_blocks(rows), *_issue_blocks(rows, _ends_by_place(issues, issue_ends or {}))]
    plans, first, changed = _change_block(changes, places)
    account, at, kind, value = (np.concatenate(parts) for parts in zip(*blocks, changed, strict=True))
    before = first["plan"], _numbers(first["seats"]), _numbers(first["mrr"])
    return Events(account, at, kind, value, plans, *before)


_ROW = np.dtype(
    [
        *((name, np.int64) for name in ("account", "created", "replied", "solved", "rated_at", "rating")),
        *((name, np.int64) for name in ("reopened_at", "reopened", "grade", "statement", "issue")),
    ]
)
_Block = tuple[Integers, Integers, Integers, Integers]


def _ticket_rows(
    tickets: Iterable[Ticket], places: Mapping[str, int], heard: Mapping[str, Heard], issues: dict[str, int]
) -> Iterator[tuple[object, ...]]:
    silent = Heard()
    for ticket in tickets:
        place = places.get(ticket.account_id)
        if place is None or ticket.created_at is None:
            continue
        words = heard.get(ticket.id, silent)
        solved = seconds(ticket.solved_at)
        rated_at = _given(ticket, "csat_at", solved + CSAT_DELAY if solved >= 0 else -1)
        grade = (words.urgency or ticket.urgency or ticket.priority).lower()
        yield (
            *(place, seconds(ticket.created_at), seconds(ticket.first_replied_at), solved),
            *(rated_at, -1 if ticket.csat is None else round(100 * ticket.csat)),
            *(_given(ticket, "reopened_at", solved), ticket.reopened, _GRADES.get(grade, 1)),
            _STATEMENTS.get(words.churn_intent or ticket.churn_intent, 0),
            issues.setdefault(ticket.issue_id, len(issues)),
        )


def _given(ticket: Ticket, attribute: str, otherwise: int) -> int:
    text = ticket.attributes.get(attribute)
    if not text:
        return otherwise
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return seconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _ticket_blocks(rows: NDArray[np.void]) -> Iterator[_Block]:
    created, replied, solved = rows["created"], rows["replied"], rows["solved"]
    answered = np.where(
        (replied >= 0) & (solved >= 0), np.minimum(replied, solved), np.maximum(replied, solved)
    )
    everyone = np.ones(len(rows), np.bool_)
    yield _block(rows, Kind.OPENED, created, rows["grade"], everyone)
    yield _block(rows, Kind.URGENT, created, rows["grade"], rows["grade"] >= 2)
    yield _block(rows, Kind.REPLIED, replied, replied - created, replied >= 0)
    yield _block(rows, Kind.SOLVED, solved, solved - created, solved >= 0)
    yield _block(rows, Kind.ANSWERED, answered, rows["grade"], answered >= 0)
    yield _block(
        rows,
        Kind.REOPENED,
        rows["reopened_at"],
        rows["reopened"],
        (rows["reopened"] > 0) & (rows["reopened_at"] >= 0),
    )
    yield _block(
        rows, Kind.RATED, rows["rated_at"], rows["rating"], (rows["rating"] >= 0) & (rows["rated_at"] >= 0)
    )
    yield _block(rows, Kind.STATED, created, rows["statement"], rows["statement"] > 0)
    yield _block(rows, Kind.EXPLICIT, created, rows["statement"], rows["statement"] == 2)


def _block(
    rows: NDArray[np.void], kind: Kind, at: Integers, value: Integers, mask: NDArray[np.bool_]
) -> _Block:
    account = rows["account"][mask]
    return account, at[mask], np.full(len(account), int(kind), np.int64), value[mask]


def _ends_by_place(issues: Mapping[str, int], ends: Mapping[str, datetime]) -> dict[int, int]:
    return {issues[issue]: seconds(end) for issue, end in ends.items() if issue in issues}


def _issue_blocks(rows: NDArray[np.void], ends: Mapping[int, int]) -> Iterator[_Block]:
    """An account is part of an issue from its ticket until the issue ends or has been silent for long."""
    until: dict[tuple[int, int], int] = {}
    facts: list[tuple[int, int, int]] = []
    own = rows[rows["issue"] > 0]
    for account, issue, created in zip(
        *(own[name].tolist() for name in ("account", "issue", "created")), strict=True
    ):
        key = (account, issue)
        if key in until and created >= until[key]:
            facts.append((account, until.pop(key), Kind.LEFT_ISSUE))
        if key not in until:
            facts.append((account, created, Kind.JOINED_ISSUE))
        end = ends.get(issue, -1)
        until[key] = end if end > created else created + ISSUE_LIFE
    facts += [(account, end, Kind.LEFT_ISSUE) for (account, _), end in until.items()]
    table = np.array(facts, np.int64).reshape(-1, 3)
    yield table[:, 0], table[:, 1], table[:, 2], np.ones(len(table), np.int64)


def _change_block(
    changes: Iterable[AccountChange], places: Mapping[str, int]
) -> tuple[tuple[str, ...], dict[str, dict[int, str]], _Block]:
    kinds = {"seats": Kind.SEATS, "plan": Kind.PLAN, "mrr": Kind.REVENUE}
    plans: dict[str, int] = {}
    first: dict[str, dict[int, str]] = {"seats": {}, "plan": {}, "mrr": {}}
    facts = []
    for change in sorted(changes, key=lambda one: (one.at, one.account_id, one.column)):
        place = places.get(change.account_id)
        if place is None:
            continue
        first[change.column].setdefault(place, change.before)
        if change.column == "plan":
            value = plans.setdefault(change.after, len(plans))
        else:
            value = round(float(change.after) * (100 if change.column == "mrr" else 1))
        facts.append((place, seconds(change.at), int(kinds[change.column]), value))
    table = np.array(facts, np.int64).reshape(-1, 4)
    return tuple(plans), first, (table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def _numbers(texts: Mapping[int, str]) -> dict[int, float]:
    return {place: float(text) if text else float("nan") for place, text in texts.items()}
