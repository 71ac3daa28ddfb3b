"""The tasks ``topic``, ``urgency`` and ``churn-words``: learn labels from tickets, measure, save, promote."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kb.embedder.port import Embedder
from models.card import Card
from models.errors import NotPromoted
from models.registry import Registry
from training.dataset import Dataset, read_messages
from training.embedders import HOME, TICKET_EMBEDDERS, WEIGHTS_DIR, open_ticket_embedder
from training.errors import DatasetInvalid
from training.labels.graded_task import CHURN_WORDS, URGENCY, GradedTask, learn_grades
from training.labels.mislabelled import write_mislabelled
from training.labels.topic_task import TopicRun, from_descriptions, learn_topics, read_topics
from training.labels.tuning import Tuner
from training.progress import telling
from triage.types import Topic

LARGE_ROWS = 3000  # of more tickets the small embedder learns nearly as much, and embeds them in minutes
Tasks = Any  # argparse does not export the type of its sub-parsers


def add(tasks: Tasks) -> None:
    """Add the tasks to the command line."""
    topic = tasks.add_parser("topic", help="learn the topics of tickets, or begin from descriptions alone")
    topic.add_argument(
        "--topics", type=Path, metavar="FILE", help='JSON: [{"topic": ..., "description": ...}]'
    )
    topic.add_argument(
        "--none-label", default="", metavar="LABEL", help="the label of tickets that belong to no topic"
    )
    topic.add_argument(
        "--embedder",
        choices=("auto", *TICKET_EMBEDDERS, "hashing"),
        default="auto",
        help="small: quick; large: some five times slower, better with few examples; auto: large up to "
        f"{LARGE_ROWS} tickets; hashing: for a server that runs without weights",
    )
    topic.add_argument(
        "--fine-tune",
        action="store_true",
        help="tune the small embedder on your tickets first: some minutes more, and it needs torch",
    )
    _common(topic)
    topic.set_defaults(run=_run_topic)
    for task in (URGENCY, CHURN_WORDS):
        name = task.name.replace("_", "-")
        parser = tasks.add_parser(
            name, help=f"learn {task.column} from written messages and your own tickets"
        )
        _common(parser)
        parser.set_defaults(run=_run_graded, graded=task)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tickets", type=Path, metavar="FILE", help="CSV or JSON Lines with a label")
    parser.add_argument(
        "--accounts", type=Path, metavar="FILE", help="accounts (not needed for labels of one ticket)"
    )
    parser.add_argument(
        "--text",
        action="append",
        default=[],
        metavar="COL",
        help="a column of text (default: subject and body)",
    )
    parser.add_argument("--label", action="append", default=[], metavar="COL", help="the column of the label")
    parser.add_argument("--encoding", default="utf-8-sig", help="of the file (default: UTF-8)")
    parser.add_argument(
        "--out", type=Path, default=HOME / "var" / "models", help="where it is saved (default: var/models)"
    )
    parser.add_argument(
        "--force", action="store_true", help="make the new version current even where it is worse"
    )
    parser.add_argument(
        "--no-promote", action="store_true", help="save the new version and leave the current one current"
    )
    parser.add_argument(
        "--weights",
        type=Path,
        default=WEIGHTS_DIR,
        metavar="DIR",
        help="exported weights (default: var/weights)",
    )
    parser.add_argument("--date", type=_day, help="the day the card bears, YYYY-MM-DD (default: today)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the card's figures as JSON")
    parser.add_argument(
        "--mislabelled",
        type=Path,
        metavar="FILE",
        help="write rows that look mislabelled, best to mend first, as CSV",
    )


def _day(given: str) -> datetime:
    return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)


def _run_topic(chosen: argparse.Namespace) -> int:
    topics = read_topics(chosen.topics) if chosen.topics else []
    if not chosen.tickets and not topics:
        raise DatasetInvalid(Path(), ["give --tickets, --topics, or both"])
    dataset = _dataset(chosen, "topic") if chosen.tickets else None
    if chosen.fine_tune and dataset is None:
        raise DatasetInvalid(Path(), ["--fine-tune learns from labelled tickets: give --tickets"])
    embedder = open_ticket_embedder(_embedder_name(chosen, dataset), weights=chosen.weights)
    with TemporaryDirectory(prefix="pointsman-tuned-") as scratch:
        try:
            tuner = Tuner(Path(scratch)) if chosen.fine_tune else None
            run = _learn_topics(chosen, dataset, topics, embedder, tuner)
        finally:
            embedder.save()
        return _finish_topic(chosen, run)


def _finish_topic(chosen: argparse.Namespace, run: TopicRun) -> int:
    if chosen.mislabelled and run.fitted is not None and run.data is not None:
        count = write_mislabelled(
            chosen.mislabelled, run.data.messages, run.card.labels, run.data.labels, run.fitted.shares
        )
        print(f"{count} rows look mislabelled: {chosen.mislabelled}")
    return _save(chosen, run.model, run.card, run.files)


def _embedder_name(chosen: argparse.Namespace, dataset: Dataset | None) -> str:
    given: str = "small" if chosen.fine_tune else chosen.embedder
    rows = len(dataset.messages) if dataset else 0
    return given if given != "auto" else "large" if rows <= LARGE_ROWS else "small"


def _learn_topics(
    chosen: argparse.Namespace,
    dataset: Dataset | None,
    topics: Sequence[Topic],
    embedder: Embedder,
    tuner: Tuner | None,
) -> TopicRun:
    now = chosen.date or datetime.now(UTC)
    if dataset is None:
        return from_descriptions(topics, embedder, now)
    return learn_topics(
        dataset,
        topics,
        embedder,
        now,
        telling("topic"),
        none_label=chosen.none_label,
        judge_all=chosen.mislabelled is not None,
        tuner=tuner,
    )


def _run_graded(chosen: argparse.Namespace) -> int:
    task: GradedTask = chosen.graded
    team = _dataset(chosen, task.column) if chosen.tickets else None
    embedder = open_ticket_embedder(weights=chosen.weights)
    try:
        run = learn_grades(task, team, embedder, chosen.date or datetime.now(UTC), telling(task.name))
    finally:
        embedder.save()
    if chosen.mislabelled:
        count = write_mislabelled(
            chosen.mislabelled, run.messages, task.labels, run.grades, run.fitted.shares
        )
        print(f"{count} rows look mislabelled: {chosen.mislabelled}")
    return _save(chosen, run.model, run.card)


def _dataset(chosen: argparse.Namespace, column: str) -> Dataset:
    dataset = read_messages(chosen.tickets, chosen.label or [column], chosen.text, encoding=chosen.encoding)
    if dataset.left_out:
        sys.stderr.write(f"{len(dataset.left_out)} rows left out, such as {dataset.left_out[0]}\n")
    return dataset


def _save(
    chosen: argparse.Namespace, model: object, card: Card, files: Mapping[str, Path] | None = None
) -> int:
    registry = Registry([chosen.out])
    folder = registry.save(card.task, model, card, files)
    _print_card(card)
    if chosen.json:
        facts = {"metrics": card.metrics, "baseline": card.baseline, "thresholds": card.thresholds}
        chosen.json.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    if chosen.no_promote:
        print(f"saved {folder}")
        return 0
    try:
        registry.promote(card.task, folder.name, force=chosen.force)
    except NotPromoted as refusal:
        print(f"saved {folder}, and not made current: {refusal}")
        return 0
    print(f"saved {folder}; it is the current version")
    return 0


def _print_card(card: Card) -> None:
    for name, block in (("", card.metrics), ("baseline", card.baseline)):
        for line in _lines(name, block):
            print(line)
    stated: Any = card.thresholds.get("stated") or {}
    for rate, facts in stated.items():
        cut = (
            "not reachable"
            if facts["probability"] is None
            else f"from probability {facts['probability']:.3f}"
        )
        print(
            f"at most {float(rate):.0%} wrong: {cut}, covers {facts['coverage']:.1%} (bound {facts['bound']:.3f})"
        )


def _lines(name: str, block: Mapping[str, object]) -> Sequence[str]:
    return [
        f"{'.'.join(filter(None, (name, key))):36s} {value}"
        if not isinstance(value, dict)
        else f"{'.'.join(filter(None, (name, key))):36s} " + ", ".join(f"{k} {v}" for k, v in value.items())
        for key, value in block.items()
        if key not in ("labels", "groups")
    ]
