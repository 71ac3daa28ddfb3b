"""The saved version of a churn model: what its card says."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from models.card import Card, Primary, TrainingData
from models.registry import Registry
from training.churn.candidates import one_thread
from training.churn.choosing import Chosen
from training.churn.held_out import HeldOut
from training.churn.measures import Interval
from training.churn.rows import Rows
from training.churn.verdict import Band, Verdict, bands, groups, judge, table

TASK = "churn"
_EXPLAINED = 2000  # rows over which a column's mean weight is taken


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A model with all that was found out about it."""

    chosen: Chosen
    rows: Rows
    held: HeldOut
    verdict: Verdict
    bands: tuple[Band, ...]
    table: dict[str, dict[str, float]]
    groups: dict[str, dict[str, dict[str, float]]]


def examine(chosen: Chosen, rows: Rows, held: HeldOut, columns: dict[str, Sequence[str]]) -> Trained:
    """Measure a model on what it had not seen; ``columns`` are those to report by group, a value per held-out row."""
    return Trained(chosen, rows, held, judge(held), bands(held), table(held), groups(held, columns))


def save(
    trained: Trained,
    registry: Registry,
    now: datetime,
    *,
    sources: Sequence[str],
    facts: dict[str, Any],
    force: bool = False,
) -> Path:
    """Save a model with its card; it becomes the current version unless it was refused. Gives its folder.

    ``sources`` are the names of the files; ``facts`` is what more the card should say, such as the shape of the data.

    Raises:
        NotPromoted: it is worse than the current one; it is saved all the same. ``force`` makes it current anyway.
    """
    with one_thread():
        card = _card(trained, now, sources, facts)
    folder = registry.save(TASK, trained.chosen.model, card)
    if not trained.verdict.refusal:
        registry.promote(TASK, folder.name, force=force)
    return folder


def _card(trained: Trained, now: datetime, sources: Sequence[str], facts: dict[str, Any]) -> Card:
    model, rows = trained.chosen.model, trained.rows
    start, end = (int(rows.moments.min()), int(rows.moments.max())) if rows.moments.any() else (None, None)
    return Card(
        task=TASK,
        created_at=now,
        labels=("stays", "leaves"),
        data=TrainingData(
            fingerprint=_fingerprint(rows),
            rows=len(rows),
            window_from=None if start is None else datetime.fromtimestamp(start, UTC),
            window_to=None if end is None else datetime.fromtimestamp(end, UTC),
            sources=tuple(sources),
        ),
        text_columns=(),
        metrics=_plain({"held_out": trained.table["model"], "groups": trained.groups}),
        primary=Primary(metric="held_out.auc", tolerance=0.01),
        baseline=_plain({name: row for name, row in trained.table.items() if name != "model"}),
        thresholds=_plain({band.name: _without_name(band) for band in trained.bands}),
        params=_plain(
            {
                **facts,
                "horizon_days": model.horizon_days,
                "candidate": trained.chosen.candidate,
                "comparisons": [
                    {"of": one, "against": other, "auc_gain": _interval(gain)}
                    for one, other, gain in trained.chosen.comparisons
                ],
                "refused": trained.verdict.refusal or None,
                "auc_interval": _interval(trained.verdict.auc),
                "auc_above_rule": None
                if trained.verdict.against_rule is None
                else _interval(trained.verdict.against_rule),
                "features": _features(trained),
            }
        ),
        notes=trained.verdict.refusal
        or "Measured on accounts, and for a history on later weeks, that it had not seen.",
    )


def _features(trained: Trained) -> dict[str, Any]:
    """Each column with its mean absolute weight in log-odds and the share of rows where it is missing."""
    model, rows = trained.chosen.model, trained.rows
    stride = max(1, len(rows) // _EXPLAINED)
    own = rows.table.columns(model.numeric + model.categorical)
    weights = np.abs(model.contributions(own.rows(np.arange(0, len(rows), stride)))).mean(axis=0)
    missing = [*np.isnan(own.numbers).mean(axis=0), *(own.words == "").mean(axis=0)]
    return {
        name: {
            "kind": "number" if name in model.numeric else "word",
            "mean_weight": float(weight),
            "missing": float(gap),
        }
        for name, weight, gap in zip(own.names, weights, missing, strict=True)
    }


def _fingerprint(rows: Rows) -> str:
    summed = hashlib.sha256("\x1f".join(rows.table.names).encode())
    for column in (rows.table.numbers, rows.left, rows.weights, rows.accounts, rows.moments):
        summed.update(np.ascontiguousarray(column).tobytes())
    summed.update("\x1f".join(str(word) for word in rows.table.words.ravel()).encode())
    return summed.hexdigest()


def _without_name(band: Band) -> dict[str, Any]:
    return {key: value for key, value in asdict(band).items() if key != "name"}


def _interval(interval: Interval) -> dict[str, float]:
    return {"value": interval.value, "low": interval.low, "high": interval.high}


def _plain(facts: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Round to what the figures can carry, and write null where there is none."""
    if isinstance(facts, dict):
        return {str(key): _plain(value) for key, value in facts.items()}
    if isinstance(facts, list | tuple):
        return [_plain(value) for value in facts]
    if isinstance(facts, float):
        return round(facts, 5) if np.isfinite(facts) else None
    return facts
