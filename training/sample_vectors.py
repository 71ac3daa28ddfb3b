"""The ``sample-vectors`` task: embeds the sample company's passages and tickets, so that the demo loads quickly."""

from __future__ import annotations

import argparse
from typing import Any

from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.remembered import CachedEmbedder
from kb.embedder.weights import MPNET
from kb.passages import embedded_text, split_article
from kb.reader import read_path
from training.embedders import HOME, WEIGHTS_DIR
from triage.embedders import small_ticket_embedder
from triage.predictor import texts_read
from triage.reading import read_tickets
from triage.text import clean

ARTICLES = HOME / "sample" / "help_center"
TICKETS = HOME / "sample" / "tickets" / "tickets.jsonl"
VECTORS = HOME / "sample" / "vectors"


def add(tasks: Any) -> None:  # noqa: ANN401 - argparse does not export the type of its sub-parsers
    """Add the task to the command line."""
    parser = tasks.add_parser(
        "sample-vectors", help="embed the sample company's passages and tickets into sample/vectors"
    )
    parser.set_defaults(run=_run)


def passage_texts() -> list[str]:
    """What the embedder sees of each passage of the sample help centre."""
    embedder = OnnxEmbedder.load(WEIGHTS_DIR / MPNET.name)
    articles = read_path(ARTICLES, "sample").articles
    return [
        embedded_text(article.title, passage.headings, passage.text)
        for article in articles
        for passage in split_article(article, embedder.count_tokens)
    ]


def ticket_texts() -> list[str]:
    """What the embedder sees of each ticket of the sample company: the whole, its sentences, its requests."""
    read = (clean(ticket.subject, ticket.body) for ticket in read_tickets(TICKETS).tickets)
    return sorted({text for one in read for text in texts_read(one)}, key=lambda text: (len(text), text))


def _run(chosen: argparse.Namespace) -> int:
    for file in VECTORS.glob("*.npz"):
        file.unlink()
    kept = CachedEmbedder.open(OnnxEmbedder.load(WEIGHTS_DIR / MPNET.name, threads=2), VECTORS)
    kept.encode(passage_texts())
    kept.save()
    tickets = CachedEmbedder.open(small_ticket_embedder(WEIGHTS_DIR, threads=2), VECTORS)
    tickets.encode(ticket_texts())
    tickets.save()
    return 0
