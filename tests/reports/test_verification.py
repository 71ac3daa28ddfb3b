from __future__ import annotations

from datetime import timedelta

import pytest

from reports.exposure import Exposure
from reports.verification import verify_fix
from tests.reports.given import MONDAY, accounts_exposure

FIXED = MONDAY
FIRST = MONDAY - timedelta(weeks=12)


def every(days, begin, end):
    return [MONDAY + timedelta(days=one) for one in range(begin, end, days)]


def judged(days, weeks_later, exposure=None):
    today = FIXED + timedelta(weeks=weeks_later)
    return verify_fix(days, FIXED, today, exposure or accounts_exposure(), first_seen=FIRST)


def test_silence_after_many_tickets_verifies():
    found = judged(every(2, -84, 0), 3)
    assert (found.verdict, found.before, found.after) == ("verified", 42, 0)
    assert found.expected == pytest.approx(9.5)
    assert found.ratio.high < 0.5
    assert found.why == (
        "0 tickets in 2.7 weeks after the fix where 9.5 were to be expected from the 42 in 12.0 weeks before"
        f" (ratio 0.00, 0.00 to {found.ratio.high:.2f}): they really fell."
    )


def test_silence_after_few_tickets_is_too_early_and_says_how_long_to_wait():
    found = judged(every(21, -84, 0), 3)
    assert found.verdict == "too_early"
    days = int(found.why.partition("too early to tell; ")[2].partition(" ")[0])
    assert judged(every(21, -84, 0), 3 + days / 7).verdict == "verified"
    assert judged(every(21, -84, 0), 3 + (days - 1) / 7).verdict == "too_early"


def test_nothing_is_verified_in_the_first_two_weeks():
    assert judged(every(1, -84, 0), 1).verdict == "too_early"


def test_fewer_tickets_from_fewer_accounts_verify_nothing():
    shrunk = accounts_exposure()
    by_day = {day: 100.0 if day <= FIXED else 10.0 for day in shrunk.by_day}
    days = [*every(1, -84, 0), *every(10, 3, 29)]
    assert judged(days, 4).verdict == "verified"
    assert judged(days, 4, Exposure("accounts", by_day)).verdict != "verified"


def test_as_many_tickets_as_before_are_not_fixed():
    found = judged([*every(2, -84, 0), *every(2, 3, 43)], 6)
    assert found.verdict == "not_fixed"
    assert found.why.endswith("they did not fall as a fix should make them.")


def test_a_third_fewer_is_a_fall_but_no_fix():
    found = judged([*every(1, -84, 0), *every(1, -84, 0), *every(1, 3, 85), *every(3, 3, 85)], 12)
    assert found.verdict == "fell_too_little"


def test_tickets_after_a_quiet_time_come_back():
    found = judged([*every(2, -84, 0), *every(2, 64, 71)], 10)
    assert found.verdict == "came_back"
    assert found.why.startswith("4 tickets in the last 7 days after 0 in the 61 days since the fix")


def test_two_tickets_after_a_quiet_time_are_no_comeback():
    assert judged([*every(2, -84, 0), *every(4, 64, 71)], 10).verdict == "verified"


def test_tickets_reported_late_do_not_count_against_the_fix():
    assert judged([*every(2, -84, 0), *every(1, 0, 3)], 3).after == 0


def test_a_fix_of_today_cannot_be_judged():
    found = judged(every(2, -84, 0), 0)
    assert (found.verdict, found.ratio) == ("too_early", None)
    assert "no day after it" in found.why


def test_without_days_before_no_fall_can_be_shown():
    found = verify_fix([], FIXED, FIXED + timedelta(days=30), accounts_exposure(), first_seen=FIXED)
    assert (found.verdict, found.ratio) == ("too_early", None)
    assert found.why.startswith("Nothing is known of the days before")
