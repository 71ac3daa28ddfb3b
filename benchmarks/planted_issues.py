"""The planted issues of the sample company, gone through week by week as a server would have."""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from sklearn.metrics import adjusted_rand_score

from api.database import make_engine, migrate
from api.sample_issues import live_through
from api.sample_tickets import SAMPLE
from benchmarks.grouping_agreement import SHARE_FOUND, bcubed_f1
from benchmarks.tables import Cell, Column, Table, show, tell
from kb.embedder.port import Embedder
from reports.gathering import gather
from reports.grouping import group
from reports.service import IssueDesk
from reports.store import IssueStore
from reports.types import Issue
from training.embedders import open_ticket_embedder
from triage.reading import read_accounts, read_tickets
from triage.store import TicketStore
from triage.types import Ticket

WEEKS = 20
FIRST_MONDAY = datetime(2026, 6, 29, tzinfo=UTC)
_COLUMNS = (
    Column("planted issue"),
    Column("tickets", 0),
    Column("from week", 0),
    Column("found in", 0),
    Column("held at the end", 2),
    Column("purity", 2),
    Column("ids since", 0),
    Column("states, by week"),
)
LEAST = 3  # tickets from which on an issue counts
_REPAIRED = ("reminders-twice", date(2026, 11, 2))  # and came back in the week of that Monday
_ALIKE = ("charged-twice", "reminders-twice")
_WORDED = ("google-sync-stops", re.compile(r"s[iy]n[ck]", re.IGNORECASE))


@dataclass(frozen=True, slots=True)
class Lived:
    """What was known of issues at the end of each week, and the planted issue of each ticket ("" for one-offs)."""

    weeks: tuple[tuple[Issue, ...], ...]
    planted: Mapping[str, str]
    tickets: Sequence[Ticket]
    at_once: tuple[float, float]  # BCubed F1 and ARI of all tickets grouped at once at the end


@dataclass(frozen=True, slots=True)
class Holder:
    """The issue that holds most tickets of a planted one: the share of these, and their share of it."""

    issue: Issue
    recall: float
    purity: float

    @property
    def found(self) -> bool:
        """Whether it is that issue."""
        return min(self.recall, self.purity) >= SHARE_FOUND and len(self.issue.tickets) >= LEAST


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    argparse.ArgumentParser(prog="python -m benchmarks planted-issues", description=__doc__).parse_args(
        arguments
    )
    embedder = open_ticket_embedder()
    lived = live(embedder)
    embedder.save()
    show(planted_table(lived))
    show(summary_table(lived))
    return 0


def live(embedder: Embedder) -> Lived:
    """Go through the weeks in a database of its own."""
    tickets = read_tickets(SAMPLE / "tickets.jsonl").tickets
    end = FIRST_MONDAY + timedelta(weeks=WEEKS)
    tell(f"{len(tickets)} tickets, {WEEKS} weeks ...")
    with tempfile.TemporaryDirectory(prefix="pointsman-planted-") as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'planted.db'}")
        migrate(engine)
        store, zone = TicketStore(engine), ZoneInfo("UTC")
        store.upsert(tickets, end)
        store.put_accounts(read_accounts(SAMPLE / "accounts.csv").accounts, end)
        desk = IssueDesk(IssueStore(engine), store, lambda: embedder, zone)
        live_through(desk, zone, end)
        weeks = tuple(desk.issues(FIRST_MONDAY + timedelta(weeks=week + 1)) for week in range(WEEKS))
        gathered = gather(store, embedder, None, end)
        engine.dispose()
    planted = {one.id: one.issue_id for one in tickets}
    groups = group(gathered.members, gathered.vectors)
    labels = [planted[one.ticket_id] or one.key for one in gathered.members]
    return Lived(weeks, planted, tickets, (bcubed_f1(labels, groups), adjusted_rand_score(labels, groups)))


def planted_table(lived: Lived) -> Table:
    """A row a planted issue: when it was found, what it is at the end, and its states."""
    rows: list[tuple[Cell, ...]] = []
    sizes = Counter(filter(None, lived.planted.values()))
    for name, size in sizes.most_common():
        holders = [_holder(lived, name, week) for week in range(WEEKS)]
        found = _found_in(holders)
        last = holders[-1]
        rows.append(
            (
                name,
                size,
                _begun(lived, name),
                None if found is None else found + 1,
                None if last is None else last.recall,
                None if last is None else last.purity,
                len(_ids(holders, found)),
                ""
                if last is None
                else ", ".join(f"{one.state} {_week_of(one.on)}" for one in last.issue.states),
            )
        )
    notes = (
        f"found: an issue holds {SHARE_FOUND:.0%} of the tickets that had come and is {SHARE_FOUND:.0%} pure; {LEAST}",
        "tickets at least. held and purity: of the issue that holds most of it at the end of the last week.",
    )
    return Table("Planted issues of the sample company", _COLUMNS, tuple(rows), notes)


