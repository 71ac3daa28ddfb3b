"""The tickets of issues by week, beside what could have given tickets: what trends are tested on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.exposure import Exposure
from reports.periods import shifted, weeks_until
from reports.rates import Floats, Ints
from reports.types import Issue, Week


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The tickets of issues by week, the week of the report last.

    All are (issues, weeks). ``exposure`` is 0 in weeks with which a rise is not compared; ``lived`` also in and before
    the week in which the issue came up, because a fall is one of what was there.
    """

    issues: tuple[str, ...]
    counts: Ints
    exposure: Floats
    lived: Floats
    of: Exposure

    def compared(self, *, rising: bool) -> Floats:
        """The exposure of the weeks that a rise, or a fall, is tested on."""
        return self.exposure if rising else self.lived


def history_of(
    issues: Sequence[Issue], week: Week, exposure: Exposure, known_from: Week, weeks: int, young: int
) -> History:
    """Lay the tickets of issues out, as far back as ``weeks``.

    A young issue's rise is compared with the weeks without it: given how many tickets it has, they might have come in
    any week. An older one is compared with its own life, so that it is not called growing for having begun.

    Args:
        issues: the rows.
        week: the last column.
        exposure: of every week.
        known_from: the first week of which any tickets are known; it may be a part of one and counts nothing.
        weeks: the number of columns.
        young: for how many weeks an issue is compared with the weeks before it came up.
    """
    looked_at = weeks_until(week, weeks)
    whole = [exposure.week(one) for one in looked_at]
    counts = np.zeros((len(issues), weeks), dtype=np.int64)
    exposed, lived = np.zeros((2, len(issues), weeks))
    for row, issue in enumerate(issues):
        born = Week.of(issue.first_seen.date())
        begun = known_from if born > shifted(week, -young) else born
        for column, one in enumerate(looked_at):
            lived[row, column] = whole[column] * (one > born)
            if one > begun:
                counts[row, column] = issue.weekly.get(str(one), 0)
                exposed[row, column] = whole[column]
    return History(tuple(issue.id for issue in issues), counts, exposed, lived, exposure)
