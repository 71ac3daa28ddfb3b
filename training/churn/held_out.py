"""Probabilities for accounts that a model had not seen: five folds of a table, or later weeks of a history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from training.churn.candidates import frequent_words, one_thread
from training.churn.choosing import Tick, enough, fit_chosen
from training.churn.rows import Rows, deal, filled
from training.churn.weeks import Weeks
from training.errors import NothingToLearn
from triage.churn.events import DAY
from triage.features.account import AccountTable, switches
from triage.features.heads import Floats

FOLDS = 5
ORIGINS = 4
ROLLING_FOLDS = 3
RULE = ("days_to_renewal", "tickets_90")
BASE_RATE, RULE_NAME = "base_rate", "rule"
LINEAR_DEFAULT, BOOSTED_DEFAULT = "LogisticRegression", "HistGradientBoosting"


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Rows with their outcomes and what each model said of them without having seen their accounts.

    ``fold`` is the fold (of a table) or the rolling origin (of a history) of each row.
    """

    rows: Rows
    fold: NDArray[np.int64]
    said: dict[str, Floats]
    origins: tuple[int, ...] = ()

    @property
    def own(self) -> Floats:
        """What the chosen model said."""
        return self.said["model"]


def five_folds(rows: Rows, horizon_days: int, seed: int, tick: Tick) -> HeldOut:
    """Hold each account out once."""
    dealt = deal(rows, FOLDS, seed)
    said: dict[str, Floats] = {}
    for fold in range(FOLDS):
        here = dealt == fold
        _note(said, here, _say(rows.rows(~here), rows.rows(here), horizon_days, seed, tick))
    return HeldOut(rows, dealt, said)


def later_weeks(weeks: Weeks, horizon_days: int, seed: int, tick: Tick) -> HeldOut:
    """Rolling origin: at each origin learn from what was known then, and judge the weeks up to the next.

    Accounts are dealt into folds, so that none is both learnt from and judged.

    Raises:
        NothingToLearn: the history is too short for that.
    """
    origins = rolling_origins(weeks, horizon_days)
    last = weeks.end - horizon_days * DAY
    judged = (weeks.moments >= origins[0]) & (weeks.moments <= last)
    rows = weeks.outcomes(horizon_days, weeks.end, judged)
    origin = np.searchsorted(np.array(origins), rows.moments, side="right") - 1
    dealt = deal(
        weeks.outcomes(horizon_days, weeks.end, np.ones(len(weeks.moments), np.bool_)), ROLLING_FOLDS, seed
    )
    said: dict[str, Floats] = {"model": np.full(len(rows), np.nan)}
    for place, at in enumerate(origins):
        for fold in range(ROLLING_FOLDS):
            here = (origin == place) & (dealt[judged] == fold)
            learnt = weeks.outcomes(horizon_days, at, (weeks.moments < at) & (dealt != fold))
            if here.any() and enough(learnt):
                _note(said, here, _say(learnt, rows.rows(here), horizon_days, seed, tick))
    judgeable = ~np.isnan(said["model"])
    if not rows.left[judgeable].any() or rows.left[judgeable].all():
        raise NothingToLearn("Too few accounts are known to have left before the weeks that would be judged.")
    heard = {name: found[judgeable] for name, found in said.items()}
    return HeldOut(rows.rows(judgeable), origin[judgeable], heard, tuple(origins))


def rolling_origins(weeks: Weeks, horizon_days: int) -> list[int]:
    """Choose up to four Mondays, evenly, between one and a half horizons of history and one before its end."""
    horizon = horizon_days * DAY
    all_moments = np.unique(weeks.moments)
    first, last = int(all_moments[0]) + 3 * horizon // 2, weeks.end - horizon
    usable = all_moments[(all_moments >= first) & (all_moments <= last)]
    if not len(usable):
        raise NothingToLearn(weeks.too_short(horizon_days))
    places = np.unique(np.linspace(0, len(usable), ORIGINS, endpoint=False).astype(int))
    return [int(usable[place]) for place in places]


def _say(learnt: Rows, judged: Rows, horizon_days: int, seed: int, tick: Tick) -> dict[str, Floats]:
    chosen = fit_chosen(learnt, horizon_days, seed, tick)
    informed = learnt.rows(learnt.weights > 0)
    with one_thread():
        return {
            "model": chosen.model.probabilities(judged.table),
            **_defaults(informed, judged.table),
            **_rules(informed, judged.table),
        }


def _defaults(rows: Rows, judged: AccountTable) -> dict[str, Floats]:
    """Scikit-learn's classifiers as they come, on one-hot words; the linear one on filled and scaled numbers."""
    words = frequent_words(rows.table.words)
    own, other = (
        np.column_stack([table.numbers, switches(table.words, words)]) for table in (rows.table, judged)
    )
    trees = HistGradientBoostingClassifier(random_state=0)
    trees.fit(filled(own), rows.left, sample_weight=rows.weights)
    return {
        LINEAR_DEFAULT: _linear(own, rows, other),
        BOOSTED_DEFAULT: np.asarray(trees.predict_proba(other)[:, 1], np.float64),
    }


def _rules(rows: Rows, judged: AccountTable) -> dict[str, Floats]:
    said = {BASE_RATE: np.full(len(judged), rows.rate)}
    if set(RULE) <= set(rows.table.numeric):
        own, other = rows.table.columns(RULE).numbers, judged.columns(RULE).numbers
        said[RULE_NAME] = _linear(own, rows, other)
    return said


def _linear(own: Floats, rows: Rows, other: Floats) -> Floats:
    middle = np.array(
        [np.median(column[~np.isnan(column)]) if (~np.isnan(column)).any() else 0.0 for column in own.T]
    )
    whole, judged = (np.where(np.isnan(features), middle, features) for features in (own, other))
    scaler = StandardScaler().fit(whole)
    model = LogisticRegression(max_iter=2000).fit(
        scaler.transform(whole), rows.left, sample_weight=rows.weights
    )
    return np.asarray(model.predict_proba(scaler.transform(judged))[:, 1], np.float64)


def _note(said: dict[str, Floats], here: NDArray[np.bool_], more: dict[str, Floats]) -> None:
    for name, probabilities in more.items():
        said.setdefault(name, np.full(len(here), np.nan))[here] = probabilities
