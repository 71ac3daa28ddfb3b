"""The process behind the sample company: which accounts write, what keeps coming back, and who leaves.

The texts of ``sample/tickets`` were written by hand, one by one, to the plan that this process drew. Because the
process is known, so is each account's true probability of leaving: what no model can beat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

SEED = 20261123
ACCOUNTS = 150
WEEKS = 20
FIRST_MONDAY = date(2026, 6, 29)
HORIZON_WEEKS = 13  # 90 days, and one more

BASE_TICKETS = 0.16  # a week, of an account without frustration
TICKETS_OF_FRUSTRATION = 0.16
FORGETTING = 0.86  # the share of frustration left after a week
FRUSTRATION_OF_TICKET = {"low": 0.05, "normal": 0.2, "high": 0.6, "urgent": 0.9}
SLOW_REPLY = 0.25  # added to frustration by a first reply later than promised
BASE_HAZARD = -5.4  # log-odds of leaving within a week
HAZARD_OF_FRUSTRATION = 1.15
HAZARD_OF_RENEWAL = 1.9  # within four weeks before the renewal
HAZARD_OF_STARTER = 0.5
HAZARD_OF_YEARS = -0.25  # a year of tenure, up to four
URGENCY_SHARES = {"low": 0.26, "normal": 0.40, "high": 0.25, "urgent": 0.09}


@dataclass(frozen=True, slots=True)
class Company:
    """The drawn facts of all accounts: arrays of length ``ACCOUNTS``; ``renewal_week`` counts from the first Monday."""

    starter: NDArray[np.bool_]
    tenure_years: NDArray[np.float64]
    renewal_week: NDArray[np.int64]
    susceptible: NDArray[np.float64]  # how much of a fault an account notices


@dataclass(frozen=True, slots=True)
class Story:
    """What happened. ``left_week`` is ``WEEKS`` or more for those that stayed; frustration is (weeks, accounts)."""

    frustration: NDArray[np.float64]
    left_week: NDArray[np.int64]
    tickets: Sequence[tuple[int, int, str, bool]]  # week, account, urgency, slow reply


def draw_company(random: np.random.Generator) -> Company:
    """Draw the facts that never change."""
    return Company(
        starter=random.random(ACCOUNTS) < 0.4,
        tenure_years=random.gamma(2.0, 1.0, ACCOUNTS).clip(0.1, 7.0),
        renewal_week=random.integers(0, 52, ACCOUNTS),
        susceptible=random.gamma(3.0, 1 / 3.0, ACCOUNTS),
    )


def hazard(company: Company, frustration: NDArray[np.float64], week: int) -> NDArray[np.float64]:
    """Give the probability that each account leaves in that week; frustration is (..., accounts)."""
    to_renewal = (company.renewal_week - week) % 52
    score = (
        BASE_HAZARD
        + HAZARD_OF_FRUSTRATION * frustration
        + HAZARD_OF_RENEWAL * (to_renewal < 4)
        + HAZARD_OF_STARTER * company.starter
        + HAZARD_OF_YEARS * company.tenure_years.clip(0, 4)
    )
    return np.asarray(1 / (1 + np.exp(-score)))


def live(company: Company, random: np.random.Generator, weeks: int = WEEKS) -> Story:
    """Let the company live: tickets make frustration, frustration makes tickets and departures."""
    frustration = np.zeros(ACCOUNTS)
    left = np.full(ACCOUNTS, weeks)
    history, tickets = [], []
    for week in range(weeks):
        there = left >= weeks
        added, written = _week(company, frustration, there, week, random)
        tickets += written
        frustration = FORGETTING * frustration + added
        history.append(frustration.copy())
        leaving = there & (random.random(ACCOUNTS) < hazard(company, frustration, week))
        left[leaving] = week
    return Story(np.array(history), left, tickets)


def true_probabilities(
    company: Company,
    frustration: NDArray[np.float64],
    week: int,
    random: np.random.Generator,
    paths: int = 400,
) -> NDArray[np.float64]:
    """Give each account's probability of leaving in the weeks after ``week``, by running the process on from there.

    ``frustration`` is (accounts,), as it stands at the end of that week.
    """
    states = np.repeat(frustration[None, :], paths, axis=0)
    staying = np.ones_like(states)
    shares = np.array(list(URGENCY_SHARES.values()))
    weights = np.array(list(FRUSTRATION_OF_TICKET.values()))
    mean_square = float(shares @ weights**2)
    mean = float(shares @ weights)
    for ahead in range(week + 1, week + 1 + HORIZON_WEEKS):
        counts = random.poisson(company.susceptible * (BASE_TICKETS + TICKETS_OF_FRUSTRATION * states))
        noise = random.normal(0.0, np.sqrt(np.maximum(counts, 1) * (mean_square - mean**2)))
        added = np.where(counts > 0, np.maximum(counts * (mean + 0.2 * SLOW_REPLY) + noise, 0.0), 0.0)
        states = FORGETTING * states + added
        staying *= 1 - hazard(company, states, ahead)
    return np.asarray(1 - staying.mean(axis=0))


def _week(
    company: Company,
    frustration: NDArray[np.float64],
    there: NDArray[np.bool_],
    week: int,
    random: np.random.Generator,
) -> tuple[NDArray[np.float64], list[tuple[int, int, str, bool]]]:
    counts = (
        random.poisson(company.susceptible * (BASE_TICKETS + TICKETS_OF_FRUSTRATION * frustration)) * there
    )
    added = np.zeros(ACCOUNTS)
    written = []
    for account in np.flatnonzero(counts):
        for _ in range(counts[account]):
            urgency = str(random.choice(list(URGENCY_SHARES), p=list(URGENCY_SHARES.values())))
            slow = bool(random.random() < 0.2)
            added[account] += FRUSTRATION_OF_TICKET[urgency] + SLOW_REPLY * slow
            written.append((week, int(account), urgency, slow))
    return added, written


def monday(week: int) -> datetime:
    """Give the start of a week of the story."""
    return datetime.combine(FIRST_MONDAY + timedelta(weeks=week), datetime.min.time(), UTC)
