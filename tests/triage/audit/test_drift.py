from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from triage.audit import ShareChange, TicketMix, drift


def mix(counts, nearness=()):
    return TicketMix(dict(zip("abcdefgh", counts, strict=False)), nearness)


def near(count, *, mean=0.7, seed=1):
    return np.random.default_rng(seed).normal(mean, 0.1, count)


def verdicts(now, reference, **rest):
    return {test.question: test.verdict for test in drift(now, reference, **rest).tests}


def test_a_week_like_the_others_is_steady():
    report = drift(mix([52, 98, 150], near(300)), mix([500, 1000, 1500], near(3_000, seed=2)))
    assert [test.verdict for test in report.tests] == ["steady", "steady"]
    assert not report.drifted


def test_a_week_of_another_topic_has_drifted_and_says_which():
    report = drift(mix([150, 75, 75], near(300)), mix([500, 1000, 1500], near(3_000, seed=2)))
    assert [test.verdict for test in report.tests] == ["drifted", "steady"]
    assert report.drifted
    assert report.changes[0] == ShareChange("a", pytest.approx(1 / 6), 0.5)
    assert report.tests[0].effect == pytest.approx(1 / 3)


def test_a_topic_never_seen_before_is_drift():
    assert verdicts(mix([50, 100, 0, 100]), mix([500, 1000]))["topics"] == "drifted"


def test_tickets_further_from_all_known_have_drifted():
    report = drift(mix([100, 200], near(300, mean=0.6)), mix([1000, 2000], near(3_000, seed=2)))
    assert [test.verdict for test in report.tests] == ["steady", "drifted"]
    assert report.nearness_now < report.nearness_before


def test_with_many_tickets_a_small_difference_is_no_alarm():
    now = mix([51_500, 48_500], near(100_000, mean=0.69))
    found = drift(now, mix([50_000, 50_000], near(100_000, seed=2))).tests
    assert [test.verdict for test in found] == ["steady", "steady"]
    assert max(test.p_value for test in found) < 1e-6
    assert verdicts(now, mix([50_000, 50_000], near(100_000, seed=2)), floor=0.01) == {
        "topics": "drifted",
        "nearness": "drifted",
    }


def test_few_tickets_of_another_mix_are_told_as_too_few():
    assert verdicts(mix([29, 0], near(29)), mix([500, 500], near(500))) == {
        "topics": "too few yet",
        "nearness": "too few yet",
    }


def test_no_tickets_at_all_are_too_few():
    report = drift(TicketMix({}, ()), TicketMix({}, ()))
    assert [test.verdict for test in report.tests] == ["too few yet", "too few yet"]
    assert (report.tickets, report.nearness_now, report.changes) == (0, None, ())


def test_p_values_are_those_of_the_tests_corrected_after_holm():
    now, reference = mix([120, 180], near(300, mean=0.69)), mix([1000, 2000], near(3_000, seed=2))
    raw = {
        "topics": stats.chi2_contingency([[120, 180], [1000, 2000]], correction=False).pvalue,
        "nearness": stats.ks_2samp(now.nearness, reference.nearness, method="asymp").pvalue,
    }
    smaller, larger = sorted(raw, key=raw.get)
    found = {test.question: test.p_value for test in drift(now, reference).tests}
    assert found[smaller] == pytest.approx(min(1, 2 * raw[smaller]))
    assert found[larger] == pytest.approx(max(2 * raw[smaller], raw[larger]))


def test_rare_topics_are_counted_together():
    found = drift(mix([100, 100, 1, 2, 1, 2]), mix([1000, 1000, 10, 20, 20, 20])).tests[0]
    known = stats.chi2_contingency([[100, 100, 6], [1000, 1000, 70]], correction=False).pvalue
    assert found.p_value == pytest.approx(min(1, known))
    assert found.effect == pytest.approx(abs(70 / 2070 - 6 / 206))


def test_rare_topics_that_stay_rare_together_join_the_rarest_other():
    found = drift(mix([120, 80, 1]), mix([1000, 1000, 10])).tests[0]
    known = stats.chi2_contingency([[120, 81], [1000, 1010]], correction=False).pvalue
    assert found.p_value == pytest.approx(known)


def test_a_single_topic_cannot_drift():
    assert verdicts(mix([100]), mix([1000]))["topics"] == "steady"


def test_the_stability_index_is_that_of_the_shares():
    found = drift(mix([60, 40]), mix([500, 500])).tests[0]
    assert found.stability == pytest.approx(0.1 * np.log(0.6 / 0.5) - 0.1 * np.log(0.4 / 0.5))


def test_false_alarms_are_rare_while_nothing_changes():
    source, shares = np.random.default_rng(11), np.array([0.3, 0.25, 0.15, 0.1, 0.1, 0.05, 0.03, 0.02])
    alarms = 0
    for _ in range(100):
        now = mix(source.multinomial(80, shares), source.normal(size=80))
        reference = mix(source.multinomial(800, shares), source.normal(size=800))
        alarms += drift(now, reference).drifted
    assert alarms <= 4


@pytest.mark.parametrize("nearness", [[float("nan")], [[0.1]], [float("inf")]])
def test_a_nearness_that_is_no_number_is_refused(nearness):
    with pytest.raises(ValueError, match="finite numbers"):
        drift(mix([1], nearness), mix([1]))


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="less than no tickets"):
        drift(mix([-1]), mix([1]))
