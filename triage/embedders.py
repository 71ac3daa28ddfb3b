"""The embedders of tickets: a small one for everything, and a large one for topics with few examples."""

from __future__ import annotations

from pathlib import Path

from kb.embedder.joined import JoinedEmbedder
from kb.embedder.multilingual import ENGLISH_SHARE, UniversalSentenceEmbedder
from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.port import Embedder
from kb.embedder.weights import MINILM, MPNET

TUNED_FILES = (
    "embedder/embedder.json",
    "embedder/model.onnx",
    "embedder/tokenizer.json",
)  # in a version's folder
LARGE_SHARE = 0.5  # of mpnet in the large one


def small_ticket_embedder(weights: Path, *, threads: int) -> JoinedEmbedder:
    """Open MiniLM joined with the Universal Sentence Encoder: quick, and at home in fifteen languages.

    Raises:
        EmbedderUnavailable: the weights were not exported, or a package is missing.
    """
    english = OnnxEmbedder.load(weights / MINILM.name, threads=threads)
    # Its matrices are small: threads that wait for each other cost more than they save, most on a busy machine.
    return JoinedEmbedder(english, UniversalSentenceEmbedder.load(threads=1), ENGLISH_SHARE)


def large_ticket_embedder(weights: Path, small: Embedder, *, threads: int) -> JoinedEmbedder:
    """Join mpnet with the small one: some five times slower, better where there is little to learn from.

    Raises:
        EmbedderUnavailable: the weights were not exported.
    """
    return JoinedEmbedder(OnnxEmbedder.load(weights / MPNET.name, threads=threads), small, LARGE_SHARE)


def tuned_ticket_embedder(folder: Path, *, threads: int) -> JoinedEmbedder:
    """Open MiniLM as it was tuned on a team's topics, from a version's folder, joined as the small one is.

    Raises:
        EmbedderUnavailable: its files are not there, or a package is missing.
    """
    english = OnnxEmbedder.load(folder / "embedder", threads=threads)
    return JoinedEmbedder(english, UniversalSentenceEmbedder.load(threads=1), ENGLISH_SHARE)
