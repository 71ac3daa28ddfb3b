"""What was known of accounts at moments: the one function that makes rows for training and for serving."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triage.churn.columns import attribute_columns, plans_at
from triage.churn.events import DAY, Events, Kind, seconds
from triage.churn.windows import Facts, Moments, over
from triage.features.account import AccountTable
from triage.features.heads import Floats
from triage.types import Account

YEAR = 365.25
USUAL = 365  # days that make an account's usual
_HOUR = 3_600


def features_as_of(
    accounts: Sequence[Account], events: Events, moments: Moments, extra: Sequence[str] = ()
) -> AccountTable:
    """Describe accounts at moments, a row each, by what was known then.

    ``extra`` names columns of the accounts that are wanted too; numeric where all their values are numbers. They, and
    account facts without recorded changes, are taken as they stand in ``accounts``.
    """
    numbers = {
        **_volume(events, moments),
        **_service(events, moments),
        **_satisfaction(events, moments),
        **_warnings(events, moments),
        **_contract(accounts, events, moments),
    }
    words = {"plan": plans_at(accounts, events, moments)}
    more_numbers, more_words = attribute_columns(accounts, moments, extra)
    numbers |= more_numbers
    words |= more_words
    return AccountTable(
        tuple(numbers),
        np.column_stack(list(numbers.values())),
        tuple(words),
        np.column_stack(list(words.values())),
    )


def _volume(events: Events, moments: Moments) -> dict[str, Floats]:
    opened, urgent = Facts.of(events, Kind.OPENED), Facts.of(events, Kind.URGENT)
    in_30, in_90 = opened.count(moments, 30), opened.count(moments, 90)
    return {
        "tickets_7": opened.count(moments, 7),
        "tickets_30": in_30,
        "tickets_90": in_90,
        "ticket_trend": np.log((in_30 + 0.5) / ((in_90 - in_30) / 2 + 0.5)),
        "urgent_30": urgent.count(moments, 30),
        "urgent_share_90": over(urgent.count(moments, 90), in_90),
        "urgency_sum_30": opened.total(moments, 30),
        "days_since_ticket": opened.days_since(moments),
        "silence": _silence(opened, moments),
    }


def _silence(opened: Facts, moments: Moments) -> Floats:
    """Days since the last ticket over the usual days between tickets, for accounts that wrote at least thrice."""
    count = opened.count(moments, USUAL)
    since = opened.days_since(moments)
    between = over(opened.days_from_first(moments, USUAL) - since, count - 1)
    return np.asarray(np.where(count >= 3, np.log1p(since) - np.log1p(between), np.nan))


def _service(events: Events, moments: Moments) -> dict[str, Floats]:
    opened = Facts.of(events, Kind.OPENED).count(moments)
    replied, solved = Facts.of(events, Kind.REPLIED), Facts.of(events, Kind.SOLVED)
    reopened = Facts.of(events, Kind.REOPENED)
    return {
        "open_now": np.maximum(opened - solved.count(moments), 0.0),
        "unanswered_now": np.maximum(opened - Facts.of(events, Kind.ANSWERED).count(moments), 0.0),
        "reopened_90": reopened.total(moments, 90),
        "reply_hours_90": replied.mean(moments, 90) / _HOUR,
        "reply_against_usual": _against_usual(replied, moments),
        "resolution_hours_90": solved.mean(moments, 90) / _HOUR,
        "resolution_against_usual": _against_usual(solved, moments),
    }


def _against_usual(facts: Facts, moments: Moments) -> Floats:
    """The log of the last 30 days' mean over the year's: 0 is as usual, 0.69 twice as long."""
    return np.log1p(facts.mean(moments, 30) / _HOUR) - np.log1p(facts.mean(moments, USUAL) / _HOUR)


def _satisfaction(events: Events, moments: Moments) -> dict[str, Floats]:
    rated = Facts.of(events, Kind.RATED)
    return {
        "csat_mean_180": rated.mean(moments, 180) / 100,
        "csat_last": rated.last(moments) / 100,
        "csat_slope": rated.slope(moments, 180) / 100,
    }


def _warnings(events: Events, moments: Moments) -> dict[str, Floats]:
    stated, explicit = Facts.of(events, Kind.STATED), Facts.of(events, Kind.EXPLICIT)
    joined, left = Facts.of(events, Kind.JOINED_ISSUE), Facts.of(events, Kind.LEFT_ISSUE)
    return {
        "repeat_issues_open": joined.count(moments) - left.count(moments),
        "at_risk_90": stated.count(moments, 90) - explicit.count(moments, 90),
        "explicit_90": explicit.count(moments, 90),
        "days_since_statement": stated.days_since(moments),
    }


def _contract(accounts: Sequence[Account], events: Events, moments: Moments) -> dict[str, Floats]:
    seats, revenue = Facts.of(events, Kind.SEATS), Facts.of(events, Kind.REVENUE)
    first_seats = [events.first_seats.get(place, _number(one.seats)) for place, one in enumerate(accounts)]
    first_mrr = [events.first_mrr.get(place, _number(one.mrr)) for place, one in enumerate(accounts)]
    owner = moments.account
    started = np.array(first_seats, np.float64)[owner]
    now = _in_force(seats, moments, started)
    before = _in_force(seats, Moments(owner, np.maximum(moments.at - 90 * DAY, 0)), started)
    return {
        "seats": now,
        "seats_change_90": np.log1p(now) - np.log1p(before),
        "plan_changes_180": Facts.of(events, Kind.PLAN).count(moments, 180),
        "tenure_days": _days(accounts, "signed_up_on", moments, sign=1),
        "days_to_renewal": np.mod(_days(accounts, "renews_on", moments, sign=-1), YEAR),
        "revenue": _in_force(revenue, moments, np.array(first_mrr, np.float64)[owner] * 100) / 100,
    }


def _in_force(facts: Facts, moments: Moments, otherwise: Floats) -> Floats:
    last = facts.last(moments)
    return np.asarray(np.where(np.isnan(last), otherwise, last))


def _days(accounts: Sequence[Account], column: str, moments: Moments, sign: int) -> Floats:
    days = np.array([seconds(getattr(account, column)) for account in accounts], np.int64)[moments.account]
    return np.where(days >= 0, sign * (moments.at - days) / DAY, np.nan)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
