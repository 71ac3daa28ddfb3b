"""Groups an export's tickets into issues, and remembers the issues between growing dates."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from kb.embedder.port import Embedder, FloatVectors
from reports.errors import StateUnreadable
from reports.gathering import Gathered
from reports.identity import Identities
from reports.mentions import codes_in, versions_in
from reports.regrouping import regrouped
from reports.types import Lineage, Member
from training.dataset import Message

STATE_FILE = "issues.json"
_COLUMNS = ("id", "issue_id", "new_this_week", "is_outlier")
_WEEK = timedelta(days=7)
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of ``groups.csv``. A ticket that belongs to nothing has an ``issue_id`` of its own."""

    id: str
    issue_id: str
    new_this_week: bool
    is_outlier: bool


def end_of(day: date) -> datetime:
    """The last moment of a day, in UTC."""
    return datetime.combine(day, time.max, UTC)


def seen_by(messages: Sequence[Message], until: datetime | None) -> list[Message]:
    """Leave out what came after ``until``, and what bears no date where there is one."""
    if until is None:
        return list(messages)
    return [one for one in messages if one.created_at is not None and one.created_at <= until]


def group_messages(
    messages: Sequence[Message], embedder: Embedder, known: Identities, until: datetime | None
) -> tuple[list[Row], Identities]:
    """Group messages, starting from the known issues.

    ``until`` is the moment of the grouping; by default that of the latest message.

    Returns:
        a row a message, in their order, and the issues as they are known now.
    """
    dates = [one.created_at for one in messages if one.created_at]
    at = until or max(dates, default=_UNDATED)
    members = tuple(_member(one) for one in messages)
    # Texts are embedded in an order of their own, so that the order of the file cannot move a rounding.
    texts = sorted({member.text for member in members})
    vectors = dict(zip(texts, embedder.encode(texts), strict=True)) if texts else {}
    stacked = _stacked([vectors[member.text] for member in members], embedder.dimension)
    found = regrouped(known, Gathered(members, stacked), {}, at)
    return _rows(members, found.assigned, at, dated=bool(dates)), found


def _stacked(vectors: Sequence[FloatVectors], dimension: int) -> FloatVectors:
    return np.stack(vectors) if vectors else np.zeros((0, dimension), np.float32)


def _member(message: Message) -> Member:
    return Member(
        message.id,
        message.id,
        message.text,
        message.created_at or _UNDATED,
        account_id=message.account,
        topic=message.topic,
        codes=(*codes_in(message.text), *versions_in(message.text)),
    )


def _rows(members: Sequence[Member], assigned: Mapping[str, str], at: datetime, *, dated: bool) -> list[Row]:
    issues = [assigned.get(member.key, f"alone:{member.key}") for member in members]
    first: dict[str, datetime] = {}
    for member, issue in zip(members, issues, strict=True):
        first[issue] = min(first.get(issue, member.created_at), member.created_at)
    return [
        Row(member.ticket_id, issue, dated and first[issue] > at - _WEEK, member.key not in assigned)
        for member, issue in zip(members, issues, strict=True)
    ]


def write_groups(rows: Sequence[Row], path: Path) -> None:
    """Write ``groups.csv``, whole or not at all."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow((row.id, row.issue_id, str(row.new_this_week).lower(), str(row.is_outlier).lower()))
    _write(path, text.getvalue())


def read_state(folder: Path) -> Identities:
    """Read the issues of earlier calls; none where there is no such file.

    Raises:
        StateUnreadable: it is damaged.
    """
    path = folder / STATE_FILE
    if not path.is_file():
        return Identities()
    try:
        stored = json.loads(path.read_text("utf-8"))
        return Identities(
            assigned=dict(stored["assigned"]),
            pinned=dict(stored["pinned"]),
            merged=dict(stored["merged"]),
            dismissed=frozenset(stored["dismissed"]),
            titles=dict(stored["titles"]),
            lineage={issue: tuple(_step(one) for one in past) for issue, past in stored["lineage"].items()},
            following=int(stored["following"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StateUnreadable(
            f"{path} is damaged ({error}); move it away to begin anew, with new issue ids."
        ) from error


def write_state(known: Identities, folder: Path) -> None:
    """Write the issues for the next call, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = {
        "assigned": dict(known.assigned),
        "pinned": dict(known.pinned),
        "merged": dict(known.merged),
        "dismissed": sorted(known.dismissed),
        "titles": dict(known.titles),
        "lineage": {issue: [_stored(one) for one in past] for issue, past in known.lineage.items()},
        "following": known.following,
    }
    _write(folder / STATE_FILE, json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def _step(stored: Mapping[str, Any]) -> Lineage:
    return Lineage(
        stored["kind"], datetime.fromisoformat(stored["at"]), tuple(stored["others"]), stored["by"]
    )


def _stored(step: Lineage) -> dict[str, object]:
    return {"kind": step.kind, "at": step.at.isoformat(), "others": list(step.others), "by": step.by}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(path.name + ".tmp")
    scratch.write_text(text, "utf-8", newline="")
    scratch.replace(path)
