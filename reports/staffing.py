"""How many agents a promise needs: Erlang's C formula over the arrivals of each half hour.

Sources: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic
telephone exchanges", 1917; G. Koole, "Call Center Optimization", 2013. Tickets wait in one queue and none gives up,
so that the numbers are a little on the safe side for chats and calls; for mail, whose work can be put off, they say
what answering within the target would take.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.forecast import SlotForecast


@dataclass(frozen=True, slots=True)
class Promise:
    """``share`` of tickets answered within ``minutes``; agents busy at most ``occupancy`` of their time."""

    share: float = 0.8
    minutes: float = 60.0
    occupancy: float = 0.9


@dataclass(frozen=True, slots=True)
class Staffing:
    """Agents at work, and ``rostered`` to have them there; what they would keep, and the mean wait in minutes."""

    agents: int
    rostered: int
    answered_in_time: float
    occupancy: float
    mean_wait: float


@dataclass(frozen=True, slots=True)
class SlotStaffing:
    """The agents of a slot for its expected arrivals, and ``on_a_busy_day`` for the upper end of their interval."""

    begins: datetime
    arrivals: float
    needed: Staffing
    on_a_busy_day: Staffing


def waiting_probability(agents: int, load: float) -> float:
    """Erlang C: the chance that a ticket finds all agents busy.

    Args:
        agents: at work.
        load: minutes of work that arrive in a minute (erlangs).
    """
    if agents <= load:
        return 1.0
    if not load:
        return 0.0
    from scipy.stats import poisson

    blocked = float(poisson.pmf(agents, load) / poisson.cdf(agents, load))  # Erlang B
    return blocked / (1 - load / agents * (1 - blocked))


def answered_within(agents: int, load: float, handle_minutes: float, minutes: float) -> float:
    """The share of tickets whose answer begins within so many minutes; 0 where work grows faster than it is done."""
    if agents <= load:
        return 0.0 if load else 1.0
    return 1.0 - waiting_probability(agents, load) * math.exp(-(agents - load) * minutes / handle_minutes)


def agents_needed(
    arrivals: float,
    handle_minutes: float,
    promise: Promise = Promise(),
    *,
    shrinkage: float = 0.3,
    slot_minutes: int = 30,
) -> Staffing:
    """Give the fewest agents that keep the promise.

    Args:
        arrivals: tickets in a slot.
        handle_minutes: an agent's mean minutes for a ticket.
        promise: what to keep.
        shrinkage: the share of paid time away from the queue: breaks, meetings, illness.
        slot_minutes: the length of a slot.

    Raises:
        ValueError: a figure makes no sense; all are named.
    """
    _checked(arrivals, handle_minutes, promise, shrinkage, slot_minutes)
    load = arrivals * handle_minutes / slot_minutes
    agents = math.ceil(load / promise.occupancy)
    while answered_within(agents, load, handle_minutes, promise.minutes) < promise.share:
        agents += 1
    waits = waiting_probability(agents, load) * handle_minutes / (agents - load) if load else 0.0
    return Staffing(
        agents=agents,
        rostered=math.ceil(agents / (1 - shrinkage)),
        answered_in_time=answered_within(agents, load, handle_minutes, promise.minutes),
        occupancy=load / agents if agents else 0.0,
        mean_wait=waits,
    )


def staff_slots(
    slots: Sequence[SlotForecast],
    handle_minutes: float,
    promise: Promise = Promise(),
    *,
    shrinkage: float = 0.3,
    slot_minutes: int = 30,
) -> tuple[SlotStaffing, ...]:
    """Give the agents for each slot of a forecast."""

    def needed(arrivals: float) -> Staffing:
        return agents_needed(
            arrivals, handle_minutes, promise, shrinkage=shrinkage, slot_minutes=slot_minutes
        )

    return tuple(
        SlotStaffing(slot.begins, slot.tickets.value, needed(slot.tickets.value), needed(slot.tickets.high))
        for slot in slots
    )


def _checked(
    arrivals: float, handle_minutes: float, promise: Promise, shrinkage: float, slot_minutes: int
) -> None:
    faults = [
        text
        for wrong, text in (
            (not 0 <= arrivals < math.inf, f"{arrivals} arrivals; give 0 or more"),
            (not handle_minutes > 0, f"{handle_minutes} minutes for a ticket; give more than 0"),
            (not 0 < promise.share < 1, f"a share of {promise.share} in time; give one between 0 and 1"),
            (not promise.minutes >= 0, f"a target of {promise.minutes} minutes; give 0 or more"),
            (not 0 < promise.occupancy < 1, f"an occupancy of {promise.occupancy}; give one between 0 and 1"),
            (not 0 <= shrinkage < 1, f"a shrinkage of {shrinkage}; give 0 or more, below 1"),
            (not slot_minutes > 0, f"slots of {slot_minutes} minutes; give more than 0"),
        )
        if wrong
    ]
    if faults:
        raise ValueError("; ".join(faults))
