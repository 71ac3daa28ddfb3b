from __future__ import annotations

import pytest

from triage.churn.fairness import Watched, fairness_by, fisher

GONE = Watched({"plan": "Pro"}, customer=False, expected=0.5, left_since=True)


def warned(plan, right, count):
    return [Watched({"plan": plan}, warned_right=right)] * count


def test_a_group_whose_warnings_are_wrong_more_often_is_named():
    found = fairness_by(
        "plan",
        [
            *warned("Pro", True, 28),
            *warned("Pro", False, 12),
            *warned("Free", True, 4),
            *warned("Free", False, 26),
        ],
    )
    pro, free = found.groups
    assert [(one.group, one.stayed.number, one.stayed.of) for one in found.groups] == [
        ("Pro", 12, 40),
        ("Free", 26, 30),
    ]
    assert free.stayed.share == pytest.approx(26 / 30)
    assert (free.stayed.least, free.stayed.most) == pytest.approx((0.6928, 0.9624), abs=1e-4)
    assert found.sentence.startswith(
        "Plan Pro: warnings were followed by no departure less often than elsewhere (30% against 87%)"
    )
    assert pro.missed.share is None


def test_equal_groups_do_not_differ():
    some = [
        *warned("Pro", True, 10),
        *warned("Pro", False, 10),
        *warned("Free", True, 9),
        *warned("Free", False, 11),
    ]
    assert (
        fairness_by("plan", some).sentence == "No plan differs from the others by more than chance explains."
    )


def test_few_accounts_are_counted_and_not_compared():
    found = fairness_by("plan", [*warned("Pro", True, 9), *warned("Free", False, 30)])
    assert [one.stayed.share for one in found.groups] == [1.0, None]
    assert found.sentence.startswith(
        "Too few accounts to compare: it takes two groups by plan with at least 10"
    )


def test_departures_without_a_warning_and_risks_are_counted_by_group():
    some = [
        *[Watched({"plan": "Pro"}, in_band=place < 3, risk=0.2, expected=0.25) for place in range(12)],
        *[
            Watched({"plan": "Pro"}, customer=False, left_unwarned=place < 2, expected=0.5, left_since=True)
            for place in range(10)
        ],
        Watched({}, left_unwarned=None),
    ]
    pro, unknown = fairness_by("plan", some).groups
    assert (pro.customers, pro.in_band.number, pro.mean_risk) == (12, 3, pytest.approx(0.2))
    assert (pro.missed.number, pro.missed.of, pro.scored, pro.expected, pro.left) == (2, 10, 22, 8.0, 10)
    assert (unknown.group, unknown.mean_risk) == ("not known", None)


def test_the_exact_test_agrees_with_tables_that_are_known():
    # Fisher's tea: three of four cups right against one of four.
    assert fisher(3, 4, 1, 4) == pytest.approx(0.4857, abs=1e-4)
    assert fisher(8, 17, 2, 11) == pytest.approx(0.2264, abs=1e-4)
    assert fisher(0, 10, 0, 10) == 1.0


def test_a_difference_that_chance_explains_is_not_told():
    some = [
        *warned("Pro", True, 9),
        *warned("Pro", False, 8),
        *warned("Free", True, 9),
        *warned("Free", False, 2),
    ]
    assert (
        fairness_by("plan", some).sentence == "No plan differs from the others by more than chance explains."
    )
