"""The ``replay`` task: how past weeks would have gone with a topic model."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from kb.embedder.port import Embedder
from training.dataset import Message, message_text
from training.embedders import open_ticket_embedder
from training.errors import DatasetInvalid
from training.labels.labelled import Labelled
from training.labels.topic_task import read_topics
from training.progress import telling
from training.replay import Assumptions, replay
from training.replay_page import page_of
from triage.reading import read_tickets
from triage.types import Ticket

Tasks = Any  # argparse does not export the type of its sub-parsers


def add(tasks: Tasks) -> None:
    """Add the task to the command line."""
    parser = tasks.add_parser(
        "replay", help="run a topic model over past weeks as if live, learning only from before"
    )
    parser.add_argument(
        "--tickets", type=Path, required=True, metavar="FILE", help="dated tickets with topics"
    )
    parser.add_argument("--accounts", type=Path, metavar="FILE", help="accounts (not needed for topics)")
    parser.add_argument("--topics", type=Path, metavar="FILE", help="descriptions of the topics, as JSON")
    parser.add_argument(
        "--stated", type=float, default=0.05, help="the error rate at which topics are set (default .05)"
    )
    parser.add_argument(
        "--routing-minutes", type=float, default=3.0, help="to route a ticket by hand (default 3)"
    )
    parser.add_argument(
        "--misroute-minutes", type=float, default=30.0, help="lost by a misroute (default 30)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all weeks as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page with plots")
    parser.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    tickets = usable(read_tickets(chosen.tickets).tickets, chosen.tickets)
    labels = tuple(sorted({ticket.topic for ticket in tickets}))
    topics = read_topics(chosen.topics) if chosen.topics else []
    embedder = open_ticket_embedder()
    tell = telling("replay")
    try:
        tell(f"embedding {len(tickets)} tickets")
        data = labelled(tickets, labels, embedder)
        assumed = Assumptions(chosen.stated, chosen.routing_minutes, chosen.misroute_minutes)
        found = replay(tickets, data, labels, topics, embedder, assumed, tell)
    finally:
        embedder.save()
    if chosen.json:
        chosen.json.write_text(json.dumps(found.facts(), indent=2) + "\n", "utf-8")
    if chosen.html:
        chosen.html.write_text(page_of(found), "utf-8")
    for name, value in found.totals.items():
        print(f"{name:16s} {value}")
    return 0


def usable(tickets: tuple[Ticket, ...], source: Path) -> list[Ticket]:
    """Give the dated tickets with a topic and text, oldest first.

    Raises:
        DatasetInvalid: there are none.
    """
    found = [one for one in tickets if one.created_at and one.topic and (one.subject or one.body)]
    if not found:
        raise DatasetInvalid(source, ["no ticket has created_at with its offset, a topic and a text"])
    return sorted(found, key=lambda one: (one.created_at.timestamp() if one.created_at else 0.0, one.id))


def labelled(tickets: list[Ticket], labels: tuple[str, ...], embedder: Embedder) -> Labelled:
    """Clean and embed tickets."""
    texts = [message_text(one.subject, one.body) for one in tickets]
    messages = [
        Message(one.id, text, one.topic, one.account_id, one.created_at)
        for one, text in zip(tickets, texts, strict=True)
    ]
    places = np.array([labels.index(one.topic) for one in tickets], np.int64)
    return Labelled(texts, embedder.encode(texts), places, messages)
