from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reports.states import next_change
from reports.trends import trends_of
from reports.types import Lineage, StateChange
from reports.verification import Verification
from tests.reports.given import MONDAY, history, issue, moment

TODAY = MONDAY + timedelta(days=6)
LEVEL = (3, 2, 4, 3, 3, 2, 4, 3, 2, 3, 4, 3, 3, 2, 4, 3)
RISEN = (*LEVEL[:-2], 9, 11)
FALLEN = (*LEVEL[:-6], 0, 0, 0, 1, 0, 0)


def change(one, verification=None, *, among=0):
    crowd = [issue(f"level {number}", *LEVEL) for number in range(among)]
    trends = trends_of(history([one, *crowd]))
    return next_change(one, trends[0] if trends else None, verification, TODAY)


def verdict(name):
    return Verification(name, 40, 2, 10.0, None, f"because {name}")


@pytest.mark.parametrize(("counts", "state"), [(RISEN, "growing"), (FALLEN, "fading"), (LEVEL, "steady")])
def test_counts_make_the_state(counts, state):
    changed = change(issue("one", *counts, state="new"))
    assert (changed.state, changed.on, changed.by) == (state, TODAY, "")


def test_the_evidence_is_a_sentence_with_its_figures():
    assert change(issue("one", *RISEN)).why == (
        "20 tickets in the last 2 weeks where 6.0 were to be expected from the 12 before (3.3 times, 1.9 to 5.7;"
        " 100.0 per 1,000 active accounts a week after 30.0; chance alone gives as many once in 4,711 times)."
    )


def test_a_steady_issue_says_that_no_change_shows():
    assert change(issue("one", *LEVEL, state="new")).why.endswith("no change beyond chance over all issues.")


def test_no_change_is_none():
    assert change(issue("one", *RISEN, state="growing")) is None
    assert change(issue("one", *LEVEL)) is None


def test_an_issue_is_new_for_four_weeks():
    young = issue("one", 0, 1, 1, state="steady")
    assert change(young).why == "First seen on 2026-06-29; 2 tickets since."
    assert change(replace(young, state="new")) is None
    assert change(issue("one", 0, 0, 0, 1, state="new")).state == "steady"


def test_an_issue_is_new_when_it_was_found_late_and_most_of_it_came_lately():
    found = Lineage("born", moment(TODAY + timedelta(days=1), 0))
    late = issue("one", 1, *(0,) * 10, 1, 0, 1, lineage=(found,))
    assert change(late).why == "First seen on 2026-04-13; 3 tickets since. Found on 2026-07-26."
    assert change(issue("one", 1, 1, *(0,) * 9, 1, 0, 1, 0, 0, lineage=(found,))) is None


def test_what_was_more_than_new_is_never_new_again():
    past = StateChange("growing", TODAY - timedelta(days=7), "")
    assert change(issue("one", 0, 1, 1, state="growing", states=(past,))).state == "steady"


def test_an_issue_grows_from_nothing_and_fades_when_its_burst_is_over():
    assert change(issue("one", 0, 4, state="new")).why.startswith("4 tickets in the last week where none")
    assert change(issue("one", 4, 12, 3, 0, 0, state="growing")).state == "fading"


def test_the_end_of_a_rise_need_not_hold_over_all_issues():
    over = (1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 9, 8, 0, 0, 0, 0)
    grew = (StateChange("growing", TODAY - timedelta(days=28), ""), StateChange("steady", TODAY, ""))
    assert change(issue("one", *over, state="steady", states=grew), among=40).state == "fading"
    assert change(issue("one", *over, state="new"), among=40).state == "steady"


def test_a_growing_issue_grows_until_nothing_of_it_shows():
    still = issue("one", *LEVEL[:-1], 9, state="growing")
    assert change(still, among=30) is None
    assert change(replace(still, state="new"), among=30).state == "steady"


def test_long_silence_is_fading_however_few_tickets_there_were():
    assert change(issue("one", *(0,) * 6, 1, *(0,) * 9)).why == "No ticket for 9 weeks."


def test_dismissed_stays():
    assert change(issue("one", *RISEN, state="dismissed")) is None


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("fixed", "verified", "verified"),
        ("fixed", "too_early", None),
        ("fixed", "fell_too_little", None),
        ("fixed", "not_fixed", "regressed"),
        ("fixed", "came_back", "regressed"),
        ("verified", "came_back", "regressed"),
        ("verified", "verified", None),
        ("verified", "not_fixed", None),
    ],
)
def test_a_fix_is_followed(before, name, after):
    changed = change(issue("one", *RISEN, state=before), verdict(name))
    assert changed == (None if after is None else StateChange(after, TODAY, f"because {name}"))


def test_a_fix_without_verification_stays():
    assert change(issue("one", *RISEN, state="fixed")) is None


def test_a_regressed_issue_says_so_for_four_weeks_and_then_how_it_goes():
    def regressed(days_ago):
        since = StateChange("regressed", TODAY - timedelta(days=days_ago), "")
        return issue("one", *LEVEL, state="regressed", states=(since,))

    assert change(regressed(10)) is None
    assert change(regressed(28)).state == "steady"
