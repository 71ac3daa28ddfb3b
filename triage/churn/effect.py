"""What acting on flags was worth: an estimate with an interval, and what it does and does not show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from triage.features.heads import Floats

NEAREST = 3  # comparable accounts for each
CALIPER = 0.05  # the farthest that two risks may lie apart
FEWEST = 10
DRAWS, DRAWS_NEAREST = 2000, 300


@dataclass(frozen=True, slots=True)
class Observed:
    """An account at a moment whose outcome is known: its risk then, what was done, whether it left."""

    account_id: str
    risk: float
    left: bool
    shown: bool = False  # a flag was raised and people saw it
    acted: bool = False
    withheld: bool = False  # a flag was raised and by lot shown to nobody


@dataclass(frozen=True, slots=True)
class Effect:
    """How many fewer accounts left, as a share: positive where acting kept them. None where too little is known.

    ``method`` is ``"lot"`` (flags shown against flags withheld by lot) or ``"nearest"`` (accounts acted for against
    accounts of like risk that were not flagged).
    """

    method: Literal["lot", "nearest"]
    kept: float | None
    low: float | None
    high: float | None
    treated: int
    compared: int
    sentence: str


def effect_of_acting(observed: Sequence[Observed], *, days: int = 90, seed: int = 0) -> tuple[Effect, ...]:
    """Estimate the effect in each way that the data allow; the lot comes first, because it alone shows a cause.

    The interval (95 %) is a bootstrap over accounts with a fixed seed.
    """
    effects = []
    if any(one.withheld for one in observed):
        effects.append(_by_lot(observed, days, seed))
    return (*effects, _by_nearest(observed, days, seed))


def _by_lot(observed: Sequence[Observed], days: int, seed: int) -> Effect:
    shown = [one for one in observed if one.shown]
    withheld = [one for one in observed if one.withheld]
    if min(len(shown), len(withheld)) < FEWEST:
        return _too_few("lot", len(shown), len(withheld))
    random = np.random.default_rng(seed)
    left, others = (_by_account(group) for group in (shown, withheld))
    drawn = _drawn_rates(others, random) - _drawn_rates(left, random)
    kept = float(others[:, 0].sum() / others[:, 1].sum() - left[:, 0].sum() / left[:, 1].sum())
    return _effect("lot", kept, drawn, (len(shown), len(withheld)), days)


def _by_nearest(observed: Sequence[Observed], days: int, seed: int) -> Effect:
    pool = [one for one in observed if not one.shown and not one.withheld]
    pairs = [(one, near) for one in observed if one.acted and (near := _near(one, pool))]
    compared = {other.account_id for _, near in pairs for other in near}
    treated = {one.account_id for one, _ in pairs}
    if min(len(treated), len(compared)) < FEWEST:
        return _too_few("nearest", len(pairs), len(compared))
    random = np.random.default_rng(seed)
    drawn = [
        _gain(pairs, _drawn(sorted(treated), random), _drawn(sorted(compared), random))
        for _ in range(DRAWS_NEAREST)
    ]
    kept = _gain(pairs, dict.fromkeys(treated, 1), dict.fromkeys(compared, 1))
    return _effect("nearest", kept, np.array(drawn)[~np.isnan(drawn)], (len(pairs), len(compared)), days)


def _drawn(accounts: Sequence[str], random: np.random.Generator) -> dict[str, int]:
    counts = np.bincount(random.integers(0, len(accounts), len(accounts)), minlength=len(accounts))
    return dict(zip(accounts, counts.tolist(), strict=True))


def _gain(
    pairs: Sequence[tuple[Observed, list[Observed]]], treated: Mapping[str, int], compared: Mapping[str, int]
) -> float:
    """Give the mean difference; the compared are drawn too, because one of them may stand for many."""
    total, weight = 0.0, 0
    for one, near in pairs:
        there = sum(compared[other.account_id] for other in near)
        if there and (times := treated[one.account_id]):
            rate = sum(compared[other.account_id] * other.left for other in near) / there
            total, weight = total + times * (rate - one.left), weight + times
    return total / weight if weight else float("nan")


def _near(one: Observed, pool: Sequence[Observed]) -> list[Observed]:
    close = [
        other
        for other in pool
        if abs(other.risk - one.risk) <= CALIPER and other.account_id != one.account_id
    ]
    if len(close) > NEAREST:
        # Accounts of the same distance count alike: the order of the file decides nothing.
        farthest = sorted(abs(other.risk - one.risk) for other in close)[NEAREST - 1]
        close = [other for other in close if abs(other.risk - one.risk) <= farthest]
    return close


def _by_account(group: Sequence[Observed]) -> Floats:
    """Give (accounts, 2): how often each left, and how often it was observed."""
    found: dict[str, list[float]] = {}
    for one in group:
        counts = found.setdefault(one.account_id, [0.0, 0.0])
        counts[0] += one.left
        counts[1] += 1
    return np.array(list(found.values()))


def _drawn_rates(counts: Floats, random: np.random.Generator) -> Floats:
    drawn = counts[random.integers(0, len(counts), (DRAWS, len(counts)))].sum(axis=1)
    return np.asarray(drawn[:, 0] / drawn[:, 1])


def _effect(
    method: Literal["lot", "nearest"], kept: float, drawn: Floats, counts: tuple[int, int], days: int
) -> Effect:
    low, high = (float(edge) for edge in np.quantile(drawn, (0.025, 0.975)))
    direction = "fewer" if kept >= 0 else "more"
    span = (
        f"Within {days} days {abs(kept):.1%} {direction} of them left "
        f"(95 % interval {low:+.1%} to {high:+.1%} kept)."
    )
    clear = "" if low > 0 or high < 0 else " The interval holds zero: this may be luck."
    return Effect(
        method,
        kept,
        low,
        high,
        *counts,
        f"{_COMPARED[method].format(*counts)} {span}{clear} {_SHOWS[method]}",
    )


def _too_few(method: Literal["lot", "nearest"], treated: int, compared: int) -> Effect:
    few = f"That is too few to say anything: at least {FEWEST} of each are needed."
    sentence = f"{_COMPARED[method].format(treated, compared)} {few}"
    return Effect(method, None, None, None, treated, compared, sentence)


_COMPARED = {
    "lot": "{} flags that people saw, beside {} withheld by lot.",
    "nearest": "{} flags that were acted on, beside {} accounts of like risk that were not flagged.",
}
_SHOWS = {
    "lot": "Because a lot decided, the difference is what showing flags does, whether or not they were acted on; it "
    "does not tell which action helped.",
    "nearest": "The accounts were alike in their risk only: people may have acted where there was more hope, or more "
    "trouble, than the model saw, so this does not prove that acting was the cause.",
}
