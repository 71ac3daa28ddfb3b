"""At what time of the day tickets come: the share of each slot, by weekday."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAYS = 84  # the profile is that of the last twelve weeks
_PRIOR_DAY = 20.0  # tickets of the usual day that each weekday's profile is given beforehand
_PRIOR_SLOT = 5.0  # tickets spread evenly over the usual day beforehand


@dataclass(frozen=True, slots=True, eq=False)
class SlotShares:
    """What share of a day's tickets comes in each slot; few tickets on a weekday lean on the usual day."""

    minutes: int
    by_slot: Mapping[int, float]
    by_weekday: Mapping[tuple[int, int], int]
    of_weekday: Mapping[int, int]

    @classmethod
    def of(cls, local: Sequence[datetime], first: date, minutes: int) -> SlotShares:
        """Count the slots of tickets before ``first``, given in the team's zone."""
        since = first - timedelta(days=_DAYS)
        late = [moment for moment in local if moment.date() >= since]
        slots, usual = 24 * 60 // minutes, Counter(_slot(moment, minutes) for moment in late)
        total = len(late) + _PRIOR_SLOT
        return cls(
            minutes,
            {slot: (usual[slot] + _PRIOR_SLOT / slots) / total for slot in range(slots)},
            Counter((moment.weekday(), _slot(moment, minutes)) for moment in late),
            Counter(moment.weekday() for moment in late),
        )

    def share(self, begins: datetime) -> float:
        """The share of the slot that begins then, of that day's tickets."""
        slot, weekday = _slot(begins, self.minutes), begins.weekday()
        counted = self.by_weekday.get((weekday, slot), 0) + _PRIOR_DAY * self.by_slot[slot]
        return counted / (self.of_weekday.get(weekday, 0) + _PRIOR_DAY)


def slots_of_day(day: date, zone: tzinfo, minutes: int) -> list[datetime]:
    """The moments at which the slots of a day begin; a day on which the clock changes has more or fewer."""
    moment = datetime.combine(day, time(0), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)
    slots = []
    while moment < end:
        slots.append(moment.astimezone(zone))
        moment += timedelta(minutes=minutes)
    return slots


def _slot(moment: datetime, minutes: int) -> int:
    return (moment.hour * 60 + moment.minute) // minutes
