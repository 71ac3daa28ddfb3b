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
from training.labels.graded import FittedGrades, fit_grades, judged_shares, parted
from training.labels.graded_heads import GradedMessages
from training.splits import fold_pairs, folds, unseen_writers
from triage.features.graded import GradedModel
from triage.types import CHURN_INTENTS, URGENCIES

SHIPPED_NOTE = "Held out by hand and industry: what is stated is meant for a company that nobody has seen."
OWN_NOTE = "Held out by account, of the team's own tickets."
Tell = Callable[[str], None]
WRITTEN = Path(__file__).resolve().parents[1] / "written"
GROUP_FOLDS = 3  # industries are left out by the third where hands are left out too
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


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """Messages with what is true of them and what models that had not seen them said."""

    messages: Sequence[Message]
    true: np.ndarray
    predicted: np.ndarray
    shares: np.ndarray

    @property
    def right(self) -> np.ndarray:
        return np.asarray(self.predicted == self.true)

    @property
    def probability(self) -> np.ndarray:
        return np.asarray(self.shares[np.arange(len(self.true)), self.predicted])

    @property
    def writers(self) -> np.ndarray:
        return np.unique([message.hand for message in self.messages], return_inverse=True)[1]

    def of(self, hand: str) -> _Judged:
        rows = [place for place, message in enumerate(self.messages) if message.hand == hand]
        return _Judged(
            [self.messages[row] for row in rows], self.true[rows], self.predicted[rows], self.shares[rows]
        )

    def figures(self) -> dict[str, Any]:
        return figures(self.true, self.predicted, self.probability, self.shares.shape[1], graded=True)


def written_messages(column: str) -> Dataset:
    """Read the messages that were written for this program, a file a hand; an industry is a group."""
    parts = {
        path: read_messages(path, [column], group_column="industry", need_label=False)
        for path in sorted(WRITTEN.glob("*/*.jsonl"))
    }
    messages = tuple(
        replace(message, hand=f"{path.parent.name}/{path.stem}")
        for path, part in parts.items()
        for message in part.messages
        if message.label  # a hand may say nothing of this
    )
    return Dataset(messages, ("subject", "body"), column, "training/written")


def learn_grades(
    task: GradedTask, team: Dataset | None, embedder: Embedder, now: datetime, tell: Tell
) -> GradedRun:
    """Learn from the written messages, and from a team's own tickets where there are any.

    Figures and thresholds are of models that had seen neither the message's hand nor its industry, so that they hold
    for a company that nobody has seen; with a team's own tickets they are of these, by models that had not seen the
    ticket's account.
    """
    written = written_messages(task.column)
    own = [message for message in team.messages if message.label in task.labels] if team else []
    messages = [*written.messages, *_repeated(own)]
    places = {label: place for place, label in enumerate(task.labels)}
    grades = np.array([places[message.label] for message in messages], np.int64)
    data = parted([message.text for message in messages], embedder, tell)
    given = GradedMessages(data, grades, len(task.labels))
    splits = unseen_writers(messages, grades, GROUP_FOLDS)
    fitted = fit_grades(task.labels, given, splits, tell, by_distance=task.by_distance)
    # Of a ticket's copies one is judged: three alike would make an error rate look better known than it is.
    judged = np.arange(len(written.messages), len(messages), TEAM_COUNTS) if own else np.arange(len(messages))
    found = _Judged(
        [messages[place] for place in judged.tolist()],
        grades[judged],
        fitted.model.choose(fitted.shares[judged]),
        fitted.shares[judged],
    )
    card = Card(
        task=task.name,
        created_at=now,
        labels=task.labels,
        data=_training_data(messages, written, team),
        text_columns=team.text_columns if team else written.text_columns,
        metrics=_metrics(task, found)
        | ({} if own else {"industry_left_out": _by_industry(given, messages, fitted, tell)}),
        baseline=_baseline(messages, grades, tell),
        primary=Primary(metric=f"held_out.{task.metric}", tolerance=0.005),
        thresholds=threshold_facts(
            found.right, found.probability, found.predicted, task.labels, None if own else found.writers
        ),
        params={"embedder": embedder.fingerprint, "written": len(written.messages), "team": len(own)},
        notes=OWN_NOTE if own else SHIPPED_NOTE,
    )
    return GradedRun(fitted.model, card, fitted, messages, grades)


def _repeated(own: Sequence[Message]) -> list[Message]:
    """Let the team's own tickets count for more; copies share a group, so none judges another."""
    return [
        replace(message, group=message.group or message.account or f"own {message.id}")
        for message in own
        for _ in range(TEAM_COUNTS)
    ]


def _metrics(task: GradedTask, found: _Judged) -> dict[str, Any]:
    hands = sorted({message.hand for message in found.messages} - {""})
    return {
        "held_out": found.figures(),
        "labels": label_table(found.true, found.predicted, task.labels),
        "hands": {hand: found.of(hand).figures() for hand in hands},
    }


def _by_industry(
    given: GradedMessages, messages: Sequence[Message], fitted: FittedGrades, tell: Tell
) -> dict[str, Any]:
    """Measure models that had not seen the message's industry, all hands seen."""
    tell("leaving industries out")
    dealt = folds(messages, given.grades, len({message.group for message in messages}))
    shares, _ = judged_shares(given, fold_pairs(dealt, int(dealt.max()) + 1), tell)
    return _Judged(list(messages), given.grades, fitted.model.choose(shares), shares).figures()


def _baseline(messages: Sequence[Message], grades: np.ndarray, tell: Tell) -> dict[str, float]:
    tell("fitting the baseline on the same parts")
    splits = unseen_writers(messages, grades, GROUP_FOLDS)
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
