"""Which issues come more or less often than they did: exact tests over all issues, with a stated rate of false alarms.

Each issue's last one, two, four and eight weeks are compared with the weeks before, given what could have given
tickets; the smallest of the exact conditional probabilities counts, times the windows tried (Bonferroni). Over all
issues of a week the false-discovery rate is held by Benjamini and Hochberg (JRSS B 57, 1995), among those issues whose
few tickets could show a change at all (Gilbert, JRSS C 54, 2005). Comparing the newest weeks with an expectation from
those before follows Farrington et al. (JRSS A 159, 1996).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reports.history import History
from reports.rates import Floats, Ints, Observed, at_least, concentration, extra_variation, rate_ratio
from reports.types import Estimate

_SILENT = 2  # weeks without a ticket, after which nothing is growing


@dataclass(frozen=True, slots=True)
class TrendSetting:
    """How sure the report is before it calls an issue growing or fading.

    ``false_discovery`` is the share of wrongly called among the called that is put up with; ``windows`` are the
    numbers of last weeks tried, each against up to ``baseline`` weeks before it. Of these ``least_baseline`` must be
    known for a rise, and the issue must have lived through ``least_lived`` for a fall; with fewer tickets than
    ``least`` in the last weeks nothing is called growing. ``lookback`` weeks tell how much rates vary between weeks.
    """

    false_discovery: float = 0.10
    windows: tuple[int, ...] = (1, 2, 4, 8)
    baseline: int = 12
    least_baseline: int = 4
    least_lived: int = 2
    least: int = 3
    lookback: int = 36

    @property
    def compared(self) -> int:
        """The weeks that the tests look at."""
        return self.baseline + max(self.windows)


@dataclass(frozen=True, slots=True)
class Trend:
    """What the last ``recent.weeks`` weeks of an issue say against the weeks before.

    ``rise`` and ``fall`` are exact probabilities of such a change by chance, corrected for the windows tried;
    ``rising`` says of which of the two the weeks are shown, and ``rises`` or ``falls`` that it holds for the
    false-discovery rate over all issues. ``rate`` is per 1,000 active accounts
    and week, or per 1,000 tickets, as ``of`` says.
    """

    issue_id: str
    recent: Observed
    before: Observed
    ratio: Estimate
    rise: float
    fall: float
    rising: bool
    rises: bool
    falls: bool
    rate: float
    rate_before: float
    of: Literal["accounts", "tickets"]
    extra: float = 0.0

    @property
    def chance(self) -> float:
        """The probability of the change that is shown, by chance alone."""
        return self.rise if self.rising else self.fall

    @property
    def expected(self) -> float:
        """Tickets that would have come in the last weeks at the rate before."""
        return self.before.tickets * self.recent.exposure / self.before.exposure


def trends_of(history: History, setting: TrendSetting = TrendSetting()) -> tuple[Trend, ...]:
    """Test every issue that is old enough; the others have no trend yet."""
    extra = variation(history, setting)
    rise, window = chances(history.counts, history.exposure, setting, extra, rising=True)
    fall, window_of_fall = chances(history.counts, history.lived, setting, extra, rising=False)
    tested = np.flatnonzero((window > 0) | (window_of_fall > 0))
    rises, falls = (
        called(one[tested], least_chances(history, setting, extra, rising=rising)[tested], setting)
        for one, rising in ((rise, True), (fall, False))
    )
    found = []
    for place, row in enumerate(tested):
        over = _is_over(history.counts[row], falls[place], window_of_fall[row], window[row])
        rising = bool(window[row] and (rise[row] <= fall[row] or not window_of_fall[row])) and not over
        last = int((window if rising else window_of_fall)[row])
        recent, before = _windows(history, int(row), last, setting, rising=rising)
        of = history.of
        found.append(
            Trend(
                issue_id=history.issues[row],
                recent=recent,
                before=before,
                ratio=rate_ratio(recent, before, level=0.95, extra=extra),
                rise=float(rise[row]),
                fall=float(fall[row]),
                rising=rising,
                rises=bool(rises[place]) and rising,
                falls=bool(falls[place]) and not rising,
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
        exposure: (rows, weeks); weeks of none are not looked at.
        setting: the windows to try.
        extra: the variation beyond Poisson.
        rising: whether to look for more tickets; else for fewer.

    Returns:
        (rows,) probabilities, 1 where no window can be tested, and (rows,) windows in weeks, 0 there.
    """
    best, window = np.ones(len(counts)), np.zeros(len(counts), dtype=np.int64)
    tried, counts = np.zeros(len(counts)), counts * (exposure > 0)
    least = setting.least_baseline if rising else setting.least_lived
    for weeks in sorted(setting.windows):
        last, earlier = slice(-weeks, None), slice(-weeks - setting.baseline, -weeks)
        later, before = counts[:, last].sum(1), counts[:, earlier].sum(1)
        exposed, exposed_before = exposure[:, last].sum(1), exposure[:, earlier].sum(1)
        known = (exposure[:, earlier] > 0).sum(1)
        usable = (known >= least) & (exposure[:, last] > 0).all(1)
        share = np.divide(exposed, exposed + exposed_before, where=usable, out=np.full(len(counts), 0.5))
        together = np.array([concentration(float(one + weeks), extra) for one in known])
        taken = later if rising else later + 1
        chance = at_least(taken, later + before, share, together)
        chance = np.where(later >= setting.least, chance, 1.0) if rising else 1.0 - chance
        tried += usable
        better = usable & ((chance < best) | (window == 0))
        best, window = np.where(better, chance, best), np.where(better, weeks, window)
    return np.minimum(best * np.maximum(tried, 1), 1.0), window


