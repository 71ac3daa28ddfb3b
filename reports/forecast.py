"""How many tickets will come: for weeks, days and half hours, with an interval, and how well last week was foretold.

The level follows the counts by a gamma prior whose past is discounted (Harvey and Fernandes, "Time series models for
count or qualitative observations", JBES 7, 1989), which is exponential smoothing with a negative binomial forecast.
Weekday, holiday and season multiply it. How fast the past is forgotten, and how much days vary beyond chance, is
chosen by the logarithmic score of the forecasts for each past day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

import numpy as np

from reports.counts import Floats, Level, filtered, fitted, predicted
from reports.dayparts import SlotShares, slots_of_day
from reports.errors import NothingToReport
from reports.exposure import season_factors
from reports.periods import days_of, local_day
from reports.types import Estimate, Week

_WEEKDAY_DAYS = 182  # the weekday profile is that of the last half year
_PRIOR_DAYS = 1.0  # a day of usual volume that each weekday is given beforehand
_FORGET_WEEKLY = 0.85  # the last six or seven weeks count; an issue alone has too few tickets to choose by
_HOLIDAY = 6  # a holiday is taken for a Sunday


@dataclass(frozen=True, slots=True)
class DayForecast:
    """The tickets of a day; the interval holds for the day's own count."""

    day: date
    tickets: Estimate


@dataclass(frozen=True, slots=True)
class SlotForecast:
    """The tickets of a slot such as a half hour, which begins at a zoned moment."""

    begins: datetime
    tickets: Estimate


@dataclass(frozen=True, slots=True)
class VolumeForecast:
    """The tickets to come, of weeks (seven days from the first), days and slots.

    ``level`` holds what was learnt; ``history_days`` says from how long a past.
    """

    weeks: tuple[DayForecast, ...]
    days: tuple[DayForecast, ...]
    slots: tuple[SlotForecast, ...]
    level: Level
    history_days: int


@dataclass(frozen=True, slots=True)
class ForecastReview:
    """A past week's forecast, made on what was known before it, beside what came.

    ``mase`` is the mean absolute error of its days over that of "as a week ago" in the time before (Hyndman and
    Koehler, International Journal of Forecasting 22, 2006): below 1 is better. ``covered`` is the share of its days
    that fell into their interval. None where the days before never differed.
    """

    week: Week
    forecast: Estimate
    actual: int
    mase: float | None
    covered: float


def never(_: date) -> bool:
    """No day is a holiday."""
    return False


def forecast_volume(
    arrivals: Sequence[datetime],
    first: date,
    zone: tzinfo,
    *,
    weeks: int = 4,
    slot_days: int = 7,
    slot_minutes: int = 30,
    coverage: float = 0.9,
    is_holiday: Callable[[date], bool] = never,
) -> VolumeForecast:
    """Foretell the tickets from a day on, by those that came before it.

    Args:
        arrivals: the zoned moments of all tickets; those of ``first`` and later are not looked at.
        first: the first day to foretell.
        zone: the team's; days and weekdays are its.
        weeks: how many weeks to foretell.
        slot_days: how many days to foretell slot by slot.
        slot_minutes: the length of a slot, a divisor of 60.
        coverage: of the intervals.
        is_holiday: days that are like a Sunday.

    Raises:
        NothingToReport: no ticket came before ``first``.
    """
    past = [moment.astimezone(zone) for moment in arrivals if local_day(moment, zone) < first]
    if not past:
        raise NothingToReport(f"No ticket is known before {first}, so none can be foretold.")
    known = [moment.date() for moment in past]
    begin, last = min(known), first + timedelta(days=7 * weeks - 1)
    factors = _factors(known, begin, first, last, is_holiday)
    history = (first - begin).days
    level = fitted(_by_day(known, begin, history), factors[:history])
    ahead = factors[history:]
    days = tuple(
        DayForecast(first + timedelta(days=day), predicted(level, ahead[day : day + 1], coverage, after=day))
        for day in range(7 * weeks)
    )
    in_weeks = tuple(
        DayForecast(first + timedelta(days=day), predicted(level, ahead[day : day + 7], coverage, after=day))
        for day in range(0, 7 * weeks, 7)
    )
    shares = SlotShares.of(past, first, slot_minutes)
    slots = tuple(
        SlotForecast(
            begins, predicted(level, ahead[day : day + 1] * shares.share(begins), coverage, after=day)
        )
        for day in range(min(slot_days, 7 * weeks))
        for begins in slots_of_day(first + timedelta(days=day), zone, slot_minutes)
    )
    return VolumeForecast(in_weeks, days, slots, level, history)


