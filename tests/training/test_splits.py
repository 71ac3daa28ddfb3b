from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from training.dataset import Message
from training.errors import NothingToLearn
from training.splits import folds, forward, unseen_writers

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def messages(count, **facts):
    return [Message(str(n), f"text {n}", **facts) for n in range(count)]


def labels(count):
    return np.arange(count) % 2


def test_labels_are_dealt_evenly():
    dealt = folds(messages(20), labels(20), 5)
    assert Counter(zip(dealt.tolist(), labels(20).tolist(), strict=True)) == {
        (fold, label): 2 for fold in range(5) for label in range(2)
    }


def test_an_account_lies_in_one_fold():
    some = [Message(str(n), f"text {n}", account=f"a{n % 8}") for n in range(40)]
    dealt = folds(some, np.arange(40) // 20, 5)
    assert len({(message.account, fold) for message, fold in zip(some, dealt.tolist(), strict=True)}) == 8
    assert set(dealt.tolist()) == set(range(5))


def test_a_group_is_more_than_an_account():
    some = [Message(str(n), f"text {n}", account=f"a{n}", group=f"g{n % 6}") for n in range(30)]
    dealt = folds(some, labels(30), 3)
    assert len({(message.group, fold) for message, fold in zip(some, dealt.tolist(), strict=True)}) == 6


def test_the_same_text_lies_in_one_fold():
    some = [Message(str(n), ("Same Text" if n % 2 else "same text") + str(n // 4)) for n in range(40)]
    dealt = folds(some, labels(40), 5).reshape(10, 4)
    assert (dealt == dealt[:, :1]).all()


def test_the_same_data_are_dealt_the_same_way():
    first, again, other = (folds(messages(50), labels(50), 5, seed) for seed in (0, 0, 1))
    assert first.tolist() == again.tolist() != other.tolist()


def test_a_rare_label_lies_in_some_folds():
    dealt = folds(messages(21), np.array([0] * 20 + [1]), 5)
    assert sorted(Counter(dealt.tolist()).values()) == [4, 4, 4, 4, 5]


@pytest.mark.parametrize(
    ("some", "most"),
    [(messages(6), 3), ([Message(str(n), f"text {n}", account=f"a{n % 2}") for n in range(20)], 2)],
    ids=["messages of a label", "accounts"],
)
def test_there_are_no_more_folds_than(some, most):
    assert set(folds(some, labels(len(some)), 5).tolist()) == set(range(most))


def test_messages_of_one_account_cannot_judge_each_other():
    with pytest.raises(NothingToLearn, match="all messages are of one account"):
        folds(messages(20, account="acme"), labels(20), 5)


def test_a_label_needs_two_messages():
    with pytest.raises(NothingToLearn, match="no label has two messages"):
        folds(messages(4), np.arange(4), 2)


def written_by(hands):
    return [
        Message(f"{hand}{n}", f"text {hand} {n}", group=f"industry {n % 4}", hand=hand)
        for n in range(8)
        for hand in hands
    ]


def test_who_judges_has_seen_neither_the_hand_nor_the_industry():
    some = written_by(["a", "b", "c"])
    splits = unseen_writers(some, labels(len(some)), 4)
    assert sorted(np.concatenate([judged for _, judged in splits]).tolist()) == list(range(24))
    for seen, judged in splits:
        assert not {some[row].hand for row in seen} & {some[row].hand for row in judged}
        assert not {some[row].group for row in seen} & {some[row].group for row in judged}
        assert len(seen) == 12


def test_messages_of_no_hand_are_judged_with_others_of_them_and_all_hands():
    some = [
        *written_by(["a", "b"]),
        *(Message(f"own{n}", f"own {n}", account=f"account {n}") for n in range(8)),
    ]
    for seen, judged in unseen_writers(some, labels(len(some)), 4):
        if some[judged[0]].hand == "":
            assert {some[row].hand for row in seen} == {"a", "b", ""}
            assert not {some[row].account for row in judged} & {
                some[row].account for row in seen if row >= 16
            }


def dated(count, minutes=60):
    order = np.random.default_rng(1).permutation(count).tolist()
    return [Message(str(n), f"text {n}", created_at=FIRST + timedelta(minutes=minutes * n)) for n in order]


def test_later_blocks_are_judged_by_what_came_before():
    some = dated(120)
    splits = forward(some)
    hours = [[sorted(int(some[place].id) for place in side) for side in pair] for pair in splits]
    assert hours == [[list(range(start)), list(range(start, start + 20))] for start in (40, 60, 80, 100)]


def test_the_first_third_is_never_judged():
    some = dated(300)
    judged = np.concatenate([held for _, held in forward(some)])
    assert sorted(int(some[place].id) for place in judged) == list(range(100, 300))


@pytest.mark.parametrize(
    "some",
    [dated(99), dated(120, minutes=0), [*dated(120), Message("x", "without a date")]],
    ids=["too few", "all at once", "one without a date"],
)
def test_without_dates_that_tell_there_is_no_later(some):
    assert forward(some) is None
