"""What came, what is to come, and the agents it takes."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

from reports.errors import NothingToReport
from reports.forecast import ForecastReview, VolumeForecast, forecast_volume, review_forecast
from reports.impact import agent_minutes
from reports.periods import weeks_until, within
from reports.report import DayAgents, VolumeSection, WeekPoint
from reports.staffing import SlotStaffing, staff_slots
from reports.types import Week
from reports.weekly.material import Material

_HISTORY = 12
_MEASURED = timedelta(weeks=4)  # whose tickets tell how long one takes
_WEEKS_OF_PAST = 3  # before which a forecast would be a guess


def volume_section(material: Material) -> VolumeSection:
    """Give past and future volume; without a forecast while less than three weeks are known."""
    arrivals = [one.created_at for one in material.tickets if one.created_at]
    first = material.today + timedelta(days=1)
    history = _history(material)
    if not arrivals or (first - material.day_of(material.tickets[0])).days < 7 * _WEEKS_OF_PAST:
        return VolumeSection(history=history, assumptions="Too few weeks are known for a forecast.")
    made = forecast_volume(arrivals, first, material.zone)
    each = _minutes_a_ticket(material)
    promise = material.sources.promise
    return VolumeSection(
        history=history,
        weeks=made.weeks,
        days=made.days[:7],
        agents=_agents(material, made, each),
        review=_review(material),
        promise=f"As many agents as answer {promise.share:.0%} of tickets within {promise.minutes:g} minutes.",
        assumptions=(
            f"{each:.0f} minutes of work a ticket, as in the last four weeks; 30 % of paid time away from the queue;"
            " tickets are answered around the clock in the half hours in which they come."
        ),
    )


def _history(material: Material) -> tuple[WeekPoint, ...]:
    by_week: dict[Week, list[str]] = defaultdict(list)
    for ticket in material.tickets:
        by_week[Week.of(material.day_of(ticket))].append(ticket.id)
    return tuple(
        WeekPoint(week, len(by_week[week]), tuple(by_week[week]))
        for week in weeks_until(material.week, _HISTORY)
    )


def _minutes_a_ticket(material: Material) -> float:
    since = material.window.end - _MEASURED
    recent = [one for one in material.tickets if within(one.created_at, since, material.window.end)]
    if not recent:
        return material.sources.time.usual
    return max((agent_minutes(recent, material.sources.time).value or 0.0) / len(recent), 1.0)


def _agents(material: Material, made: VolumeForecast, each: float) -> tuple[DayAgents, ...]:
    by_day: dict[date, list[SlotStaffing]] = defaultdict(list)
    for slot in staff_slots(made.slots, each, material.sources.promise):
        by_day[slot.begins.date()].append(slot)
    tickets = {one.day: one.tickets for one in made.days}
    found = []
    for day, slots in sorted(by_day.items()):
        busiest = max(slots, key=lambda slot: (slot.arrivals, -slot.begins.timestamp()))
        found.append(
            DayAgents(
                day,
                tickets[day],
                busiest.begins,
                busiest.needed.agents,
                busiest.needed.rostered,
                busiest.on_a_busy_day.agents,
            )
        )
    return tuple(found)


def _review(material: Material) -> ForecastReview | None:
    """How the week was foretold from what came before it."""
    arrivals = [one.created_at for one in material.tickets if one.created_at]
    before = Counter(material.day_of(one) < material.week.monday for one in material.tickets)
    if material.today < material.week.monday + timedelta(days=6) or before[True] == 0:
        return None
    try:
        return review_forecast(arrivals, material.week, material.zone)
    except NothingToReport:
        return None
