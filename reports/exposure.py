"""What could have given tickets on each day: the accounts then active, or the whole volume where they are unknown.

Weekday and season are in it, so that a Monday is compared with Mondays' share and December with December's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from reports.periods import days_of
from reports.types import Week
from triage.types import Account

_PRIOR_WEEKDAY = 7.0  # tickets that each weekday is given beforehand
_PRIOR_SEASON = 30.0  # tickets that each season is given beforehand: a small team's seasons stay near 1
_YEAR = 364  # days: 52 whole weeks, so that weekdays meet
_AROUND = 10  # days before and after that count as the same season


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """By day, what could have given tickets. ``of`` names it; a day that is missing counts nothing.

    With accounts the unit is an account-day of a usual weekday and season; with tickets, a ticket.
    """

    of: Literal["accounts", "tickets"]
    by_day: Mapping[date, float]

    def between(self, first: date, last: date) -> float:
        """The exposure from ``first`` to ``last``, both included."""
        return sum(
            self.by_day.get(first + timedelta(days=day), 0.0) for day in range((last - first).days + 1)
        )

    def week(self, week: Week) -> float:
        """The exposure of a week."""
        return sum(self.by_day.get(day, 0.0) for day in days_of(week))

    def per_thousand(self, tickets: float, exposure: float) -> float:
        """The rate per 1,000 active accounts and week, or per 1,000 tickets of all kinds."""
        return tickets / exposure * (7000 if self.of == "accounts" else 1000)


def exposure_of(accounts: Sequence[Account], arrivals: Sequence[date], first: date, last: date) -> Exposure:
    """Give the exposure from ``first`` to ``last``, both included: of accounts, or of tickets where none is known.

    Args:
        accounts: with the days on which they came and left.
        arrivals: the day of every ticket, of all kinds, as far back as is known.
        first: the first day.
        last: the last day of which tickets are known; of a week under way the days to come count nothing.
    """
    known = [day for day in arrivals if day <= last]
    if not accounts:
        volume = Counter(known)
        return Exposure("tickets", {day: float(volume[day]) for day in _days(first, last)})
    weights, seasons = weekday_weights(known), season_factors(known, first, last)
    active = _active(accounts, first, last)
    return Exposure(
        "accounts",
        {day: active[day] * weights[day.weekday()] * seasons[day] for day in _days(first, last)},
    )


def weekday_weights(arrivals: Iterable[date]) -> tuple[float, ...]:
    """How many tickets come on each weekday from Monday, where the mean of all is 1; near 1 while few are known."""
    counted = Counter(day.weekday() for day in arrivals)
    total = sum(counted.values()) + 7 * _PRIOR_WEEKDAY
    return tuple(7 * (counted[day] + _PRIOR_WEEKDAY) / total for day in range(7))


def season_factors(arrivals: Iterable[date], first: date, last: date) -> dict[date, float]:
    """How much more or less than usual comes at a season, by the same three weeks of the years before.

    The comparison is with the 52 weeks around that season, half before and half after, so that growth of the company
    does not count as season. 1 where there is no such year.
    """
    volume = Counter(arrivals)
    if not volume or last - min(volume) < timedelta(days=_YEAR * 3 // 2):
        return dict.fromkeys(_days(first, last), 1.0)
    sums, begin = _running(volume, min(volume), last), min(volume)
    return {day: _season(day, sums, begin, last) for day in _days(first, last)}


def _season(day: date, sums: Sequence[int], begin: date, last: date) -> float:
    seen = usual = 0.0
    middle = day - timedelta(days=_YEAR)
    while middle - timedelta(days=_YEAR // 2) >= begin:
        if middle + timedelta(days=_YEAR // 2) <= last:
            seen += _sum(sums, (middle - begin).days, _AROUND)
            around = _sum(sums, (middle - begin).days, _YEAR // 2)
            usual += around * (2 * _AROUND + 1) / (_YEAR + 1)
        middle -= timedelta(days=_YEAR)
    return (seen + _PRIOR_SEASON) / (usual + _PRIOR_SEASON)


def _running(volume: Mapping[date, int], first: date, last: date) -> list[int]:
    sums = [0]
    for day in _days(first, last):
        sums.append(sums[-1] + volume.get(day, 0))
    return sums


def _sum(sums: Sequence[int], place: int, around: int) -> int:
    return sums[place + around + 1] - sums[place - around]


def _active(accounts: Sequence[Account], first: date, last: date) -> dict[date, int]:
    steps: Counter[date] = Counter()
    for account in accounts:
        came = max(account.signed_up_on or first, first)
        left = account.churned_on or last + timedelta(days=1)
        if came < left:
            steps[came] += 1
            steps[left] -= 1
    active, by_day = 0, {}
    for day in _days(first, last):
        active += steps[day]
        by_day[day] = active
    return by_day


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=day) for day in range((last - first).days + 1)]
