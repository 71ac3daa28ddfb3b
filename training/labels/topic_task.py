"""Learns the topics of a team's tickets and saves the model with its card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from kb.embedder.port import Embedder
from models.card import Card, Primary, TrainingData
from training.dataset import Dataset
from training.errors import DatasetInvalid, NothingToLearn
from training.labels.baseline import baseline_predictions
from training.labels.figures import figures, label_table, threshold_facts
from training.labels.labelled import Labelled, splits_of
from training.labels.topics import NONE_LABELS, FittedTopics, fit_topics
from training.labels.tuning import Tuner
from training.splits import forward
from triage.descriptions import describe, described_model
from triage.features.topic import TopicModel
from triage.types import Topic

Tell = Callable[[str], None]
TASK = "topic"


@dataclass(frozen=True, slots=True, eq=False)
class TopicRun:
    """What a training run made: the model, its card, what it learnt from, and files to keep beside it."""

    model: TopicModel
    card: Card
    fitted: FittedTopics | None = None
    data: Labelled | None = None
    files: Mapping[str, Path] = field(default_factory=dict)


def read_topics(path: Path) -> list[Topic]:
    """Read ``[{"topic": ..., "description": ..., "parent": ...}]``.

    Raises:
        DatasetInvalid: it is no such file; all faults are listed.
    """
    try:
        rows = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise DatasetInvalid(path, [str(error)]) from error
    if not isinstance(rows, list) or not rows:
        raise DatasetInvalid(path, ['it is no list like [{"topic": "billing", "description": "..."}]'])
    faults = [
        f"entry {number}: no topic"
        for number, row in enumerate(rows)
        if not isinstance(row, dict) or not row.get("topic")
    ]
    if faults:
        raise DatasetInvalid(path, faults)
    return [
        Topic(str(row["topic"]), str(row.get("description") or ""), str(row.get("parent") or ""))
        for row in rows
    ]


def from_descriptions(topics: Sequence[Topic], embedder: Embedder, now: datetime) -> TopicRun:
    """Make the model of the first day, from descriptions alone.

    Raises:
        NothingToLearn: a topic has neither a name with a letter nor a description.
    """
    labels = tuple(dict.fromkeys(topic.name for topic in topics))
    described = describe(topics, labels, embedder)
    untold = sorted(set(range(len(labels))) - set(described.owner.tolist()))
    if untold:
        names = ", ".join(labels[place] for place in untold)
        raise NothingToLearn(f"nothing is written about {names}: describe each, or give labelled tickets")
    content = json.dumps([[topic.name, topic.description] for topic in topics], ensure_ascii=False)
    card = Card(
        task=TASK,
        created_at=now,
        labels=labels,
        data=TrainingData(fingerprint=hashlib.sha256(content.encode()).hexdigest(), rows=0),
        text_columns=("subject", "body"),
        metrics={"crossed": {"accuracy": 0.0}},
        primary=Primary(metric="crossed.accuracy"),
        thresholds={"default": 0.05, "stated": {}, "labels": {}},
        params={"embedder": embedder.fingerprint, "heads": "descriptions"},
        notes="From descriptions alone: no labelled ticket, so no error rate can be stated and nothing is set "
        "by itself.",
    )
    return TopicRun(described_model(labels, described), card)


def learn_topics(
    dataset: Dataset,
    topics: Sequence[Topic],
    embedder: Embedder,
    now: datetime,
    tell: Tell,
    *,
    none_label: str = "",
    judge_all: bool = False,
    tuner: Tuner | None = None,
) -> TopicRun:
    """Learn from labelled tickets, and from what is written about the topics.

    With a ``tuner`` the embedder is tuned on the tickets first, in place of the given one.
    """
    outside = {none_label} if none_label else {name for name in dataset.labels if name.lower() in NONE_LABELS}
    named = (*(topic.name for topic in topics), *(one for one in dataset.labels if one not in outside))
    labels = tuple(dict.fromkeys(named))
    places = dataset.places(labels)
    if tuner is not None:
        tell("tuning the embedder")
        taught = np.flatnonzero(places >= 0)
        embedder = tuner.tune([dataset.texts[row] for row in taught], places[taught])
    tell(f"embedding {len(dataset.texts)} messages")
    data = Labelled(dataset.texts, embedder.encode(dataset.texts), places, dataset.messages)
    described = describe(topics, labels, embedder)
    elsewhere = tuner.elsewhere(topics, labels) if tuner else None
    fitted = fit_topics(labels, data, described, tell, judge_all=judge_all, elsewhere=elsewhere)
    inside = data.rows(data.labels >= 0)
    crossed, unseen = fitted.crossed, inside.rows(fitted.judged)
    card = Card(
        task=TASK,
        created_at=now,
        labels=labels,
        data=_training_data(dataset),
        text_columns=dataset.text_columns,
        metrics=_metrics(fitted, unseen, labels),
        baseline=_baseline(inside, fitted, tell),
        primary=Primary(metric="crossed.accuracy", tolerance=0.005),
        thresholds=threshold_facts(crossed.right, crossed.probability, crossed.predicted, labels),
        params={"embedder": embedder.fingerprint, "heads": fitted.kind, "none_labels": [*sorted(outside)]},
        notes=_how_judged(inside),
    )
    return TopicRun(fitted.model, card, fitted, unseen, tuner.files() if tuner else {})


def _metrics(fitted: FittedTopics, unseen: Labelled, labels: Sequence[str]) -> dict[str, Any]:
    crossed = fitted.crossed
    return {
        "crossed": figures(unseen.labels, crossed.predicted, crossed.probability, len(labels), graded=False),
        "labels": label_table(unseen.labels, crossed.predicted, labels),
        "heads": fitted.choice,
    }


def _how_judged(data: Labelled) -> str:
    if forward(data.messages) is not None:
        return "Each later block of messages was judged by a model that had seen only earlier ones."
    return "Judged by models that had seen neither the message nor its account."


def _baseline(data: Labelled, fitted: FittedTopics, tell: Tell) -> dict[str, Any]:
    """Measure the plain recipe on the same splits (of large data on the first)."""
    tell("fitting the baseline on the same rows")
    places, plain = baseline_predictions(data.texts, data.labels, splits_of(data))
    ours = np.full(len(data.texts), -1)
    ours[fitted.judged] = fitted.crossed.predicted
    both = ours[places] >= 0  # with a tuned embedder ours judges fewer
    places, plain = places[both], plain[both]
    return {
        "rows": len(places),
        "tfidf_linear_svc": round(float((plain == data.labels[places]).mean()), 4),
        "ours_on_these_rows": round(float((ours[places] == data.labels[places]).mean()), 4),
    }


def _training_data(dataset: Dataset) -> TrainingData:
    moments = [message.created_at for message in dataset.messages if message.created_at]
    return TrainingData(
        fingerprint=dataset.fingerprint(),
        rows=len(dataset.messages),
        window_from=min(moments, default=None),
        window_to=max(moments, default=None),
        sources=(dataset.source,),
    )
