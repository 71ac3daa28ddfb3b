"""The embedders that training and benchmarks measure with, by name."""

from __future__ import annotations

from pathlib import Path

from kb.embedder.multilingual import UniversalSentenceEmbedder, joined
from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.pair import ArticleEmbedder
from kb.embedder.remembered import CachedEmbedder
from kb.embedder.weights import MINILM, MPNET
from triage.embedders import large_ticket_embedder, small_ticket_embedder

HOME = Path(__file__).resolve().parents[1]
WEIGHTS_DIR = HOME / "var" / "weights"
VECTORS_DIR = HOME / "var" / "embedded"
TICKET_EMBEDDERS = ("small", "large")
TASKS = {"default": "search", "small": "search_small", "multilingual": "search_multilingual"}


def open_embedder(name: str, threads: int = 2) -> tuple[ArticleEmbedder, list[CachedEmbedder]]:
    """Open an embedder by its name, with remembered vectors.

    "default" is mpnet for passages and MiniLM for sentences, "small" MiniLM for both, "multilingual" the default
    with the Universal Sentence Encoder joined to both.

    Returns:
        The embedder, and the caches to save when done.

    Raises:
        EmbedderUnavailable: the weights were not exported, or the package of the multilingual ones is missing.
    """
    small = CachedEmbedder.open(OnnxEmbedder.load(WEIGHTS_DIR / MINILM.name, threads=threads), VECTORS_DIR)
    if name == "small":
        return ArticleEmbedder(small, small), [small]
    large = CachedEmbedder.open(OnnxEmbedder.load(WEIGHTS_DIR / MPNET.name, threads=threads), VECTORS_DIR)
    english = ArticleEmbedder(large, small)
    if name == "default":
        return english, [large, small]
    universal = CachedEmbedder.open(UniversalSentenceEmbedder.load(threads=threads), VECTORS_DIR)
    return joined(english, universal), [large, small, universal]


def open_ticket_embedder(name: str = "small", threads: int = 2) -> CachedEmbedder:
    """Open an embedder of tickets, with remembered vectors.

    "small" is MiniLM joined with the Universal Sentence Encoder: quick, and at home in fifteen languages; "large" is
    the small one joined with mpnet: some five times slower, and better where there is little to learn from.

    Raises:
        EmbedderUnavailable: the weights were not exported, or a package is missing.
    """
    small = small_ticket_embedder(WEIGHTS_DIR, threads=threads)
    if name == "small":
        return CachedEmbedder.open(small, VECTORS_DIR)
    return CachedEmbedder.open(large_ticket_embedder(WEIGHTS_DIR, small, threads=threads), VECTORS_DIR)


def ticket_embedder_for(fingerprint: object) -> CachedEmbedder | None:
    """Open the embedder of tickets of that fingerprint; None where neither has it."""
    for name in TICKET_EMBEDDERS:
        found = open_ticket_embedder(name)
        if found.fingerprint == fingerprint:
            return found
    return None
