from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.duplicate_issues import issue_table, share_together, weekly_issues, write_groups_to_read
from benchmarks.duplicate_pairs import Sought, read_gitbugs, read_sample
from benchmarks.duplicate_search import search_table, share_found
from benchmarks.duplicates import messages_of
from kb.embedder.hashing import HashingEmbedder
from training.errors import DatasetInvalid

BUGS = """Summary,Issue id,Status,Created,Description
Printer eats paper on every page,3,Open,12/Jan/26 08:00,It eats the paper of every page.
The printer eats the paper,1,Open,05/Jan/26 08:00,It eats the paper of every page.
Login is refused,2,Open,06/Jan/26 09:30,
Moon phases are wrong,4,Open,20/Jan/26 10:00,Full moon shows as new.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "made_bugs.csv").write_text(BUGS)
    (tmp_path / "made_bugs-train.csv").write_text("Issue id,Duplicate id\n1,3\n3,1\n")
    (tmp_path / "made_bugs-test.csv").write_text("Issue id,Duplicate id\n1,99\n")
    return tmp_path


def test_gitbugs_are_read_by_date_and_pairs_of_unknown_reports_left_out(folder: Path):
    known = read_gitbugs(folder)
    assert [ticket.id for ticket in known.tickets] == ["1", "2", "3", "4"]
    assert known.tickets[0].created_at == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert known.sought == (Sought("1", frozenset("3")), Sought("3", frozenset("1")))
    assert known.pairs == (("1", "3"),)


def test_a_folder_without_bugs_is_told(tmp_path: Path):
    with pytest.raises(DatasetInvalid, match="no single file"):
        read_gitbugs(tmp_path)


def test_of_the_sample_any_ticket_of_the_issue_is_wanted(tmp_path: Path):
    path = tmp_path / "tickets.jsonl"
    rows = [
        f'{{"id": "{one}", "created_at": "2026-01-0{one}T08:00:00+00:00", "body": "b", "issue_id": "{issue}"}}'
        for one, issue in ((1, "x"), (2, ""), (3, "x"), (4, "x"), (5, "y"))
    ]
    path.write_text("\n".join(rows))
    known = read_sample(path)
    assert known.sought[1] == Sought("3", frozenset({"1", "4"}))
    assert known.pairs == (("1", "3"), ("3", "4"))


def test_what_is_sought_is_found_where_one_that_is_wanted_is_early_enough():
    sought = [Sought("1", frozenset("3")), Sought("2", frozenset("45"))]
    assert share_found(sought, [["3", "9"], ["9", "5"]], 1) == 0.5
    assert share_found(sought, [["3", "9"], ["9", "5"]], 2) == 1.0
    assert share_found(sought, [[], ["9"]], 5) == 0.0


def test_pairs_are_together_in_one_issue():
    issues = {"1": "a", "2": "a", "3": "b"}
    assert share_together([("1", "2"), ("1", "3")], issues) == 0.5


def test_the_same_report_in_other_words_is_the_first_similar_ticket(folder: Path):
    known = read_gitbugs(folder)
    table = search_table(known, messages_of(known), HashingEmbedder())
    assert [row[:3] for row in table.rows] == [
        ("TF-IDF", 1.0, 1.0),
        ("vectors alone", 1.0, 1.0),
        ("Pointsman", 1.0, 1.0),
    ]


def test_weeks_are_grouped_one_after_the_other_and_groups_can_be_read(folder: Path):
    known = read_gitbugs(folder)
    weekly = weekly_issues(messages_of(known), HashingEmbedder(), every=1)
    assert set(weekly.issues) == {"1", "2", "3", "4"}
    assert len(weekly.moved) == 2  # of three weeks
    (row,) = issue_table(known, weekly).rows
    assert row[:3] == (4, 3, 1)
    write_groups_to_read(folder / "read.txt", known, weekly, seed=1)
    several = len(set(weekly.issues.values())) < 4
    assert ("[ ] The printer eats the paper" in (folder / "read.txt").read_text()) == several
