from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reports.errors import InvalidIssueChange, IssueNotFound
from reports.identity import Identities, dismiss, identify, merge, move, rename, split
from reports.types import Member

WHEN = datetime(2026, 3, 2, tzinfo=UTC)


def _members(count):
    return [Member(f"T-{n}", f"T-{n}", f"text {n}", WHEN + timedelta(hours=n)) for n in range(count)]


def _first():
    return identify(_members(7), [0, 0, 0, 3, 3, 3, 6], Identities(), WHEN)


def test_issues_are_numbered_by_their_first_ticket_and_one_offs_are_none():
    found = _first()
    assert found.tickets("I-0001") == ["T-0", "T-1", "T-2"]
    assert found.tickets("I-0002") == ["T-3", "T-4", "T-5"]
    assert "T-6" not in found.assigned
    assert [step.kind for step in found.lineage["I-0001"]] == ["born"]


def test_an_issue_keeps_its_id_when_it_grows():
    found = identify(_members(8), [9, 9, 9, 1, 1, 1, 1, 9], _first(), WHEN)
    assert found.assigned["T-7"] == "I-0001"
    assert found.assigned["T-6"] == "I-0002"


def test_a_split_leaves_a_trail_on_both_sides():
    known = identify(_members(6), [0] * 6, Identities(), WHEN)
    found = identify(_members(6), [0, 0, 0, 0, 1, 1], known, WHEN)
    assert found.tickets("I-0002") == ["T-4", "T-5"]
    assert [(s.kind, s.others) for s in found.lineage["I-0001"]] == [("born", ()), ("split", ("I-0002",))]
    assert [(s.kind, s.others) for s in found.lineage["I-0002"]] == [("split", ("I-0001",))]


def test_a_merge_leaves_a_trail_on_both_sides():
    found = identify(_members(7), [0] * 6 + [6], _first(), WHEN)
    assert set(found.assigned.values()) == {"I-0001"}
    assert found.current("I-0002") == "I-0001"
    assert found.lineage["I-0002"][-1].others == ("I-0001",)
    assert found.lineage["I-0001"][-1].others == ("I-0002",)


def test_a_person_merges_for_good():
    known = merge(_first(), "I-0002", "I-0001", "ana", WHEN)
    members = known.pin(_members(7))
    assert {member.issue_id for member in members[:6]} == {"I-0002"}
    assert identify(members, [0] * 6 + [6], known, WHEN).assigned["T-0"] == "I-0002"
    assert known.lineage["I-0001"][-1].by == "ana"


def test_a_person_splits_for_good():
    known, name = split(_first(), "I-0001", ["T-2"], "ana", WHEN)
    assert name == "I-0003"
    assert [member.issue_id for member in known.pin(_members(3))] == ["I-0001", "I-0001", "I-0003"]
    assert identify(known.pin(_members(3)), [0, 0, 2], known, WHEN).assigned["T-2"] == "I-0003"


def test_a_split_names_its_faults_at_once():
    with pytest.raises(InvalidIssueChange) as caught:
        split(_first(), "I-0001", ["T-5", "T-0", "T-1", "T-2"], "ana", WHEN)
    assert [fault.where for fault in caught.value.faults] == ["T-5", "tickets"]


def test_a_person_moves_renames_and_dismisses():
    known = move(_first(), "T-6", "I-0002", "ana", WHEN)
    known = rename(known, "I-0002", " Late payouts ", "ana", WHEN)
    known = dismiss(known, "I-0001", "ana", WHEN)
    assert known.pinned["T-6"] == "I-0002"
    assert known.titles == {"I-0002": "Late payouts"}
    assert known.dismissed == {"I-0001"}
    assert known.pinned["T-0"] == "I-0001"


def test_unknown_issues_are_refused():
    with pytest.raises(IssueNotFound):
        merge(_first(), "I-0001", "I-0099", "ana", WHEN)
