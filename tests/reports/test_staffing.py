from __future__ import annotations

import pytest

from reports.forecast import SlotForecast
from reports.staffing import Promise, agents_needed, answered_within, staff_slots, waiting_probability
from reports.types import Estimate
from tests.reports.given import MONDAY, moment


def test_erlangs_formula_gives_the_published_figures():
    # 100 calls of 3 minutes in half an hour, 14 agents, 20 seconds: a much printed example.
    assert waiting_probability(14, 10.0) == pytest.approx(0.1741, abs=1e-4)
    assert answered_within(14, 10.0, 3.0, 20 / 60) == pytest.approx(0.88835, abs=1e-5)


def test_one_agent_is_the_plain_queue():
    assert waiting_probability(1, 0.6) == pytest.approx(0.6)


def test_the_fewest_agents_that_keep_the_promise():
    promise = Promise(share=0.8, minutes=20 / 60, occupancy=0.95)
    found = agents_needed(100, 3.0, promise, shrinkage=0.3)
    assert (found.agents, found.rostered) == (14, 20)
    assert found.mean_wait == pytest.approx(0.1741 * 3 / 4, abs=1e-4)
    assert found.occupancy == pytest.approx(10 / 14)
    assert answered_within(13, 10.0, 3.0, 20 / 60) < 0.8


def test_a_long_target_is_bound_by_how_busy_agents_may_be():
    assert agents_needed(30, 10.0, Promise(0.8, 240.0, 0.8), shrinkage=0.0).agents == 13


def test_more_work_than_agents_is_never_in_time():
    assert answered_within(3, 3.0, 5.0, 1000.0) == 0.0
    assert waiting_probability(3, 4.0) == 1.0


def test_no_arrivals_need_nobody():
    found = agents_needed(0, 10.0)
    assert (found.agents, found.rostered, found.answered_in_time, found.occupancy) == (0, 0, 1.0, 0.0)


def test_a_large_floor_is_no_trouble():
    found = agents_needed(9000, 10.0, Promise(0.9, 1.0, 0.98))
    assert 3000 < found.agents < 3100


def test_each_slot_has_its_agents_and_those_of_a_busy_day():
    (slot,) = staff_slots([SlotForecast(moment(MONDAY), Estimate(4.0, 1.0, 8.0))], 15.0)
    assert (slot.begins, slot.arrivals) == (moment(MONDAY), 4.0)
    assert slot.needed == agents_needed(4.0, 15.0)
    assert slot.on_a_busy_day == agents_needed(8.0, 15.0)


def test_all_figures_that_make_no_sense_are_named():
    with pytest.raises(ValueError, match=r"-1 arrivals; .*; 0 minutes for a ticket; .*shrinkage of 1"):
        agents_needed(-1, 0, shrinkage=1)
