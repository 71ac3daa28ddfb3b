from __future__ import annotations

import numpy as np

from benchmarks.sample_outcomes import HORIZON_DAYS, told, truths
from training.churn.held_out import HeldOut
from training.churn.measures import area
from training.churn.weeks import weekly
from triage.churn.events import DAY, events_of, seconds


def test_a_run_is_told_as_a_help_desk_would_have_seen_it():
    run = told(3, weeks=30)
    left = {
        int(one.account_id.removeprefix("account-")): one.churned_on for one in run.accounts if one.churned_on
    }
    assert {place: int(run.story.left_week[place]) for place in left} == {
        place: int(week) for place, week in enumerate(run.story.left_week) if week < 30
    }
    for ticket in run.tickets:
        day = left.get(int(ticket.account_id.removeprefix("account-")))
        assert day is None or ticket.created_at.date() <= day
    assert told(3, weeks=30).tickets == run.tickets


def test_the_truth_is_calibrated_and_ranks_better_than_chance():
    chances, outcomes = [], []
    for seed in range(4):
        run = told(seed, weeks=40)
        weeks = weekly(run.accounts, events_of(run.tickets, run.accounts), ())
        # One moment, after which the whole horizon was seen.
        moment = np.unique(weeks.moments)[10]
        assert weeks.end - moment >= HORIZON_DAYS * DAY > 0 < seconds(run.tickets[0].created_at)
        rows = weeks.outcomes(HORIZON_DAYS, weeks.end, weeks.moments == moment)
        held = HeldOut(rows, np.zeros(len(rows), np.int64), {})
        chances.append(truths(run, held, seed))
        outcomes.append(rows.left)
    truth, left = np.concatenate(chances), np.concatenate(outcomes)
    assert abs(truth.mean() - left.mean()) < 0.05
    assert area(left, truth) > 0.6
