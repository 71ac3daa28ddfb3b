"""Tickets grouped week by week as ``python -m training issues --as-of`` does: do duplicates lie in one issue?"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks.duplicate_pairs import KnownDuplicates
from benchmarks.tables import Column, Table, machine, tell
from kb.embedder.port import Embedder
from reports.identity import Identities
from training.dataset import Message
from training.issues import end_of, group_messages, seen_by

_GROUPS_TO_READ, _SHOWN, _BRIEF = 50, 8, 100


@dataclass(frozen=True, slots=True)
class Weekly:
    """The issue of each ticket after the last week, how many moved to another in a week (share), and the seconds."""

    issues: dict[str, str]
    moved: tuple[float, ...]
    seconds: float


def weekly_issues(messages: Sequence[Message], embedder: Embedder, every: int) -> Weekly:
    """Group all that had come by the end of each week, starting from the issues known before."""
    known, before, moved = Identities(), dict[str, str](), []
    started = time.perf_counter()
    ends = list(_ends(messages, every))
    for end in tqdm(ends, desc="Grouping", unit="week", file=sys.stderr, mininterval=5):
        rows, known = group_messages(seen_by(messages, end), embedder, known, end)
        issues = {row.id: row.issue_id for row in rows}
        moved.append(sum(issues[key] != issue for key, issue in before.items()) / max(len(before), 1))
        before = {row.id: row.issue_id for row in rows if not row.is_outlier}
    return Weekly(issues, tuple(moved[1:]), time.perf_counter() - started)


def issue_table(known: KnownDuplicates, weekly: Weekly) -> Table:
    """How many known pairs lie in one issue at the end, and how large issues are."""
    sizes = Counter(weekly.issues.values())
    several = [size for size in sizes.values() if size > 1]
    alone = sum(size == 1 for size in sizes.values()) / len(weekly.issues)
    together = share_together(known.pairs, weekly.issues)
    columns = (
        Column("tickets", 0),
        Column("weeks", 0),
        Column("pairs", 0),
        Column("pairs in one issue"),
        Column("issues", 0),
        Column("largest", 0),
        Column("share alone"),
        Column("moved a week", 4),
        Column("seconds", 1),
    )
    row = (
        *(len(weekly.issues), len(weekly.moved) + 1, len(known.pairs), together),
        *(
            len(several),
            max(several, default=0),
            alone,
            float(np.mean(weekly.moved or (0.0,))),
            weekly.seconds,
        ),
    )
    notes = (
        "Grouped after each week from the issues known before, on vectors that are there. moved: share of the tickets",
        f"in issues that are in another one a week later. {machine()}",
    )
    return Table(f"Week by week on {known.name}", columns, (row,), notes)


def share_together(pairs: Sequence[tuple[str, str]], issues: dict[str, str]) -> float:
    """The share of pairs whose two tickets lie in one issue."""
    return float(np.mean([issues[one] == issues[other] for one, other in pairs]))


def write_groups_to_read(path: Path, known: KnownDuplicates, weekly: Weekly, *, seed: int) -> None:
    """Write how the tickets of issues drawn by lot begin, so that a person can say how pure they are."""
    subjects = {ticket.id: _brief(f"{ticket.subject} {ticket.body}") for ticket in known.tickets}
    members: dict[str, list[str]] = defaultdict(list)
    for key, issue in weekly.issues.items():
        members[issue].append(subjects[key])
    several = sorted(issue for issue, some in members.items() if len(some) > 1)
    order = np.random.default_rng(seed).permutation(len(several))[:_GROUPS_TO_READ]
    blocks = [
        "\n".join(
            [f"{several[place]}: {len(members[several[place]])} tickets"]
            + [f"  [ ] {subject}" for subject in members[several[place]][:_SHOWN]]
        )
        for place in order.tolist()
    ]
    path.write_text("\n\n".join(blocks) + "\n", "utf-8")
    tell(f"{len(blocks)} groups to read: {path}")


def _brief(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _BRIEF else f"{words[:_BRIEF]} ..."


def _ends(messages: Sequence[Message], every: int) -> Iterator[datetime]:
    """The ends of weeks, from the first ticket's to the last one's."""
    days = [message.created_at.date() for message in messages if message.created_at]
    end = _sunday(min(days))
    while end < _sunday(max(days)):
        yield end_of(end)
        end += timedelta(weeks=every)
    yield end_of(_sunday(max(days)))


def _sunday(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())
