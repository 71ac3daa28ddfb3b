"""The ``churn`` task: learn from accounts and tickets who leaves, measure it honestly, save it or refuse it."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from models.registry import Registry
from training.churn.choosing import fit_chosen, fits_needed
from training.churn.errors import ModelRefused
from training.churn.files import columns_of
from training.churn.held_out import FOLDS, ORIGINS, ROLLING_FOLDS, five_folds, later_weeks
from training.churn.saving import Trained, examine, save
from training.churn.sources import Source, read_history, read_table
from training.embedders import HOME
from training.errors import DatasetInvalid

SEED = 0
Tasks = Any  # argparse does not export the type of its sub-parsers


def add(tasks: Tasks) -> None:
    """Add the task to the command line."""
    parser = tasks.add_parser("churn", help="learn from accounts and their tickets who leaves")
    parser.add_argument(
        "--accounts",
        type=Path,
        required=True,
        metavar="FILE",
        help="accounts with churned_on where they left; or any table with a --label",
    )
    parser.add_argument(
        "--tickets",
        type=Path,
        metavar="FILE",
        help="tickets with created_at and account_id; not used with a --label",
    )
    parser.add_argument(
        "--feature",
        action="append",
        default=[],
        metavar="COLUMN",
        help="use this column of the accounts too (repeatable); personal ones are used only if named",
    )
    parser.add_argument("--label", metavar="COLUMN", help="the column that says who left: yes or no, 1 or 0")
    parser.add_argument(
        "--horizon", type=_days, default=90, metavar="DAYS", help="leaves within (default: 90)"
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        type=_renamed,
        metavar="COLUMN=FIELD",
        help="a column that goes by another name (repeatable)",
    )
    parser.add_argument("--encoding", default="utf-8-sig", help="of the files (default: UTF-8)")
    parser.add_argument(
        "--out", type=Path, default=HOME / "var" / "models", help="where it is saved (default: var/models)"
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="make the new version current even where it is worse; not if refused",
    )
    parser.add_argument("--date", type=_day, help="the day the card bears, YYYY-MM-DD (default: today)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    source = _source(chosen)
    for note in source.notes:
        sys.stderr.write(f"{note}\n")
    trained = _train(source, chosen.horizon)
    _print_table(trained)
    if chosen.json:
        chosen.json.write_text(json.dumps(_figures(trained), indent=2, sort_keys=True) + "\n", "utf-8")
    files = [path.name for path in _files(chosen)]
    now = chosen.date or datetime.now(UTC)
    folder = save(trained, Registry([chosen.out]), now, sources=files, facts=source.facts, force=chosen.force)
    if trained.verdict.refusal:
        raise ModelRefused(f"Refused, and not promoted. {trained.verdict.refusal} Its card is in {folder}.")
    print(f"saved churn {folder.name}: {trained.chosen.candidate}")
    return 0


def _source(chosen: argparse.Namespace) -> Source:
    mapping = dict(chosen.map)
    present = {column for path in _files(chosen) for column in columns_of(path, chosen.encoding)}
    missing = [column for column in (*mapping, *chosen.feature) if column not in present]
    if missing:
        raise DatasetInvalid(chosen.accounts, [f"there is no column {column!r}" for column in missing])
    if chosen.label:
        table = read_table(chosen.accounts, chosen.label, chosen.feature, mapping, chosen.encoding)
        return (
            table
            if chosen.tickets is None
            else replace(table, notes=(_without_tickets(chosen), *table.notes))
        )
    return read_history(chosen.accounts, chosen.tickets, chosen.feature, mapping, chosen.encoding)


def _files(chosen: argparse.Namespace) -> list[Path]:
    """The files that are learnt from: a table with a label has no dates that tickets could be counted up to."""
    tickets = None if chosen.label else chosen.tickets
    return [path for path in (chosen.accounts, tickets) if path is not None]


def _without_tickets(chosen: argparse.Namespace) -> str:
    return (
        f"{chosen.tickets} is not used: with --label {chosen.label} a row says who left and not when, so nothing can "
        "be counted up to a moment. Give accounts with churned_on instead of --label to learn from tickets too."
    )


def _train(source: Source, horizon: int) -> Trained:
    rounds = FOLDS if source.weeks is None else ROLLING_FOLDS * ORIGINS
    with tqdm(desc="Fitting", total=fits_needed() * (rounds + 1), unit="fit", file=sys.stderr) as bar:

        def tick() -> None:
            bar.update()

        if source.weeks is None:
            held = five_folds(source.rows(horizon), horizon, SEED, tick)
        else:
            held = later_weeks(source.weeks, horizon, SEED, tick)
        rows = source.rows(horizon)
        fitted = fit_chosen(rows, horizon, SEED, tick)
    return examine(fitted, rows, held, source.group_columns(held.rows.accounts))


def _figures(trained: Trained) -> dict[str, Any]:
    verdict = trained.verdict
    return {
        "candidate": trained.chosen.candidate,
        "refused": verdict.refusal or None,
        "held_out": trained.table,
        "groups": trained.groups,
        "bands": {band.name: band.probability for band in trained.bands},
    }


def _print_table(trained: Trained) -> None:
    names = ["auc", "pr_auc", "ece", "brier"]
    names += ["auc_within_weeks"] if trained.held.origins else []
    rows, left = trained.held.rows, trained.held.rows.left
    print(f"{len(rows)} held-out rows of {len(set(rows.accounts.tolist()))} accounts, {left.mean():.1%} left")
    print(f"{'':22s} " + " ".join(f"{name:>16s}" for name in names))
    for how, figures in trained.table.items():
        named = f"model ({trained.chosen.candidate})" if how == "model" else how
        print(f"{named:22s} " + " ".join(f"{figures[name]:16.4f}" for name in names))
    for band in trained.bands:
        start = (
            "never given"
            if band.probability is None
            else f"from {band.probability:.3f}, {band.share:.1%} of rows"
        )
        print(f"band {band.name:10s} states precision {band.stated_precision:.2f}: {start}")


def _renamed(given: str) -> tuple[str, str]:
    column, mark, field = given.partition("=")
    if not mark:
        raise argparse.ArgumentTypeError(f"{given!r} is not COLUMN=FIELD")
    return column.strip(), field.strip()


def _days(given: str) -> int:
    days = int(given)
    if not 7 <= days <= 730:
        raise argparse.ArgumentTypeError(f"{given} is not from 7 to 730")
    return days


def _day(given: str) -> datetime:
    return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)
