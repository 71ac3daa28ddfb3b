from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from reports.gathering import Gathered
from reports.identity import Identities
from reports.regrouping import regrouped, still_held
from reports.types import Member
from tests.reports.given import MONDAY, moment

AFRESH = [1, 1, 1, 2, 2, 2, 3, 4]
KEYS = list("abcdefgh")
NOW = moment(MONDAY + timedelta(weeks=10))


def held(issues, by_persons=()):
    """What stays of assignments written as "aaab..", a letter a key and a dot for none."""
    assigned = {key: issue for key, issue in zip(KEYS, issues, strict=True) if issue != "."}
    kept = still_held(assigned, KEYS, AFRESH, by_persons)
    return "".join(kept.get(key, ".") for key in KEYS)


@pytest.mark.parametrize(
    ("known", "kept"),
    [
        ("AAABBB..", "AAABBB.."),
        ("AAA.....", "AAA....."),
        ("AAAA....", "AAAA...."),  # three of four are together: the fourth is not thrown out either
        ("AA.AA...", "AA......"),  # half of it is something else
        ("......AA", "........"),  # none of it repeats
        ("AAB.....", "AAA....."),  # one and the same, found in two halves
        ("ABB.....", "BBB....."),
    ],
)
def test_what_a_grouping_from_nothing_confirms_is_held(known, kept):
    assert held(known) == kept


def test_what_persons_spoke_of_is_held_whatever_a_grouping_says():
    assert held("AA.AA...", {"A"}) == "AA.AA..."
    assert held("......AA", {"A"}) == "......AA"
    assert held("ABB.....", {"A"}) == "AAA....."
    assert held("ABB.....", {"A", "B"}) == "ABB....."


@pytest.fixture
def gathered():
    """Two issues of twelve tickets each, and twelve tickets that are like no other."""
    random = np.random.default_rng(2)
    middles = random.standard_normal((14, 64))
    about = [0] * 12 + [1] * 12 + list(range(2, 14))
    vectors = middles[about] + 0.15 * random.standard_normal((36, 64))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    members = tuple(
        Member(f"t{place}", f"t{place}", f"text {place}", moment(MONDAY + timedelta(days=place)))
        for place in range(36)
    )
    return Gathered(members, vectors.astype(np.float32))


def issues_of(found):
    return [found.assigned.get(f"t{place}", "") for place in range(24)]


def test_early_mistakes_heal_and_the_id_stays(gathered):
    torn = {f"t{place}": "I-0001" if place < 5 else "I-0002" for place in range(12)}
    healed = regrouped(Identities(assigned=torn, following=3), gathered, {}, NOW)
    assert issues_of(healed) == ["I-0002"] * 12 + ["I-0003"] * 12
    assert healed.current("I-0001") == "I-0002"
    mixed = {f"t{place}": "I-0001" for place in range(6, 18)}
    parted = regrouped(Identities(assigned=mixed, following=2), gathered, {}, NOW)
    assert sorted(set(issues_of(parted))) == ["I-0001", "I-0002"]
    assert len(set(issues_of(parted)[:12])) == len(set(issues_of(parted)[12:])) == 1


def test_what_persons_said_of_a_ticket_or_an_issue_outlives_it(gathered):
    torn = {f"t{place}": "I-0001" if place < 5 else "I-0002" for place in range(12)}
    known = Identities(assigned=torn, following=3, pinned={"t0": "I-0001", "t30": "I-0002"})
    found = regrouped(known, gathered, {}, NOW)
    assert (found.assigned["t0"], found.assigned["t30"]) == ("I-0001", "I-0002")
    named = Identities(assigned=torn, following=3, titles={"I-0001": "Ours"})
    for found in (
        regrouped(named, gathered, {}, NOW),
        regrouped(Identities(assigned=torn, following=3), gathered, {}, NOW, {"I-0001"}),
    ):
        assert {f"t{place}" for place in range(5)} <= set(found.tickets("I-0001"))
