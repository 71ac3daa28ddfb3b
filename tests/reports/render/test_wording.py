from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from reports.render.wording import NOTHING, against, amount, interval, local, money, times
from reports.types import Estimate, Figure


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, "share", NOTHING),
        (math.nan, "", NOTHING),
        (0.934, "share", "93 %"),
        (0.0189, "share", "1.9 %"),
        (0.0, "share", "0 %"),
        (48.2, "minutes", "48 min"),
        (200.0, "minutes", "3.3 h"),
        (5900.0, "minutes", "4.1 days"),
        (4.314, "of 5", "4.31 of 5"),
        (1234.5, "tickets", "1,234"),
        (2.0, "", "2"),
        (-0.04, "", "0"),
    ],
)
def test_amounts(value, unit, shown):
    assert amount(value, unit) == shown


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        (Estimate(3.1, 1.8, 5.4), "3.1 times (1.8 to 5.4)"),
        (Estimate(math.inf, 2.2, math.inf), "at least 2.2 times"),
        (Estimate(math.inf, 0.4, math.inf), "none before"),
        (Estimate(math.nan, 0.0, math.inf), NOTHING),
    ],
)
def test_ratios(ratio, shown):
    assert times(ratio) == shown


def test_intervals():
    assert interval(Estimate(24.2, 15, 36)) == "24 (15 to 36)"
    assert interval(Estimate(537, 333, 799), "minutes") == "8.9 h (5.5 h to 13 h)"
    assert interval(Estimate(5, 3, math.inf)) == "3 or more"


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (Figure("volume", 240, "tickets", 200), "+20 %"),
        (Figure("sla", 0.93, "share", 0.95), "-2 points"),
        (Figure("csat", 4.3, "of 5", 4.4), "-0.1"),
        (Figure("backlog", 3, "tickets", 0), "+3.0"),
        (Figure("nps", 31, "points"), NOTHING),
    ],
)
def test_changes(figure, shown):
    assert against(figure) == shown


def test_moments_are_those_of_the_zone():
    assert local(datetime(2026, 3, 29, 23, 30, tzinfo=UTC), "Europe/Berlin") == "30 March 2026, 01:30"


def test_money():
    assert money(12400.4, "EUR") == "EUR 12,400"
    assert money(5.0, "") == "5"