def review_forecast(
    arrivals: Sequence[datetime],
    week: Week,
    zone: tzinfo,
    *,
    coverage: float = 0.9,
    is_holiday: Callable[[date], bool] = never,
) -> ForecastReview:
    """Make the forecast of a past week again, from what was known before it, and compare.

    Raises:
        NothingToReport: no ticket came before that week.
    """
    made = forecast_volume(
        arrivals, week.monday, zone, weeks=1, slot_days=0, coverage=coverage, is_holiday=is_holiday
    )
    came = Counter(local_day(moment, zone) for moment in arrivals)
    actual = [came[day] for day in days_of(week)]
    errors = [abs(one.tickets.value - seen) for one, seen in zip(made.days, actual, strict=True)]
    inside = [
        one.tickets.low <= seen <= one.tickets.high for one, seen in zip(made.days, actual, strict=True)
    ]
    naive = _naive_error(came, week.monday, made.history_days)
    return ForecastReview(
        week=week,
        forecast=made.weeks[0].tickets,
        actual=sum(actual),
        mase=sum(errors) / 7 / naive if naive else None,
        covered=sum(inside) / 7,
    )


def issue_forecast(
    weekly: Sequence[int],
    exposure: Sequence[float],
    *,
    weeks: int = 4,
    extra: float = 0.0,
    coverage: float = 0.9,
) -> Estimate:
    """Foretell an issue's tickets of the coming weeks together, if nothing is done about it and its level stays.

    Args:
        weekly: its tickets by week since it was first seen, the last week last.
        exposure: of the same weeks; the coming weeks are taken to be like the last.
        weeks: how many weeks to foretell.
        extra: the variation beyond Poisson, from `reports.trends.variation`.
        coverage: of the interval.
    """
    level = filtered(
        np.array(weekly), np.array(exposure, dtype=np.float64), forget=_FORGET_WEEKLY, extra=extra
    )
    return predicted(level, np.full(weeks, float(exposure[-1])), coverage, after=0)


def _factors(
    known: Sequence[date], begin: date, first: date, last: date, is_holiday: Callable[[date], bool]
) -> Floats:
    """The factor of each day from ``begin`` to ``last``: weekday times season."""
    days = [begin + timedelta(days=day) for day in range((last - begin).days + 1)]
    kinds = [_HOLIDAY if is_holiday(day) else day.weekday() for day in days]
    since = max(begin, first - timedelta(days=_WEEKDAY_DAYS))
    tickets = Counter(kinds[(day - begin).days] for day in known if day >= since)
    lengths = Counter(kind for day, kind in zip(days, kinds, strict=True) if since <= day < first)
    usual = max(sum(tickets.values()), 1) / (first - since).days
    weights = [
        (tickets[kind] + _PRIOR_DAYS * usual) / ((lengths[kind] + _PRIOR_DAYS) * usual) for kind in range(7)
    ]
    seasons = season_factors(known, begin, last)
    return np.array([weights[kind] * seasons[day] for day, kind in zip(days, kinds, strict=True)])


def _by_day(
    known: Sequence[date], begin: date, length: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.bincount([(day - begin).days for day in known], minlength=length)


def _naive_error(came: Counter[date], first: date, history: int) -> float:
    days = [first - timedelta(days=back) for back in range(1, history - 6)]
    return sum(abs(came[day] - came[day - timedelta(days=7)]) for day in days) / len(days) if days else 0.0
