"""Which issues come more or less often than they did: exact tests over all issues, with a stated rate of false alarms.

Each issue's last one, two, four and eight weeks are compared with the weeks before, given what could have given
tickets; the smallest of the exact conditional probabilities counts, times the windows tried (Bonferroni). Over all
issues of a week the false-discovery rate is held by Benjamini and Hochberg (JRSS B 57, 1995). Comparing the newest
weeks with an expectation from those before follows Farrington et al. (JRSS A 159, 1996).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from reports.exposure import Exposure
from reports.periods import weeks_until
from reports.rates import Floats, Ints, Observed, at_least, concentration, extra_variation, rate_ratio
from reports.types import Estimate, Issue, Week

_NEVER = 5200  # weeks, a century: a rate below one in that many is called never


@dataclass(frozen=True, slots=True)
class TrendSetting:
    """How sure the report is before it calls an issue growing or fading.

    ``false_discovery`` is the share of wrongly called among the called that is put up with; ``windows`` are the
    numbers of last weeks tried, each against up to ``baseline`` weeks before it, of which ``least_baseline`` must be
    known; with fewer tickets than ``least`` in the last weeks nothing is called growing. ``lookback`` weeks tell how
    much rates vary from week to week.
    """

    false_discovery: float = 0.10
    windows: tuple[int, ...] = (1, 2, 4, 8)
    baseline: int = 12
    least_baseline: int = 4
    least: int = 3
    lookback: int = 36

    @property
    def compared(self) -> int:
        """The weeks that the tests look at."""
        return self.baseline + max(self.windows)


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The tickets of issues by week, the week of the report last.

    ``counts`` and ``exposure`` are (issues, weeks); the exposure is 0 up to and in the week in which an issue was
    first seen, because without a ticket then there would be no issue to look at.
    """

    issues: tuple[str, ...]
    counts: Ints
    exposure: Floats
    of: Exposure


@dataclass(frozen=True, slots=True)
class Trend:
    """What the last ``recent.weeks`` weeks of an issue say against the weeks before.

    ``rise`` and ``fall`` are exact probabilities of such a change by chance, corrected for the windows tried;
    ``rises`` and ``falls`` hold for the false-discovery rate over all issues. ``rate`` is per 1,000 active accounts
    and week, or per 1,000 tickets, as ``of`` says.
    """

    issue_id: str
    recent: Observed
    before: Observed
    ratio: Estimate
    rise: float
    fall: float
    rises: bool
    falls: bool
    rate: float
    rate_before: float
    of: Literal["accounts", "tickets"]
    extra: float = 0.0

    @property
    def expected(self) -> float:
        """Tickets that would have come in the last weeks at the rate before."""
        return self.before.tickets * self.recent.exposure / self.before.exposure


def history_of(
    issues: Sequence[Issue], week: Week, exposure: Exposure, setting: TrendSetting = TrendSetting()
) -> History:
    """Lay the tickets of issues out by week, as far back as the setting looks."""
    weeks = weeks_until(week, max(setting.lookback, setting.compared))
    whole = [exposure.week(one) for one in weeks]
    counts = np.zeros((len(issues), len(weeks)), dtype=np.int64)
    exposed = np.zeros((len(issues), len(weeks)))
    for row, issue in enumerate(issues):
        born = Week.of(issue.first_seen.date())
        for column, one in enumerate(weeks):
            if one > born:
                counts[row, column] = issue.weekly.get(str(one), 0)
                exposed[row, column] = whole[column]
    return History(tuple(issue.id for issue in issues), counts, exposed, exposure)


def trends_of(history: History, setting: TrendSetting = TrendSetting()) -> tuple[Trend, ...]:
    """Test every issue that is old enough; the others have no trend yet."""
    extra = variation(history, setting)
    rise, window = chances(history.counts, history.exposure, setting, extra, rising=True)
    fall, window_of_fall = chances(history.counts, history.exposure, setting, extra, rising=False)
    tested = np.flatnonzero(window > 0)
    rises, falls = (_called(one[tested], setting) for one in (rise, fall))
    found = []
    for place, row in enumerate(tested):
        last = int((window if rise[row] <= fall[row] else window_of_fall)[row])
        recent, before = _windows(history, int(row), last, setting)
        of = history.of
        found.append(
            Trend(
                issue_id=history.issues[row],
                recent=recent,
                before=before,
                ratio=rate_ratio(recent, before, level=0.95, extra=extra),
                rise=float(rise[row]),
                fall=float(fall[row]),
                rises=bool(rises[place]),
                falls=bool(falls[place]),
                rate=of.per_thousand(recent.tickets, recent.exposure),
                rate_before=of.per_thousand(before.tickets, before.exposure),
                of=of.of,
                extra=extra,
            )
        )
    return tuple(found)


def variation(history: History, setting: TrendSetting) -> float:
    """The extra variation of the weeks before the longest window, so that a burst now cannot hide itself."""
    settled = slice(None, -max(setting.windows))
    return extra_variation(history.counts[:, settled], history.exposure[:, settled])


