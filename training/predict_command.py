"""The tasks ``predict`` and ``evaluate``: use a trained model on an export, or measure it there."""

from __future__ import annotations

import argparse
import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from models.registry import Loaded
from training.churn.files import read_history_accounts, read_history_tickets, read_table_accounts
from training.dataset import Dataset, read_messages
from training.embedders import ticket_embedder_of
from training.errors import DatasetInvalid
from training.labels.figures import figures, kept_promises, label_table
from training.predicting import Predictions, accepted, open_model, predict
from triage.churn.scoring import predict_accounts
from triage.features.account import AccountModel
from triage.features.graded import GradedModel

Tasks = Any  # argparse does not export the type of its sub-parsers
COLUMNS = ("id", "predicted", "probability", "accepted", "second", "second_probability")
EXTRA = ("none_of_these",)


def add(tasks: Tasks) -> None:
    """Add the tasks to the command line."""
    predicting = tasks.add_parser("predict", help="predict the rows of an export with a trained model")
    _common(predicting)
    predicting.add_argument("--accounts", type=Path, metavar="FILE", help="accounts, for a model of churn")
    predicting.add_argument(
        "--as-of", type=_day, metavar="DATE", help="score accounts as known at the end of this day"
    )
    predicting.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="where predictions.csv is written"
    )
    predicting.set_defaults(run=_run_predict)
    evaluating = tasks.add_parser("evaluate", help="measure a trained model on labelled rows it has not seen")
    _common(evaluating)
    evaluating.add_argument(
        "--label", action="append", default=[], metavar="COL", help="the column of the label"
    )
    evaluating.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    evaluating.set_defaults(run=_run_evaluate)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", type=Path, required=True, metavar="DIR", help="a version's or a task's folder"
    )
    parser.add_argument("--tickets", type=Path, metavar="FILE", help="CSV or JSON Lines")
    parser.add_argument(
        "--text",
        action="append",
        default=[],
        metavar="COL",
        help="the text (default: as the card names, else subject, body)",
    )
    parser.add_argument("--encoding", default="utf-8-sig", help="of the file (default: UTF-8)")


def _day(given: str) -> datetime:
    return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)


def _run_predict(chosen: argparse.Namespace) -> int:
    loaded = open_model(chosen.model)
    if isinstance(loaded.model, AccountModel):
        return _predict_accounts(chosen, loaded, loaded.model)
    dataset, predictions = _predicted(chosen, loaded, label_columns=())
    write_predictions(chosen.out, dataset, predictions, accepted(loaded.card, predictions.probability))
    print(f"{len(dataset.messages)} rows predicted: {chosen.out}")
    for reason in dataset.left_out[:5]:
        print(f"left out {reason}")
    return 0


def _run_evaluate(chosen: argparse.Namespace) -> int:
    loaded = open_model(chosen.model)
    labels = chosen.label or ["churn_intent" if loaded.card.task == "churn_words" else loaded.card.task]
    dataset, found = _predicted(chosen, loaded, label_columns=labels)
    facts = evaluation(loaded, dataset, found)
    if chosen.json:
        chosen.json.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    for name, value in facts.items():
        if name != "labels":
            print(f"{name:24s} {value}")
    for label, row in facts["labels"].items():
        print(f"  {label:34s} " + ", ".join(f"{key} {value}" for key, value in row.items()))
    return 0


def _predicted(
    chosen: argparse.Namespace, loaded: Loaded, label_columns: list[str] | tuple[str, ...]
) -> tuple[Dataset, Predictions]:
    if not chosen.tickets:
        raise DatasetInvalid(Path(), ["give the rows with --tickets FILE"])
    try:
        dataset = read_messages(
            chosen.tickets,
            label_columns,
            chosen.text or loaded.card.text_columns,
            encoding=chosen.encoding,
            need_label=bool(label_columns),
            need_text=bool(label_columns),
        )
    except DatasetInvalid:
        if chosen.text:
            raise
        dataset = read_messages(
            chosen.tickets,
            label_columns,
            encoding=chosen.encoding,
            need_label=bool(label_columns),
            need_text=bool(label_columns),
        )
    embedder = ticket_embedder_of(loaded)
    if embedder is None:
        raise DatasetInvalid(loaded.folder, ["it was learnt on vectors of another embedder; train it anew"])
    try:
        return dataset, predict(loaded, dataset, embedder)
    finally:
        embedder.save()