def least_chances(history: History, setting: TrendSetting, extra: float, *, rising: bool) -> Floats:
    """Give for each issue the smallest chance that its tickets could have, had they all come when it counts most."""
    looked_at = slice(-setting.compared, None)
    exposure = history.compared(rising=rising)[:, looked_at]
    counts = history.counts[:, looked_at] * (exposure > 0)
    least = np.ones(len(counts))
    for place in (0,) if rising else setting.windows:
        extreme = np.zeros_like(counts)
        extreme[:, -1 - place] = counts.sum(1)
        least = np.minimum(least, chances(extreme, exposure, setting, extra, rising=rising)[0])
    return least


def called(chance: Floats, least: Floats, setting: TrendSetting) -> NDArray[np.bool_]:
    """Which chances hold for the false-discovery rate over all issues.

    Args:
        chance: (..., issues).
        least: (issues,), from `least_chances`: issues that cannot show a change are not among those tested.
        setting: the rate.
    """
    tested = least <= setting.false_discovery / _enough(least, setting.false_discovery)
    found = np.zeros(chance.shape, dtype=np.bool_)
    if chance.size and tested.any():
        from scipy.stats import false_discovery_control

        adjusted = false_discovery_control(chance[..., tested], axis=-1, method="bh")
        found[..., tested] = adjusted <= setting.false_discovery
    return found


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
    possible = least_chances(history, setting, extra, rising=True)[rows]
    return float(called(chance.reshape(draws, len(rows)), possible, setting).sum() / draws)


def _is_over(counts: Ints, falls: bool, window_of_fall: int, window_of_rise: int) -> bool:
    """Whether a rise lies in the past: a later fall holds, or nothing came lately."""
    return bool(
        window_of_fall and ((falls and window_of_fall < window_of_rise) or not counts[-_SILENT:].any())
    )


def _enough(least: Floats, level: float) -> int:
    """The smallest number of tests that is not exceeded by those which could hold at a level shared among so many."""
    return next((k for k in range(1, len(least)) if (least <= level / k).sum() <= k), max(len(least), 1))


def _windows(
    history: History, row: int, weeks: int, setting: TrendSetting, *, rising: bool
) -> tuple[Observed, Observed]:
    exposure = history.compared(rising=rising)[row]
    counts = history.counts[row] * (exposure > 0)
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