def chances(
    counts: Ints, exposure: Floats, setting: TrendSetting, extra: float, *, rising: bool
) -> tuple[Floats, Ints]:
    """Give for each row the exact chance of such a change if nothing had changed, and the window it was seen in.

    Args:
        counts: (rows, weeks), the last week last.
        exposure: (rows, weeks).
        setting: the windows to try.
        extra: the variation beyond Poisson.
        rising: whether to look for more tickets; else for fewer.

    Returns:
        (rows,) probabilities, 1 where no window can be tested, and (rows,) windows in weeks, 0 there.
    """
    best, window = np.ones(len(counts)), np.zeros(len(counts), dtype=np.int64)
    tried = np.zeros(len(counts))
    for weeks in sorted(setting.windows):
        last, earlier = slice(-weeks, None), slice(-weeks - setting.baseline, -weeks)
        later, before = counts[:, last].sum(1), counts[:, earlier].sum(1)
        exposed, exposed_before = exposure[:, last].sum(1), exposure[:, earlier].sum(1)
        known = (exposure[:, earlier] > 0).sum(1)
        usable = (known >= setting.least_baseline) & (exposure[:, last] > 0).all(1)
        share = np.divide(exposed, exposed + exposed_before, where=usable, out=np.full(len(counts), 0.5))
        together = np.array([concentration(float(one + weeks), extra) for one in known])
        taken = later if rising else later + 1
        chance = at_least(taken, later + before, share, together)
        chance = np.where(later >= setting.least, chance, 1.0) if rising else 1.0 - chance
        tried += usable
        better = usable & ((chance < best) | (window == 0))
        best, window = np.where(better, chance, best), np.where(better, weeks, window)
    return np.minimum(best * np.maximum(tried, 1), 1.0), window


def false_alarms(
    history: History, setting: TrendSetting = TrendSetting(), *, draws: int = 2000, seed: int = 0
) -> float:
    """How many issues a week would be called growing if none had changed.

    The weeks of each issue are drawn anew given its total, which is their exact distribution where nothing changes
    (multinomial, or Dirichlet-multinomial under extra variation), and go through the same tests. That counts in how
    few the values are that a small count can take, which makes exact tests rarer in their alarms than they promise.
    """
    extra, random = variation(history, setting), np.random.default_rng(seed)
    _, window = chances(history.counts, history.exposure, setting, extra, rising=True)
    rows = np.flatnonzero(window > 0)
    if not len(rows):
        return 0.0
    counts, exposure = history.counts[rows, -setting.compared :], history.exposure[rows, -setting.compared :]
    drawn = [_redrawn(*one, extra, draws, random) for one in zip(counts, exposure, strict=True)]
    exposed = np.tile(exposure, (draws, 1))
    counts = np.stack(drawn, axis=1).reshape(exposed.shape)  # all issues of a draw, then of the next
    chance, _ = chances(counts, exposed, setting, extra, rising=True)
    return float(_called(chance.reshape(draws, len(rows)), setting).sum() / draws)


def false_alarm_line(alarms: float) -> str:
    """Say how often the setting raises a false alarm, as it is printed under the table of issues."""
    if alarms * _NEVER < 1:
        return "At this setting expect practically no false alarm: the counts are too small to raise one."
    weeks = round(1 / alarms)
    if weeks <= 1:
        return f"At this setting expect about {alarms:.1f} false alarms every week."
    return f"At this setting expect about one false alarm in {weeks} weeks."


def _called(chance: Floats, setting: TrendSetting) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    if not chance.size:
        return np.zeros(chance.shape, dtype=np.bool_)
    from scipy.stats import false_discovery_control

    adjusted = false_discovery_control(chance, axis=-1, method="bh")
    return np.asarray(adjusted <= setting.false_discovery)


def _windows(history: History, row: int, weeks: int, setting: TrendSetting) -> tuple[Observed, Observed]:
    counts, exposure = history.counts[row], history.exposure[row]
    earlier = slice(-weeks - setting.baseline, -weeks)
    known = int((exposure[earlier] > 0).sum())
    return (
        Observed(int(counts[-weeks:].sum()), float(exposure[-weeks:].sum()), weeks),
        Observed(int(counts[earlier].sum()), float(exposure[earlier].sum()), known),
    )


def _redrawn(counts: Ints, exposure: Floats, extra: float, draws: int, random: np.random.Generator) -> Ints:
    shares = exposure / exposure.sum()
    if not extra:
        return random.multinomial(int(counts.sum()), shares, size=draws)
    shape = concentration(float((exposure > 0).sum()), extra) * shares
    rates = random.gamma(np.maximum(shape, math.ulp(1.0)), size=(draws, len(shape))) * (exposure > 0)
    return random.multinomial(int(counts.sum()), rates / rates.sum(1, keepdims=True))
