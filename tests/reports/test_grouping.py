from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from scipy import sparse

from reports.grouping import group
from reports.grouping.kin import joined_kin
from reports.grouping.linking import Linking
from reports.grouping.manner import manner_directions
from reports.grouping.neighbourhoods import affinities
from reports.grouping.titles import Background, representatives, title
from reports.grouping.told import drawn_apart
from reports.types import Member

WHEN = datetime(2026, 3, 2, tzinfo=UTC)


def _unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def _tickets(sizes, alone, seed=3):
    """Members and vectors: a cloud for each size, and some that lie anywhere."""
    random = np.random.default_rng(seed)
    clouds = [
        random.normal(0, 1, 64) + random.normal(0, 0.6, (size, 3)) @ random.normal(0, 0.6, (3, 64))
        for size in sizes
    ]
    vectors = _unit(np.vstack([*clouds, random.normal(0, 1, (alone, 64))]))
    truth = [place for place, size in enumerate(sizes) for _ in range(size)]
    truth += range(len(sizes), len(sizes) + alone)
    members = [Member(f"T-{n:03d}", f"T-{n:03d}", f"text {n}", WHEN) for n in range(len(truth))]
    return members, vectors, truth


def _sets(members, groups):
    found = {}
    for member, number in zip(members, groups, strict=True):
        found.setdefault(int(number), set()).add(member.key)
    return sorted(map(sorted, found.values()))


def _largest_shares(groups, truth):
    """Of each true group, the share that lies in one found group, counting only groups that hold no other."""
    truth = np.array(truth)
    shares = []
    for label in np.unique(truth):
        pure = [number for number in np.unique(groups) if set(truth[groups == number]) == {label}]
        shares.append(max((np.mean(groups[truth == label] == number) for number in pure), default=0.0))
    return shares


def test_most_of_each_clear_group_is_found_without_their_number():
    members, vectors, truth = _tickets([12, 10, 11, 8, 9, 10, 12, 8, 11, 9], 0)
    assert _largest_shares(group(members, vectors), truth) == pytest.approx([1] * 10, abs=0.4)


def test_what_belongs_to_nothing_is_not_forced_into_an_issue():
    members, vectors, truth = _tickets([12, 10, 11], 25)
    groups = group(members, vectors)
    assert _largest_shares(groups, truth)[:3] == pytest.approx([1, 1, 1], abs=0.4)
    assert not set(groups[33:]) & set(groups[:33])


def test_the_order_of_the_tickets_changes_nothing():
    members, vectors, _ = _tickets([20, 12, 9], 15)
    turned = np.random.default_rng(5).permutation(len(members))
    shuffled = [members[place] for place in turned]
    assert _sets(shuffled, group(shuffled, vectors[turned])) == _sets(members, group(members, vectors))


def test_few_tickets_stay_alone():
    members, vectors, _ = _tickets([3], 0)
    assert _sets(members, group(members, vectors)) == [["T-000"], ["T-001"], ["T-002"]]


def test_no_tickets_make_no_groups():
    assert group([], np.zeros((0, 8), np.float32)).tolist() == []


def test_what_a_person_assigned_stays_together_and_apart():
    members, vectors, _ = _tickets([20, 12], 6)
    members[0] = replace(members[0], issue_id="I-0007")
    members[1] = replace(members[1], issue_id="I-0008")
    members[25] = replace(members[25], issue_id="I-0007")
    groups = group(members, vectors)
    assert groups[0] == groups[25]
    assert groups[0] != groups[1]


def test_known_groups_change_little_when_tickets_are_added():
    members, vectors, _ = _tickets([20, 12, 15], 20)
    before = group(members[:-4], vectors[:-4])
    known = {m.key: f"I-{g}" for m, g in zip(members, before, strict=False) if (before == g).sum() > 1}
    after = group(members, vectors, known)
    assert _sets(members[:-4], after[:-4]) == _sets(members[:-4], before)


def test_likeness_is_symmetric_and_without_a_diagonal():
    _, vectors, _ = _tickets([10, 10], 5)
    likeness = affinities(vectors).toarray()
    np.testing.assert_allclose(likeness, likeness.T)
    assert np.diag(likeness).tolist() == [0.0] * 25
    assert likeness.max() <= 1


def test_the_closest_are_joined_first():
    likeness = sparse.csr_matrix(np.array([[0, 0.9, 0.4], [0.9, 0, 0], [0.4, 0, 0]], np.float32))
    linking = Linking(likeness, np.arange(3))
    linking.join(0.1)
    assert linking.groups().tolist() == [0, 0, 0]
    assert linking.groups(0.5).tolist() == [0, 0, 2]


def test_manner_is_the_direction_in_which_its_values_differ():
    vectors = np.random.default_rng(1).normal(0, 0.01, (40, 3)).astype(np.float32)
    vectors[:20, 2] += 1
    directions = manner_directions(vectors, [["de"] * 20 + ["en"] * 20])
    assert abs(float(directions[0, 2])) == pytest.approx(1, abs=1e-3)


