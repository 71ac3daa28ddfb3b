"""Learns the models that ship: urgency and churn intent, from what was written for them and a team's own tickets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from kb.embedder.port import Embedder
from models.card import Card, Primary, TrainingData
from training.dataset import Dataset, Message, read_messages
from training.labels.baseline import baseline_predictions
from training.labels.figures import figures, label_table, threshold_facts
from training.labels.graded import FittedGrades, fit_grades, parted
from training.splits import fold_pairs, folds
from triage.features.graded import GradedModel
from triage.types import CHURN_INTENTS, URGENCIES

Tell = Callable[[str], None]
WRITTEN = Path(__file__).resolve().parents[1] / "written"
TEAM_COUNTS = 3  # a ticket of the team's own counts as so many that were written for the purpose


@dataclass(frozen=True, slots=True)
class GradedTask:
    """A task on a scale: its name, its labels from least to most, its column, what a wrong label costs."""

    name: str
    labels: tuple[str, ...]
    column: str
    by_distance: bool
    metric: str


URGENCY = GradedTask("urgency", URGENCIES, "urgency", True, "quadratic_kappa")
CHURN_WORDS = GradedTask("churn_words", CHURN_INTENTS, "churn_intent", False, "macro_f1")


@dataclass(frozen=True, slots=True, eq=False)
class GradedRun:
    """What a training run made: the model, its card, and predictions for messages it had not seen."""

    model: GradedModel
    card: Card
    fitted: FittedGrades
    messages: Sequence[Message]
    grades: np.ndarray


def written_messages(column: str) -> Dataset:
    """Read the messages that were written for this program, of all hands; an industry is a group."""
    parts = [
        read_messages(path, [column], group_column="industry") for path in sorted(WRITTEN.glob("*/*.jsonl"))
    ]
    messages = tuple(message for part in parts for message in part.messages)
    return Dataset(messages, parts[0].text_columns, column, "training/written")


def learn_grades(
    task: GradedTask, team: Dataset | None, embedder: Embedder, now: datetime, tell: Tell
) -> GradedRun:
    """Learn from the written messages, and from a team's own tickets where there are any.

    Figures are of models that had not seen the message's industry (or, of a team's ticket, its account).
    """
    written = written_messages(task.column)
    own = [message for message in team.messages if message.label in task.labels] if team else []
    messages = [*written.messages, *_repeated(own)]
    places = {label: place for place, label in enumerate(task.labels)}
    grades = np.array([places[message.label] for message in messages], np.int64)
    data = parted([message.text for message in messages], embedder, tell)
    fitted = fit_grades(
        task.labels, data, grades, messages, tell, by_distance=task.by_distance, fold_count=_folds(messages)
    )
    predicted = fitted.model.choose(fitted.shares)
    # Of a ticket's copies one is judged: three alike would make an error rate look better known than it is.
    judged = np.arange(len(written.messages), len(messages), TEAM_COUNTS) if own else np.arange(len(messages))
    probability = fitted.shares[np.arange(len(predicted)), predicted]
    right = predicted == grades
    card = Card(
        task=task.name,
        created_at=now,
        labels=task.labels,
        data=_training_data(messages, written, team),
        text_columns=team.text_columns if team else written.text_columns,
        metrics=_metrics(task, grades[judged], predicted[judged], probability[judged])
        | {"groups": {} if own else _by_group(messages, grades, predicted, probability, len(task.labels))},
        baseline=_baseline(messages, grades, tell),
        primary=Primary(metric=f"held_out.{task.metric}", tolerance=0.005),
        thresholds=threshold_facts(right[judged], probability[judged], predicted[judged], task.labels),
        params={"embedder": embedder.fingerprint, "written": len(written.messages), "team": len(own)},
        notes="Held out by industry (and, of a team's own tickets, by account).",
    )
    return GradedRun(fitted.model, card, fitted, messages, grades)


def _folds(messages: Sequence[Message]) -> int:
    """One fold an industry, so that each is judged by what the others taught."""
    return max(5, len({message.group for message in messages if message.group}))


def _repeated(own: Sequence[Message]) -> list[Message]:
    """Let the team's own tickets count for more; copies share a group, so none judges another."""
    return [
        replace(message, group=message.group or message.account or f"own {message.id}")
        for message in own
        for _ in range(TEAM_COUNTS)
    ]


def _metrics(
    task: GradedTask, true: np.ndarray, predicted: np.ndarray, probability: np.ndarray
) -> dict[str, Any]:
    return {
        "held_out": figures(true, predicted, probability, len(task.labels), graded=True),
        "labels": label_table(true, predicted, task.labels),
    }


def _by_group(
    messages: Sequence[Message],
    grades: np.ndarray,
    predicted: np.ndarray,
    probability: np.ndarray,
    count: int,
) -> dict[str, dict[str, float]]:
    groups = np.array([message.group for message in messages])
    return {
        str(group): figures(
            grades[groups == group],
            predicted[groups == group],
            probability[groups == group],
            count,
            graded=True,
        )
        for group in np.unique(groups)
        if group
    }


def _baseline(messages: Sequence[Message], grades: np.ndarray, tell: Tell) -> dict[str, float]:
    tell("fitting the baseline on the same folds")
    dealt = folds(messages, grades, _folds(messages))
    splits = fold_pairs(dealt, int(dealt.max()) + 1)
    places, plain = baseline_predictions([message.text for message in messages], grades, splits)
    found = figures(grades[places], plain, np.ones(len(places)), int(grades.max()) + 1, graded=True)
    return {name: found[name] for name in ("accuracy", "macro_f1", "quadratic_kappa")}


def _training_data(messages: Sequence[Message], written: Dataset, team: Dataset | None) -> TrainingData:
    content = json.dumps([[one.id, one.text, one.label] for one in messages], ensure_ascii=False)
    moments = [message.created_at for message in messages if message.created_at]
    return TrainingData(
        fingerprint=hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest(),
        rows=len(messages),
        window_from=min(moments, default=None),
        window_to=max(moments, default=None),
        sources=(written.source, *((team.source,) if team else ())),
    )
