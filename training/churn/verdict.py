"""What the held-out rows say: is the model worth using, which bands keep their promise, is it fair to all groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.churn.held_out import BASE_RATE, RULE_NAME, HeldOut
from training.churn.measures import Interval, area, area_difference, area_interval, figures, log_loss
from triage.features.heads import Floats

SMALLEST_GROUP = 20  # rows
SMALLEST_BAND = 20
STATED = {"at_risk": (0.5, 2.0), "watch": (0.25, 1.5)}  # precision, but at least so many times the base rate
MOST_STATED = 0.9
# Of the stated precision, that each account of a band has as its own risk at least. Less would let the best accounts of
# the worst band carry all of the next one with them, which would then never be given.
OWN_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class Band:
    """A band with the precision it states: of the accounts in it so many left. ``probability`` is where it begins.

    None where no threshold keeps the promise on the held-out rows: the band is never given then.
    """

    name: str
    stated_precision: float
    probability: float | None
    precision: float | None
    share: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a model is refused (empty: it is not), and the differences that decided."""

    refusal: str
    auc: Interval
    against_rule: Interval | None


def judge(held: HeldOut) -> Verdict:
    """Refuse what does not beat the base rate and the rule on rows it had not seen.

    The base rate is beaten where the 95 % interval of the area over accounts lies above one half and the log-loss is
    lower; the rule (days to renewal and ticket count) where area and log-loss are both better.
    """
    rows = held.rows
    auc = area_interval(rows.left, held.own, rows.accounts)
    loss = {name: log_loss(rows.left, said) for name, said in held.said.items()}
    against = None
    if RULE_NAME in held.said:
        against = area_difference(rows.left, held.own, held.said[RULE_NAME], rows.accounts)
    refusal = ""
    if not (auc.low > 0.5 and loss["model"] < loss[BASE_RATE]):
        refusal = (
            f"No better than the base rate: {rows.left.mean():.1%} left, and the model's AUC on accounts it had not "
            f"seen is {auc.value:.3f} (95 % interval {auc.low:.3f} to {auc.high:.3f}; chance is 0.500)."
        )
    elif against is not None and not (against.value > 0 and loss["model"] < loss[RULE_NAME]):
        refusal = (
            "No better than days to renewal and the number of tickets alone: its AUC on later weeks is "
            f"{auc.value:.3f}, that of the rule {auc.value - against.value:.3f}."
        )
    return Verdict(refusal, auc, against)


def bands(held: HeldOut) -> tuple[Band, ...]:
    """Find where each band begins, the worst first: the lowest probability that keeps the stated precision within it.

    No account of a band has less than ``OWN_SHARE`` of the stated precision as its own risk.
    """
    rate, found, below = float(held.rows.left.mean()), [], np.inf
    for name, (least, times) in STATED.items():
        found.append(_band(name, min(max(least, times * rate), MOST_STATED), held, below))
        below = below if found[-1].probability is None else found[-1].probability
    return tuple(found)


def _band(name: str, stated: float, held: HeldOut, below: float) -> Band:
    within = np.flatnonzero((held.own < below) & (held.own >= OWN_SHARE * stated))
    order = within[np.argsort(-held.own[within], kind="stable")]
    ordered, counts = held.own[order], np.arange(1, len(order) + 1)
    precision = np.cumsum(held.rows.left[order]) / counts
    ends = np.append(ordered[1:] != ordered[:-1], True)[: len(order)]
    kept = np.flatnonzero((precision >= stated) & ends & (counts >= SMALLEST_BAND))
    if not len(kept):
        return Band(name, round(stated, 4), None, None, 0.0)
    place = int(kept[-1])
    share = (place + 1) / len(held.own)
    return Band(name, round(stated, 4), float(ordered[place]), float(precision[place]), float(share))


def table(held: HeldOut) -> dict[str, dict[str, float]]:
    """Measure the model beside all it is compared with.

    ``auc`` and ``pr_auc`` are means over folds or origins, as is usual; the rest is over all rows. For a history
    ``auc_within_weeks`` compares accounts of the same week only.
    """
    measured = {}
    for name, said in held.said.items():
        parts = [held.fold == fold for fold in np.unique(held.fold)]
        parts = [part for part in parts if 0 < held.rows.left[part].sum() < part.sum()]
        by_part = [figures(held.rows.left[part], said[part]) for part in parts]
        found = figures(held.rows.left, said)
        found |= {name: float(np.mean([one[name] for one in by_part])) for name in ("auc", "pr_auc")}
        if held.origins:
            found["auc_within_weeks"] = _within(held.rows.left, said, held.rows.moments)
        measured[name] = found
    return measured


def groups(held: HeldOut, columns: dict[str, Sequence[str]]) -> dict[str, dict[str, dict[str, float]]]:
    """Report risk and error by group: mean risk, share that left, Brier score, AUC where both outcomes occur.

    ``columns`` has the value of each row, by the name of the column.
    """
    found: dict[str, dict[str, dict[str, float]]] = {}
    for column, values in columns.items():
        words = np.array(values, dtype=object)
        for value in sorted({str(word) for word in values}):
            mask = words == value
            if mask.sum() >= SMALLEST_GROUP:
                found.setdefault(column, {})[value or "(none)"] = _group(held, mask)
    return found


def _group(held: HeldOut, mask: NDArray[np.bool_]) -> dict[str, float]:
    left, said = held.rows.left[mask], held.own[mask]
    measured = {
        "rows": float(mask.sum()),
        "accounts": float(len(np.unique(held.rows.accounts[mask]))),
        "risk": float(said.mean()),
        "left": float(left.mean()),
        "brier": float(np.mean((said - left) ** 2)),
    }
    if 0 < left.sum() < len(left):
        measured["auc"] = area(left, said)
    return measured


def _within(left: NDArray[np.bool_], said: Floats, moments: NDArray[np.int64]) -> float:
    areas, sizes = [], []
    for moment in np.unique(moments):
        here = moments == moment
        if 0 < left[here].sum() < here.sum():
            areas.append(area(left[here], said[here]))
            sizes.append(left[here].sum() * (~left[here]).sum())
    return float(np.average(areas, weights=sizes)) if areas else float("nan")