def write_predictions(path: Path, dataset: Dataset, found: Predictions, set_ones: np.ndarray) -> None:
    """Write predictions as CSV, a line a row; ``set_ones`` (rows,) says which labels may be set."""
    second, second_probability = found.runners_up()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*COLUMNS, *EXTRA))
        for row, message in enumerate(dataset.messages):
            writer.writerow(
                (
                    message.id,
                    found.labels[found.chosen[row]],
                    f"{found.probability[row]:.6f}",
                    "true" if set_ones[row] else "false",
                    found.labels[second[row]] if second[row] != found.chosen[row] else "",
                    f"{second_probability[row]:.6f}",
                    f"{found.none[row]:.6f}",
                )
            )


def evaluation(loaded: Loaded, dataset: Dataset, found: Predictions) -> dict[str, Any]:
    """Measure predictions of labelled rows; labels that the model does not know count as belonging to no topic."""
    names = list(found.labels)
    further = sorted({message.label for message in dataset.messages} - set(names))
    names += further
    true = dataset.places(names)
    graded = isinstance(loaded.model, GradedModel) and not further
    facts: dict[str, Any] = figures(true, found.chosen, found.probability, len(names), graded=graded)
    stated: Any = loaded.card.thresholds.get("stated") or {}
    facts["stated"] = kept_promises(true == found.chosen, found.probability, stated)
    outside = np.isin(true, [place for place, name in enumerate(names) if name in _outside(loaded, further)])
    if outside.any() and not outside.all():
        inside_score = np.where(found.none > 0, 1 - found.none, found.probability)
        facts["in_scope_accuracy"] = round(float((true == found.chosen)[~outside].mean()), 4)
        facts["out_of_scope_auroc"] = round(float(roc_auc_score(~outside, inside_score)), 4)
        facts["out_of_scope_recall_at_90_in_scope"] = _recall_outside(
            true == found.chosen, outside, inside_score
        )
    if graded:
        facts |= {
            f"auroc_{name}": _auroc(true == place, found.shares[:, place]) for place, name in enumerate(names)
        }
    facts["labels"] = label_table(true, found.chosen, names)
    return facts


def _recall_outside(right: np.ndarray, outside: np.ndarray, score: np.ndarray) -> float | None:
    """Give the share of out-of-scope rows refused where 90 % of the in-scope rows are kept and right."""
    good = np.sort(score[right & ~outside])[::-1]
    needed = int(np.ceil(0.9 * (~outside).sum()))
    return round(float((score[outside] < good[needed - 1]).mean()), 4) if len(good) >= needed else None


def _outside(loaded: Loaded, further: list[str]) -> set[str]:
    named: Any = loaded.card.params.get("none_labels") or []
    return {*map(str, named), *further}


def _auroc(true: np.ndarray, score: np.ndarray) -> float | None:
    return round(float(roc_auc_score(true, score)), 4) if 0 < true.sum() < len(true) else None


def _predict_accounts(chosen: argparse.Namespace, loaded: Loaded, model: AccountModel) -> int:
    if not chosen.accounts:
        raise DatasetInvalid(Path(), ["a model of churn scores accounts: give --accounts FILE"])
    plain = loaded.card.params.get("shape") == "table"
    read = read_table_accounts if plain else read_history_accounts
    accounts = read(chosen.accounts, encoding=chosen.encoding).accounts
    tickets = read_history_tickets(chosen.tickets, encoding=chosen.encoding) if chosen.tickets else ()
    rows = predict_accounts(model, loaded.card, accounts, tickets, chosen.as_of or datetime.now(UTC))
    with chosen.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ("id", "risk", "band", "reasons"))
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} accounts scored: {chosen.out}")
    return 0
