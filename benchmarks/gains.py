"""The table of ideas: what each adds to the base, its setting chosen on other questions than it is measured on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.grounds import Ground, opened
from benchmarks.tables import Cell, Column, Table, tell
from benchmarks.trials import BASE, Rank, Trial, base, trials_of
from training import measures
from training.corpus import JudgedCorpus
from training.embedders import open_embedder
from training.examples import Example, folds

Floats = NDArray[np.float64]
COLUMNS = (
    Column("idea"),
    Column("setting", 2),
    Column("nDCG@10"),
    Column("gain", 3, signed=True),
    Column("+-"),
    Column("hit@1"),
    Column("gain", 3, signed=True),
    Column("AUROC"),
    Column("gain", 3, signed=True),
)
_FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Each question under one setting: gain and hit of the judged (NaN for others), and the first article's score."""

    gains: Floats
    hits: Floats
    sure: Floats


def trial_tables(corpora: Sequence[JudgedCorpus]) -> list[Table]:
    """One table of ideas for each corpus."""
    embedder, caches = open_embedder("default")
    try:
        tables = []
        for corpus in corpora:
            with opened(corpus, embedder) as ground:
                tables.append(trial_table(ground))
        return tables
    finally:
        for cache in caches:
            cache.save()


def measured(examples: Sequence[Example], rank: Rank, setting: float) -> Measured:
    """Rank every question under one setting."""
    gains, hits, sure = [], [], []
    for example in examples:
        scored = rank(example, setting)
        articles, grades = [article for article, _ in scored], example.question.grades
        gains.append(measures.ndcg(articles, grades) if grades else np.nan)
        hits.append(float(articles[:1] != [] and articles[0] in grades) if grades else np.nan)
        sure.append(scored[0][1] if scored else -1.0)
    return Measured(np.array(gains), np.array(hits), np.array(sure))


def crossed(
    by_setting: dict[float, Measured], dealt: NDArray[np.int64], setting_of: dict[int, float]
) -> Measured:
    """Put together each fold under the setting that was chosen on the others."""
    chosen = [by_setting[setting_of[int(fold)]] for fold in dealt]
    places = range(len(dealt))
    return Measured(
        np.array([one.gains[place] for place, one in zip(places, chosen, strict=True)]),
        np.array([one.hits[place] for place, one in zip(places, chosen, strict=True)]),
        np.array([one.sure[place] for place, one in zip(places, chosen, strict=True)]),
    )


def chosen_settings(by_setting: dict[float, Measured], dealt: NDArray[np.int64]) -> dict[int, float]:
    """For each fold the setting with the best mean nDCG@10 on the other folds."""
    return {
        int(fold): max(by_setting, key=lambda one: float(np.nanmean(by_setting[one].gains[dealt != fold])))
        for fold in np.unique(dealt)
    }


def trial_table(ground: Ground) -> Table:
    """Measure every idea on one corpus."""
    examples = ground.examples
    dealt = folds(examples, _FOLDS)
    answerable = [example.answerable for example in examples]
    before = measured(examples, base, 1.0)
    rows: list[tuple[Cell, ...]] = [("base", None, *_cells(before, before, answerable, is_base=True))]
    for trial in trials_of(ground):
        tell(f"{ground.corpus.name}: {trial.name} ...")
        setting, after = _tried(trial, examples, dealt)
        rows.append((trial.name, setting, *_cells(after, before, answerable, is_base=False)))
    weights = " + ".join(f"{weight:g} {name}" for name, weight in BASE.items())
    notes = (
        f"base: {weights}. setting: the one chosen in most folds; each fold is measured under the setting that",
        "was best on the others. +-: one standard error of the gain in nDCG@10. AUROC: of the first article's score.",
        "The adapted and centred vectors rank the candidates that the unchanged ones found.",
    )
    return Table(f"Ideas tried on {ground.corpus.name}", COLUMNS, tuple(rows), notes)


def _tried(
    trial: Trial, examples: Sequence[Example], dealt: NDArray[np.int64]
) -> tuple[float | None, Measured]:
    by_setting = {setting: measured(examples, trial.rank, setting) for setting in trial.settings}
    settings = chosen_settings(by_setting, dealt)
    usual = Counter(settings.values()).most_common(1)[0][0]
    return usual if len(trial.settings) > 1 else None, crossed(by_setting, dealt, settings)


def _cells(
    after: Measured, before: Measured, answerable: Sequence[bool], *, is_base: bool
) -> tuple[Cell, ...]:
    change = (after.gains - before.gains)[~np.isnan(before.gains)]
    error = float(change.std(ddof=1) / np.sqrt(len(change))) if len(change) > 1 else None
    hit, hit_before = float(np.nanmean(after.hits)), float(np.nanmean(before.hits))
    auroc, auroc_before = (_auroc(one, answerable) for one in (after, before))
    return (
        float(np.nanmean(after.gains)),
        None if is_base else float(change.mean()),
        None if is_base else error,
        hit,
        None if is_base else hit - hit_before,
        auroc,
        None if is_base else auroc - auroc_before,
    )


def _auroc(one: Measured, answerable: Sequence[bool]) -> float:
    return measures.abstention_auroc(list(zip(answerable, one.sure.tolist(), strict=True)))
