"""Fits both candidates, keeps the simpler unless another is clearly better, and calibrates it on unseen accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from training.churn.candidates import CANDIDATES, FITS, Candidate, assemble, fit_calibration, one_thread
from training.churn.measures import Interval, area_difference
from training.churn.rows import Rows, deal
from training.errors import NothingToLearn
from triage.features.account import AccountModel
from triage.features.heads import Floats

FOLDS = 4
SMALLEST_GAIN = 0.002  # of the area under the ROC curve: less is not worth a model that is harder to read
FEWEST_LEAVERS = 12
Tick = Callable[[], None]


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The model, the name of the candidate it is, and how the others compared with what was kept before them."""

    model: AccountModel
    candidate: str
    comparisons: tuple[tuple[str, str, Interval], ...]


def fit_chosen(rows: Rows, horizon_days: int, seed: int = 0, tick: Tick = lambda: None) -> Chosen:
    """Choose, fit and calibrate.

    Raises:
        NothingToLearn: fewer than 12 accounts left, or stayed.
    """
    _check(rows)
    with one_thread():
        return _fit_chosen(rows, horizon_days, seed, tick)


def _fit_chosen(rows: Rows, horizon_days: int, seed: int, tick: Tick) -> Chosen:
    informed = rows.rows(rows.weights > 0)
    unseen = _unseen_scores(informed, seed, tick)
    candidate, comparisons = _choose(informed, unseen)
    scores = _scores_of(candidate, unseen)
    calibration = fit_calibration(scores, informed.left, informed.weights)
    members = [FITS[name](informed) for name in candidate.members]
    tick()
    return Chosen(assemble(informed.table, members, calibration, horizon_days), candidate.name, comparisons)


def fits_needed() -> int:
    """Tell how many ticks ``fit_chosen`` gives."""
    return FOLDS + 1


def enough(rows: Rows) -> bool:
    """Tell whether enough accounts left, and stayed, to learn from."""
    return min(_leavers_and_stayers(rows)) >= FEWEST_LEAVERS


def _check(rows: Rows) -> None:
    if not enough(rows):
        leavers, stayers = _leavers_and_stayers(rows)
        raise NothingToLearn(
            f"{leavers} accounts are known to have left and {stayers} to have stayed; at least {FEWEST_LEAVERS} of "
            "each are needed to learn from. Give a longer history or a shorter --horizon."
        )


def _leavers_and_stayers(rows: Rows) -> tuple[int, int]:
    known = rows.weights > 0
    left, stayed = (np.unique(rows.accounts[known & mask]) for mask in (rows.left, ~rows.left))
    return len(left), len(stayed)


def _unseen_scores(rows: Rows, seed: int, tick: Tick) -> dict[str, Floats]:
    dealt = deal(rows, FOLDS, seed)
    scores = {name: np.zeros(len(rows)) for name in FITS}
    for fold in range(FOLDS):
        training, held = rows.rows(dealt != fold), rows.rows(dealt == fold)
        for name, fit in FITS.items():
            scores[name][dealt == fold] = fit(training).scores(held.table)
        tick()
    return scores


def _choose(rows: Rows, unseen: dict[str, Floats]) -> tuple[Candidate, tuple[tuple[str, str, Interval], ...]]:
    kept, *others = CANDIDATES
    comparisons = []
    for other in others:
        scores = (_scores_of(other, unseen), _scores_of(kept, unseen))
        gain = area_difference(rows.left, *scores, rows.accounts, rows.weights)
        comparisons.append((other.name, kept.name, gain))
        if gain.low > 0 and gain.value >= SMALLEST_GAIN:
            kept = other
    return kept, tuple(comparisons)


def _scores_of(candidate: Candidate, unseen: dict[str, Floats]) -> Floats:
    return np.asarray(sum(unseen[name] for name in candidate.members)) / len(candidate.members)
