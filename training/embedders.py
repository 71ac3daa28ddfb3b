"""The embedders that training and benchmarks measure with, by name."""

from __future__ import annotations

from pathlib import Path

from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.pair import ArticleEmbedder
from kb.embedder.weights import MINILM, MPNET
from kb.embedder.remembered import CachedEmbedder

HOME = Path(__file__).resolve().parents[1]
WEIGHTS_DIR = HOME / "var" / "weights"
VECTORS_DIR = HOME / "var" / "embedded"
TASKS = {"default": "search", "small": "search_small"}


def open_embedder(name: str, threads: int = 2) -> tuple[ArticleEmbedder, list[CachedEmbedder]]:
    """Open "default" (mpnet for passages, MiniLM for sentences) or "small" (MiniLM for both), with remembered vectors.

    Returns:
        The embedder, and the caches to save when done.

    Raises:
        EmbedderUnavailable: the weights were not exported.
    """
    small = CachedEmbedder.open(OnnxEmbedder.load(WEIGHTS_DIR / MINILM.name, threads=threads), VECTORS_DIR)
    if name == "small":
        return ArticleEmbedder(small, small), [small]
    large = CachedEmbedder.open(OnnxEmbedder.load(WEIGHTS_DIR / MPNET.name, threads=threads), VECTORS_DIR)
    return ArticleEmbedder(large, small), [large, small]
