from __future__ import annotations

import numpy as np
import pytest

from benchmarks.grouping_agreement import agreement_table, bcubed_f1, labels_found, stability_table
from benchmarks.tables import rendered
from kb.embedder.hashing import HashingEmbedder
from training.dataset import Dataset, Message

LABELS = ["a", "a", "a", "b", "b", "c"]


def groups(*numbers: int):
    return np.array(numbers, np.int64)


def test_bcubed_is_one_for_the_labels_themselves_and_less_for_others():
    assert bcubed_f1(LABELS, groups(0, 0, 0, 1, 1, 2)) == 1.0
    # All in one group: recall 1, precision (9 + 4 + 1) / 36.
    precision = 14 / 36
    assert bcubed_f1(LABELS, groups(0, 0, 0, 0, 0, 0)) == pytest.approx(2 * precision / (1 + precision))
    # All alone: precision 1, recall (3 / 3 + 2 / 2 + 1) / 6.
    assert bcubed_f1(LABELS, groups(0, 1, 2, 3, 4, 5)) == pytest.approx(2 * 0.5 / 1.5)


def test_a_label_is_found_where_most_of_it_makes_most_of_a_group():
    assert labels_found(LABELS, groups(0, 0, 0, 1, 1, 2)) == 2  # c is one ticket
    assert labels_found(LABELS, groups(0, 0, 1, 2, 2, 2)) == 2
    assert labels_found(LABELS, groups(0, 0, 0, 0, 0, 0)) == 0
    assert labels_found(LABELS, groups(0, 1, 2, 3, 4, 5)) == 0


@pytest.fixture
def dataset() -> Dataset:
    kinds = {"paper": "the printer eats paper again", "login": "my password is refused at the login"}
    messages = [
        Message(f"{kind}-{number}", f"{text} {number}", kind)
        for number in range(12)
        for kind, text in kinds.items()
    ]
    messages += [Message(f"alone-{word}", f"{word} {word} {word}") for word in ("horse", "moon", "tea")]
    return Dataset(tuple(messages), ("body",), "issue_id", "made.jsonl")


def test_ours_stands_beside_every_ticket_alone_and_k_means_told_the_number(dataset: Dataset):
    table = agreement_table(dataset, HashingEmbedder(), peers=True, seed=1)
    named = {str(row[0]).split(",")[0]: row for row in table.rows}
    assert named["each alone"][2] == 0.0
    assert named["each alone"][6] == "0 of 2"
    assert {"Pointsman", "k-means", "HDBSCAN", "average link"} <= set(named)
    assert named["Pointsman"][6] == "2 of 2"
    assert "27 tickets, 2 labels of several" in rendered(table, "x")


def test_shuffling_changes_nothing(dataset: Dataset):
    shuffled, added = stability_table(dataset, HashingEmbedder(), seed=1).rows
    assert shuffled[1:] == (0.0, 0.0, 0.0)
    assert float(added[1] or 0) <= float(added[2] or 0) <= 100
