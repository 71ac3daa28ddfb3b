"""``python -m benchmarks sample-outcomes``: what rolling evaluation finds of the sample process, and what it allows.

The process of the sample company is run anew with fresh seeds. An account model is judged on later weeks and accounts
it had not seen; beside it stands the true probability of the same accounts at the same moments, which nothing can beat.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from tqdm import tqdm

from benchmarks.sample_company import (
    FIRST_MONDAY,
    HORIZON_WEEKS,
    Company,
    Story,
    draw_company,
    live,
    monday,
    true_probabilities,
)
from benchmarks.tables import Cell, Column, Table, show
from training.churn.choosing import fits_needed
from training.churn.held_out import ORIGINS, ROLLING_FOLDS, RULE_NAME, HeldOut, later_weeks
from training.churn.measures import area, area_difference, log_loss
from training.churn.weeks import weekly
from triage.churn.events import events_of, seconds
from triage.features.heads import Floats
from triage.types import Account, Ticket

WEEKS = 78  # a year and a half, so that several later weeks can be judged
HORIZON_DAYS = 7 * HORIZON_WEEKS
_SHARE = 200.0  # monthly revenue and seats say nothing in this process
_REPLY_HOURS, _SLOW_HOURS = 3, 30
COLUMNS = (
    Column("seed", 0),
    Column("rows", 0),
    Column("accounts", 0),
    Column("left"),
    Column("AUC model"),
    Column("AUC truth"),
    Column("model - truth", signed=True),
    Column("95 % from", signed=True),
    Column("to", signed=True),
    Column("AUC rule"),
    Column("log-loss model"),
    Column("truth"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A run of the process as a help desk would have recorded it."""

    company: Company
    story: Story
    accounts: tuple[Account, ...]
    tickets: tuple[Ticket, ...]


def told(seed: int, weeks: int = WEEKS) -> Told:
    """Run the process, and give its accounts and tickets."""
    random = np.random.default_rng(seed)
    company = draw_company(random)
    story = live(company, random, weeks)
    accounts = tuple(_account(company, story, place, weeks) for place in range(len(company.starter)))
    tickets = tuple(
        _ticket(number, *row, int(random.integers(0, 5 * 24))) for number, row in enumerate(story.tickets)
    )
    return Told(company, story, accounts, tickets)


def truths(run: Told, held: HeldOut, seed: int) -> Floats:
    """Give the true probability of leaving within the horizon for each held-out row."""
    random = np.random.default_rng([seed, 1])
    found = np.zeros(len(held.rows))
    weeks = (held.rows.moments - seconds(FIRST_MONDAY)) // (
        7 * 86_400
    ) - 1  # the last week that was over then
    for week in np.unique(weeks):
        here = weeks == week
        chances = true_probabilities(run.company, run.story.frustration[week], int(week), random)
        found[here] = chances[held.rows.accounts[here]]
    return found


def measured(seed: int, weeks: int = WEEKS) -> tuple[Cell, ...]:
    """Run, learn and judge: a row of the table."""
    run = told(seed, weeks)
    rows = weekly(run.accounts, events_of(run.tickets, run.accounts), ())
    total = fits_needed() * ROLLING_FOLDS * ORIGINS
    with tqdm(desc=f"Seed {seed}", total=total, unit="fit", file=sys.stderr) as bar:

        def tick() -> None:
            bar.update()

        held = later_weeks(rows, HORIZON_DAYS, seed, tick)
    return _row(seed, held, truths(run, held, seed))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks sample-outcomes", description=__doc__)
    parser.add_argument("--seeds", type=int, default=6, metavar="N", help="how many runs (default: 6)")
    parser.add_argument("--first", type=int, default=1, metavar="SEED", help="the first seed (default: 1)")
    chosen = parser.parse_args(arguments)
    rows = [measured(seed) for seed in range(chosen.first, chosen.first + chosen.seeds)]
    notes = (
        f"Each seed is {WEEKS} weeks of the process in benchmarks/sample_company.py; the model predicts who leaves",
        f"within {HORIZON_DAYS} days, learns at each rolling origin from what was known then, and is judged on later",
        "weeks of accounts it had not seen. Truth: the probability of the process itself for the same rows. The",
        "interval is a bootstrap over accounts. Rule: days to renewal and ticket count.",
    )
    show(Table("The sample process", COLUMNS, (*rows, _mean(rows)), notes))
    return 0


def _row(seed: int, held: HeldOut, truth: Floats) -> tuple[Cell, ...]:
    left = held.rows.left
    gap = area_difference(left, held.own, truth, held.rows.accounts)
    rule = area(left, held.said[RULE_NAME]) if RULE_NAME in held.said else None
    return (
        seed,
        len(held.rows),
        len(np.unique(held.rows.accounts)),
        float(left.mean()),
        area(left, held.own),
        area(left, truth),
        *(gap.value, gap.low, gap.high),
        rule,
        log_loss(left, held.own),
        log_loss(left, truth),
    )


def _mean(rows: Sequence[tuple[Cell, ...]]) -> tuple[Cell, ...]:
    columns = list(zip(*rows, strict=True))
    kept = {3, 4, 5, 6, 9, 10, 11}
    means: list[Cell] = ["mean", None, None]
    for place, column in enumerate(columns[3:], start=3):
        numbers = [cell for cell in column if isinstance(cell, float)]
        means.append(float(np.mean(numbers)) if place in kept and numbers else None)
    return tuple(means)


def _account(company: Company, story: Story, place: int, weeks: int) -> Account:
    years, left = float(company.tenure_years[place]), int(story.left_week[place])
    return Account(
        f"account-{place}",
        plan="starter" if company.starter[place] else "team",
        mrr=_SHARE,
        signed_up_on=FIRST_MONDAY - timedelta(days=round(365.25 * years)),
        renews_on=FIRST_MONDAY + timedelta(weeks=int(company.renewal_week[place])),
        churned_on=_day(left, 6) if left < weeks else None,
    )


def _ticket(number: int, week: int, account: int, urgency: str, slow: bool, hour: int) -> Ticket:
    created = monday(week) + timedelta(hours=int(hour))
    replied = created + timedelta(hours=_SLOW_HOURS if slow else _REPLY_HOURS)
    return Ticket(
        id=str(number),
        created_at=created,
        account_id=f"account-{account}",
        urgency=urgency,
        first_replied_at=replied,
        solved_at=replied + timedelta(hours=4),
    )


def _day(week: int, days: int) -> date:
    return datetime.combine(FIRST_MONDAY + timedelta(weeks=week, days=days), time(), UTC).date()
