from __future__ import annotations

from benchmarks.alarms import (
    main,
    quiet_weeks,
    weeks_until_found,
    weeks_until_verdict,
)


def test_false_alarms_of_quiet_weeks_are_few_and_the_same_every_time():
    found = quiet_weeks(4, 0.0, seed=1)
    assert found.called < 0.3
    assert 0.02 < found.printed < 0.12
    assert found == quiet_weeks(4, 0.0, seed=1)


def test_a_large_rise_is_found_at_once():
    assert weeks_until_found(10.0, 3.0, 3, 0.0, seed=1) == [1, 1, 1]


def test_a_fix_that_works_is_verified_and_one_that_does_not_is_refuted():
    verified, refuted = weeks_until_verdict(10.0, 0.0, 3, seed=1)
    assert (verified, refuted) == ([3, 3, 3], [None] * 3)
    verified, refuted = weeks_until_verdict(10.0, 1.0, 3, seed=1)
    assert verified == [None] * 3
    assert all(week is not None for week in refuted)


def test_all_three_tables_are_printed(capsys):
    assert main(["--histories", "1", "--planted", "1"]) == 0
    titles = (
        "False alarms where nothing changes",
        "Weeks until a lasting rise is found",
        "Weeks until a fix is judged",
    )
    out = capsys.readouterr().out
    assert [out.count(title) for title in titles] == [1, 1, 1]
