"""The embedders that training and benchmarks measure with, by name."""

from __future__ import annotations

from pathlib import Path

from kb.embedder.multilingual import UniversalSentenceEmbedder, joined
from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.pair import ArticleEmbedder
from kb.embedder.remembered import CachedEmbedder
from kb.embedder.weights import MINILM, MPNET

HOME = Path(__file__).resolve().parents[1]
WEIGHTS_DIR = HOME / "var" / "weights"
VECTORS_DIR = HOME / "var" / "embedded"
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
