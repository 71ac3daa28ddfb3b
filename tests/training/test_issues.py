from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from kb.embedder.hashing import HashingEmbedder
from reports.errors import StateUnreadable
from reports.identity import Identities
from training.dataset import Message
from training.issues import Row, end_of, group_messages, read_state, seen_by, write_groups, write_state

WHEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORDS = ("card charged twice deposit", "calendar sync google stopped", "reminder text sent duplicate")


def _messages(weeks):
    return [
        Message(
            f"{week}-{n}-{place}", f"{words} {week} {n}", created_at=WHEN + timedelta(weeks=week, hours=n)
        )
        for week in range(weeks)
        for place, words in enumerate(WORDS)
        for n in range(4)
    ]


def test_ids_are_kept_between_growing_dates(tmp_path):
    embedder = HashingEmbedder()
    first, known = group_messages(_messages(2), embedder, Identities(), None)
    write_state(known, tmp_path)
    assert read_state(tmp_path) == known
    later, _ = group_messages(_messages(3), embedder, read_state(tmp_path), None)
    ids = {row.id: row.issue_id for row in later}
    assert {row.id: row.issue_id for row in first if not row.is_outlier} == {
        row.id: ids[row.id] for row in first if not row.is_outlier
    }
    assert len({row.issue_id for row in first if not row.is_outlier}) == len(WORDS)


def test_later_tickets_are_not_seen():
    seen = seen_by([*_messages(2), Message("x", "undated")], end_of(date(2026, 3, 2)))
    assert len(seen) == 12
    assert len(seen_by([Message("x", "undated")], None)) == 1


def test_groups_are_written_as_a_table(tmp_path):
    path = tmp_path / "groups.csv"
    write_groups([Row("a", "I-0001", True, False), Row("b", "alone:b", False, True)], path)
    assert path.read_text("utf-8") == (
        "id,issue_id,new_this_week,is_outlier\na,I-0001,true,false\nb,alone:b,false,true\n"
    )


@pytest.mark.parametrize("stored", ["{", "[]", json.dumps({"assigned": {}})])
def test_a_damaged_state_is_refused(tmp_path, stored):
    (tmp_path / "issues.json").write_text(stored, "utf-8")
    with pytest.raises(StateUnreadable, match="move it away"):
        read_state(tmp_path)