def test_a_title_is_a_clause_in_the_customers_words():
    texts = ["Hello. Card was charged twice", "Charged twice again. Thanks", "She was charged twice, sadly"]
    others = ["Hello. The calendar is slow", "Thanks, the calendar is empty", "Hello, sadly no sound"]
    every = [Member(str(n), str(n), text, WHEN) for n, text in enumerate([*texts, *others])]
    vectors = _unit(np.array([[1, 0.1], [1, 0], [1, -0.2]]))
    shown = representatives(every[:3], vectors, count=2)
    assert [member.key for member in shown] == ["1", "0"]
    assert title(shown, every[:3], Background.of(every)) == "Card was charged twice"


def test_a_title_is_a_subject_line_where_one_says_what_happens():
    texts = [
        "Client was charged twice\nHello, my client was charged twice",
        "charged twice\nThe client was charged twice",
    ]
    every = [
        Member(str(n), str(n), text, WHEN) for n, text in enumerate([*texts, "The calendar is slow", "Hello"])
    ]
    assert title(every[:2], every[:2], Background.of(every)) == "Client was charged twice"


def test_a_title_stays_while_it_says_nearly_as_much():
    texts = [f"my card was charged twice in week {number}" for number in range(4)]
    every = [
        Member(str(n), str(n), text, WHEN) for n, text in enumerate([*texts, "calendar slow", "no sound"])
    ]
    assert title(every[:4], every[:4], Background.of(every), texts[3]) == texts[3]
    assert title(every[:3], every[:4], Background.of(every), texts[3]) == texts[0]
    assert title(every[:4], every[:4], Background.of(every), "twice") == texts[0]


def _told(members, topics, codes=None):
    codes = codes or [()] * len(members)
    return [
        replace(member, topic=topic, codes=named)
        for member, topic, named in zip(members, topics, codes, strict=True)
    ]


def test_tickets_of_different_topics_are_less_alike_and_those_without_a_topic_are_not():
    members, vectors, _ = _tickets([8], 0)
    likeness = affinities(vectors)
    topics = ["billing"] * 4 + ["login"] * 3 + [""]
    lessened = drawn_apart(likeness, _told(members, topics))
    share = lessened.toarray() / np.where(likeness.toarray() == 0, 1, likeness.toarray())
    linked = likeness.toarray() > 0
    assert share[:4, 4:7][linked[:4, 4:7]] == pytest.approx(0.6)
    assert share[:4, 7:][linked[:4, 7:]] == pytest.approx(1.0)
    assert share[:4, :4][linked[:4, :4]] == pytest.approx(1.0)


def test_tickets_that_name_other_error_codes_are_less_alike_than_those_that_name_the_same():
    members, vectors, _ = _tickets([6], 0)
    codes = [("HTTP 502",), ("HTTP 502",), ("ERR_TIMEOUT",), ("ERR_TIMEOUT", "HTTP 502"), (), ()]
    likeness = affinities(vectors).toarray()
    lessened = drawn_apart(affinities(vectors), _told(members, [""] * 6, codes)).toarray()
    assert lessened[0, 2] == pytest.approx(0.6 * likeness[0, 2])
    assert lessened[0, [1, 3, 4]] == pytest.approx(likeness[0, [1, 3, 4]])


def _arms(between, seed=5):
    """Two clouds of ten whose middles are so alike, in 200 dimensions."""
    random = np.random.default_rng(seed)
    first, second = np.eye(200)[0], between * np.eye(200)[0] + (1 - between**2) ** 0.5 * np.eye(200)[1]
    return _unit(np.vstack([middle + random.normal(0, 0.05, (10, 200)) for middle in (first, second)]))


@pytest.mark.parametrize(("between", "groups"), [(0.8, {0}), (0.3, {0, 10})])
def test_groups_as_alike_as_their_own_tickets_become_one(between, groups):
    start = np.repeat([0, 10], 10)
    assert set(joined_kin(start, _arms(between), [""] * 20, [False] * 20).tolist()) == groups


@pytest.mark.parametrize(
    ("topics", "held"),
    [(["billing"] * 10 + ["login"] * 10, [False] * 20), ([""] * 20, [True] * 20)],
    ids=["of different topics", "both known issues"],
)
def test_groups_stay_apart_however_alike(topics, held):
    start = np.repeat([0, 10], 10)
    assert set(joined_kin(start, _arms(0.9), topics, held).tolist()) == {0, 10}


def test_a_chain_of_kin_ends_in_one_group():
    random = np.random.default_rng(2)
    middles = [np.cos(angle) * np.eye(200)[0] + np.sin(angle) * np.eye(200)[1] for angle in (0, 0.4, 0.8)]
    vectors = _unit(np.vstack([middle + random.normal(0, 0.05, (10, 200)) for middle in middles]))
    assert set(joined_kin(np.repeat([0, 10, 20], 10), vectors, [""] * 30, [False] * 30).tolist()) == {0}