def summary_table(lived: Lived) -> Table:
    """What the issue file asks of the whole."""
    names = sorted(set(filter(None, lived.planted.values())))
    holders = {name: [_holder(lived, name, week) for week in range(WEEKS)] for name in names}
    found = {name: place for name in names if (place := _found_in(holders[name])) is not None}
    kept = [name for name in found if len(_ids(holders[name], found[name])) == 1]
    ended = [name for name in names if (last := holders[name][-1]) is not None and last.found]
    bcubed, ari = _agreement(lived)
    regressed = _regressed(holders[_REPAIRED[0]][-1])
    rows: tuple[tuple[Cell, ...], ...] = (
        ("planted issues found in some week", f"{len(found)} of {len(names)}"),
        ("found at the end", f"{len(ended)} of {len(names)}"),
        ("one id from then to the end, of those found", f"{len(kept)} of {len(found)}"),
        ("new false issues a week", f"{len(_false(lived)) / WEEKS:.2f}"),
        ("false issues called growing, in all weeks", str(len(_false_alarms(lived)))),
        (f"{_REPAIRED[0]} came back in week {_week_of(_REPAIRED[1])}; told in", regressed),
        (f"tickets of {' and '.join(_ALIKE)} in an issue of the other", _mixed(lived)),
        *((f"{_WORDED[0]}, {said}", share) for said, share in _worded(lived)),
        ("BCubed F1 and ARI, week by week", f"{bcubed:.3f}, {ari:.3f}"),
        ("BCubed F1 and ARI, grouped at once at the end", f"{lived.at_once[0]:.3f}, {lived.at_once[1]:.3f}"),
    )
    notes = (
        f"a false issue: {LEAST} tickets or more, and less than {SHARE_FOUND:.0%} of them from one planted issue.",
    )
    return Table("Week by week", (Column("what"), Column("")), rows, notes)


def _holder(lived: Lived, name: str, week: int) -> Holder | None:
    end = FIRST_MONDAY + timedelta(weeks=week + 1)
    came = {
        one.id for one in lived.tickets if one.issue_id == name and one.created_at and one.created_at < end
    }
    counted = [(len(came & set(issue.tickets)), issue) for issue in lived.weeks[week]]
    most, issue = max(counted, key=lambda one: (one[0], one[1].id), default=(0, None))
    if issue is None or not most:
        return None
    return Holder(issue, most / len(came), most / len(issue.tickets))


def _found_in(holders: Sequence[Holder | None]) -> int | None:
    return next((week for week, one in enumerate(holders) if one is not None and one.found), None)


def _ids(holders: Sequence[Holder | None], since: int | None) -> list[str]:
    named = [] if since is None else [one.issue.id for one in holders[since:] if one is not None]
    return list(dict.fromkeys(named))


def _mostly(lived: Lived, issue: Issue) -> str:
    """The planted issue that most of an issue's tickets are of, if any is."""
    [(name, count)] = Counter(lived.planted[one] for one in issue.tickets).most_common(1)
    return name if count >= SHARE_FOUND * len(issue.tickets) else ""


def _false(lived: Lived) -> set[str]:
    return {
        issue.id
        for week in lived.weeks
        for issue in week
        if len(issue.tickets) >= LEAST and not _mostly(lived, issue)
    }


def _false_alarms(lived: Lived) -> set[tuple[str, date]]:
    return {
        (issue.id, change.on)
        for issue in lived.weeks[-1]
        if not _mostly(lived, issue)
        for change in issue.states
        if change.state == "growing"
    }


def _regressed(last: Holder | None) -> str:
    told = [change.on for change in last.issue.states if change.state == "regressed"] if last else []
    return f"week {_week_of(told[0])}" if told else "no week"


def _mixed(lived: Lived) -> str:
    of_both = [one for one, name in lived.planted.items() if name in _ALIKE]
    mostly = {one: _mostly(lived, issue) for issue in lived.weeks[-1] for one in issue.tickets}
    wrong = [one for one in of_both if mostly.get(one, "") in set(_ALIKE) - {lived.planted[one]}]
    return f"{len(wrong)} of {len(of_both)}"


def _worded(lived: Lived) -> list[tuple[str, str]]:
    name, word = _WORDED
    last = _holder(lived, name, WEEKS - 1)
    held = set(last.issue.tickets) if last else set()
    texts = {one.id: f"{one.subject} {one.body}" for one in lived.tickets if one.issue_id == name}
    said = {one for one, text in texts.items() if word.search(text)}
    return [
        ("with the word, in its issue", f"{len(said & held)} of {len(said)}"),
        ("without it, in its issue", f"{len((texts.keys() - said) & held)} of {len(texts) - len(said)}"),
    ]


def _agreement(lived: Lived) -> tuple[float, float]:
    issue_of = {one: issue.id for issue in lived.weeks[-1] for one in issue.tickets}
    labels = [lived.planted[one.id] or one.id for one in lived.tickets]
    _, groups = np.unique([issue_of.get(one.id, one.id) for one in lived.tickets], return_inverse=True)
    return bcubed_f1(labels, groups), float(adjusted_rand_score(labels, groups))


def _begun(lived: Lived, name: str) -> int:
    first = min(one.created_at for one in lived.tickets if one.issue_id == name and one.created_at)
    return _week_of(first.date())


def _week_of(day: date) -> int:
    return (day - FIRST_MONDAY.date()).days // 7 + 1
