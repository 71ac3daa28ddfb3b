"""The ``sample-vectors`` task: embeds the sample company's passages once, so that the demo is there in seconds."""

from __future__ import annotations

import argparse
from typing import Any

from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.remembered import CachedEmbedder
from kb.embedder.weights import MPNET
from kb.passages import embedded_text, split_article
from kb.reader import read_path
from training.embedders import HOME, WEIGHTS_DIR

ARTICLES = HOME / "sample" / "help_center"
VECTORS = HOME / "sample" / "vectors"


def add(tasks: Any) -> None:  # noqa: ANN401 - argparse does not export the type of its sub-parsers
    """Add the task to the command line."""
    parser = tasks.add_parser(
        "sample-vectors", help="embed the sample help centre's passages into sample/vectors"
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


def _run(chosen: argparse.Namespace) -> int:
    for file in VECTORS.glob("*.npz"):
        file.unlink()
    kept = CachedEmbedder.open(OnnxEmbedder.load(WEIGHTS_DIR / MPNET.name, threads=2), VECTORS)
    kept.encode(passage_texts())
    kept.save()
    return 0
