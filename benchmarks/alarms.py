"""``python -m benchmarks alarms``: how often nothing is called something, and how soon a rise or a fix is seen.

Weekly counts of a company's issues are drawn and go through the tests of the weekly report, week by week.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import Column, Table, show, tell
from reports.exposure import Exposure
from reports.history import History
from reports.trends import TrendSetting, called, chances, false_alarms, least_chances, variation
from reports.verification import verify_fix

Ints = NDArray[np.int64]
RATES = (1.0,) * 8 + (2.0,) * 6 + (5.0,) * 4 + (10.0,) * 2  # tickets a week of each issue
WEEKS = 26
SETTING = TrendSetting()
PATIENCE = 12  # weeks in which a rise has to be found
FACTORS = (2.0, 3.0)
_DRAWS = 1000
_EVERY = 10  # of so many histories one has its rate of false alarms computed, at its last week
_EXPOSURE = Exposure("accounts", {})


@dataclass(frozen=True, slots=True)
class Alarms:
    """A week: issues called growing though nothing changed, those newly called, and what was printed."""

    called: float
    newly: float
    printed: float


def quiet_weeks(histories: int, extra: float, seed: int, setting: TrendSetting = SETTING) -> Alarms:
    """Count false alarms in histories in which nothing changes."""
    random, printed = np.random.default_rng(seed), []
    called = newly = 0
    for number in range(histories):
        counts = drawn(np.tile(RATES, (setting.lookback + WEEKS, 1)).T, extra, random)
        before = np.zeros(len(RATES), dtype=np.bool_)
        for week in range(WEEKS + 1):
            history = _history(counts[:, week : week + setting.lookback])
            growing = growing_now(history, setting)
            if week:  # the first says what was called before
                called += int(growing.sum())
                newly += int((growing & ~before).sum())
            before = growing
        if number % _EVERY == 0:
            printed.append(false_alarms(history, setting, draws=_DRAWS, seed=number))
    weeks = histories * WEEKS
    return Alarms(called / weeks, newly / weeks, float(np.mean(printed)))


def weeks_until_found(
    rate: float,
    factor: float,
    histories: int,
    extra: float,
    seed: int,
    setting: TrendSetting = SETTING,
) -> list[int | None]:
    """In which week after a lasting rise each history shows it; None where `PATIENCE` weeks do not."""
    random, row = np.random.default_rng(seed), RATES.index(rate)
    rates = np.tile(RATES, (setting.lookback + PATIENCE, 1)).T
    rates[row, setting.lookback :] *= factor
    found: list[int | None] = []
    for _ in range(histories):
        counts = drawn(rates, extra, random)
        weeks = (
            week
            for week in range(1, PATIENCE + 1)
            if growing_now(_history(counts[:, week : week + setting.lookback]), setting)[row]
        )
        found.append(next(weeks, None))
    return found


def weeks_until_verdict(
    rate: float, left: float, histories: int, seed: int
) -> tuple[list[int | None], list[int | None]]:
    """For fixes after which a share ``left`` of tickets remains: the week of "verified", and of "not fixed"."""
    random, start = np.random.default_rng(seed), date(2026, 1, 5)
    fixed = start + timedelta(weeks=12)
    length = 7 * (12 + PATIENCE) + 1
    exposure = Exposure("accounts", {start + timedelta(days=day): 100.0 for day in range(length)})
    by_day = np.array([rate / 7 * (left if day > 84 else 1.0) for day in range(length)])
    verified: list[int | None] = []
    refuted: list[int | None] = []
    for _ in range(histories):
        counts = random.poisson(by_day)
        days = [start + timedelta(days=int(day)) for day in np.repeat(np.arange(length), counts)]
        verdicts = [_verdict(days, fixed, week, start, exposure) for week in range(1, PATIENCE + 1)]
        verified.append(next((week for week, one in enumerate(verdicts, 1) if one == "verified"), None))
        refuted.append(next((week for week, one in enumerate(verdicts, 1) if one == "not_fixed"), None))
    return verified, refuted


def drawn(rates: NDArray[np.float64], extra: float, random: np.random.Generator) -> Ints:
    """Draw (issues, weeks) counts: Poisson, or negative binomial with rates that vary by ``extra`` squared."""
    varied = rates * random.gamma(1 / extra, extra, rates.shape) if extra else rates
    return random.poisson(varied)


def growing_now(history: History, setting: TrendSetting) -> NDArray[np.bool_]:
    """Which issues the report would call growing."""
    extra = variation(history, setting)
    chance, _ = chances(history.counts, history.exposure, setting, extra, rising=True)
    return called(chance, least_chances(history, setting, extra, rising=True), setting)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks alarms", description=__doc__)
    parser.add_argument("table", nargs="?", choices=("alarms", "rises", "fixes"), help="default: all three")
    parser.add_argument("--histories", type=int, default=1000, help="without a change (default: 1000)")
    parser.add_argument(
        "--planted", type=int, default=200, help="histories of each rise or fix (default: 200)"
    )
    parser.add_argument(
        "--extra",
        type=float,
        nargs="+",
        default=(0.0, 0.1, 0.3),
        help="squared coefficients of variation of the weekly rates, for false alarms (default: 0 0.1 0.3)",
    )
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    makers: dict[str, Callable[[], Table]] = {
        "alarms": lambda: alarm_table(chosen.histories, chosen.extra, chosen.seed),
        "rises": lambda: rise_table(chosen.planted, chosen.seed),
        "fixes": lambda: fix_table(chosen.planted, chosen.seed),
    }
    for name in [chosen.table] if chosen.table else makers:
        show(makers[name]())
    return 0


def alarm_table(histories: int, extras: Sequence[float], seed: int) -> Table:
    """False alarms beside the printed rate, with and without variation beyond chance."""
    rows = []
    for extra in extras:
        tell(f"{histories} quiet histories, extra variation {extra:g} ...")
        found = quiet_weeks(histories, extra, seed)
        rows.append(
            (
                f"{extra:g}",
                found.called,
                found.printed,
                _weeks(found.called),
                _weeks(found.printed),
                found.newly,
            )
        )
    columns = (
        Column("extra variation"),
        Column("alarms a week", 4),
        Column("printed", 4),
        Column("one in weeks", 1),
        Column("printed", 1),
        Column("new alarms a week", 4),
    )
    notes = (
        f"{len(RATES)} issues at 1 to 10 tickets a week over {WEEKS} weeks in each of {histories} histories.",
        "extra variation: squared coefficient of variation of the weekly rates. new: not called the week before.",
    )
    return Table("False alarms where nothing changes", columns, tuple(rows), notes)


def rise_table(histories: int, seed: int) -> Table:
    """Weeks until a lasting rise is called growing."""
    rows = []
    for rate in sorted(set(RATES)):
        for factor in FACTORS:
            tell(f"{rate:g} a week, {factor:g} times ...")
            found = weeks_until_found(rate, factor, histories, 0.0, seed)
            rows.append((f"{rate:g} a week, {factor:g} times", *_shares(found, (1, 2, 4, 8, PATIENCE))))
    columns = (
        Column("rise"),
        Column("median week", 1),
        *(Column(f"found by {week}", 2) for week in (1, 2, 4, 8, PATIENCE)),
    )
    notes = (
        f"{histories} histories each, one issue of {len(RATES)} rising; a dash where half are never found.",
    )
    return Table("Weeks until a lasting rise is found", columns, tuple(rows), notes)


def fix_table(histories: int, seed: int) -> Table:
    """Weeks until a fix is verified, or said not to have worked."""
    rows = []
    for rate in sorted(set(RATES)):
        for left in (0.0, 0.2, 1.0):
            verified, refuted = weeks_until_verdict(rate, left, histories, seed)
            shares = _shares(verified, (2, 4, 8, PATIENCE))
            rows.append((f"{rate:g} a week, {left:.0%} left", *shares, *_shares(refuted, (PATIENCE,))))
    columns = (
        Column("fix"),
        Column("verified: median week", 1),
        *(Column(f"by {week}", 2) for week in (2, 4, 8, PATIENCE)),
        Column("not fixed: median week", 1),
        Column(f"by {PATIENCE}", 2),
    )
    notes = (f"{histories} histories each, twelve weeks before the fix; looked at every week.",)
    return Table("Weeks until a fix is judged", columns, tuple(rows), notes)


def _shares(found: Sequence[int | None], by: Sequence[int]) -> tuple[float | None, ...]:
    weeks = np.array([np.inf if week is None else week for week in found])
    median = float(np.median(weeks)) if (weeks < np.inf).mean() > 0.5 else None
    return (median, *(float((weeks <= week).mean()) for week in by))


def _weeks(alarms: float) -> float | None:
    return 1 / alarms if alarms else None


def _history(counts: Ints) -> History:
    always = np.ones(counts.shape)
    return History(tuple(map(str, range(len(counts)))), counts, always, always, _EXPOSURE)


def _verdict(days: Sequence[date], fixed: date, week: int, start: date, exposure: Exposure) -> str:
    return verify_fix(days, fixed, fixed + timedelta(weeks=week), exposure, first_seen=start).verdict
