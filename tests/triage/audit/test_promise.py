from __future__ import annotations

import pytest
from scipy import stats

from triage.audit import AuditedLabel, MeasuredError, measured_errors


def labels(right, wrong, *, task="topic", accepted=True, waiting=0):
    one = [AuditedLabel(task, "a", "a", accepted)] * right
    one += [AuditedLabel(task, "a", "b", accepted)] * wrong
    return one + [AuditedLabel(task, "a", "", accepted)] * waiting


def measured(audited, promised=0.05):
    return measured_errors(audited, {"topic": promised})[0]


@pytest.mark.parametrize(
    ("right", "wrong", "verdict"),
    [
        (0, 0, "too few yet"),
        (71, 0, "too few yet"),
        (72, 0, "kept"),
        (97, 3, "too few yet"),
        (980, 20, "kept"),
        (90, 10, "too few yet"),
        (85, 15, "broken"),
        (950, 50, "too few yet"),
    ],
)
def test_a_promise_is_kept_or_broken_when_the_whole_interval_says_so(right, wrong, verdict):
    assert measured(labels(right, wrong)).verdict == verdict


@pytest.mark.parametrize(("right", "wrong"), [(40, 0), (97, 3), (0, 7), (1, 1)])
def test_the_interval_is_that_of_clopper_and_pearson(right, wrong):
    known = stats.binomtest(wrong, right + wrong).proportion_ci(0.95, "exact")
    found = measured(labels(right, wrong))
    assert (found.least, found.most) == pytest.approx((known.low, known.high))


def test_all_figures_of_a_task_are_given():
    audited = [*labels(97, 3), *labels(10, 15, accepted=False), *labels(0, 0, waiting=4)]
    known = stats.binomtest(3, 100).proportion_ci(0.95, "exact")
    found = measured(audited)
    assert found == MeasuredError(
        task="topic",
        promised=0.05,
        verdict="too few yet",
        tickets=100,
        errors=3,
        error=0.03,
        least=pytest.approx(known.low),
        most=pytest.approx(known.high),
        coverage=0.8,
        waiting=4,
        needed=found.needed,
    )


def test_each_task_is_measured_by_itself_in_the_order_of_the_promises():
    audited = [*labels(200, 0), *labels(50, 50, task="urgency"), *labels(5, 5, task="churn_intent")]
    found = measured_errors(audited, {"urgency": 0.1, "topic": 0.05})
    assert [(one.task, one.verdict, one.tickets) for one in found] == [
        ("urgency", "broken", 100),
        ("topic", "kept", 200),
    ]


def test_needed_tickets_are_about_as_many_as_bring_the_verdict():
    found = measured(labels(97, 3))
    assert 100 < found.needed < 1_000
    assert stats.binomtest(round(0.03 * found.needed), found.needed).proportion_ci(0.95).high <= 0.051
    assert measured([]).needed == 72
    assert measured(labels(200, 0)).needed == 200


def test_at_exactly_the_promised_error_no_number_of_tickets_brings_a_verdict():
    assert measured(labels(95, 5)).needed is None


def test_nothing_labelled_is_nothing_known():
    found = measured(labels(0, 0, waiting=3))
    assert (found.error, found.coverage, found.least, found.most, found.waiting) == (None, None, 0.0, 1.0, 3)


@pytest.mark.parametrize("promised", [0.0, 1.0, float("nan")])
def test_a_promise_that_is_no_share_is_refused(promised):
    with pytest.raises(ValueError, match="give a share between 0 and 1"):
        measured([], promised)
