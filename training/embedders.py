"""The embedders that training and benchmarks measure with, by name."""

from __future__ import annotations

from pathlib import Path

from kb.embedder.hashing import HashingEmbedder
from kb.embedder.joined import JoinedEmbedder
from kb.embedder.multilingual import ENGLISH_SHARE, UniversalSentenceEmbedder, joined
from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.pair import ArticleEmbedder
from kb.embedder.remembered import CachedEmbedder
from kb.embedder.weights import MINILM, MPNET
from models.registry import Loaded
from triage.embedders import TUNED_FILES, large_ticket_embedder, small_ticket_embedder

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


def open_ticket_embedder(
    name: str = "small", threads: int = 2, weights: Path = WEIGHTS_DIR
) -> CachedEmbedder:
    """Open an embedder of tickets, with vectors that are remembered in a folder beside the ``weights``.

    "small" is MiniLM joined with the Universal Sentence Encoder: quick, and at home in fifteen languages; "large" is
    the small one joined with mpnet: some five times slower, and better where there is little to learn from.
    "hashing" needs no weights and knows nothing: for a server that runs without any.

    Raises:
        EmbedderUnavailable: the weights were not exported, or a package is missing.
    """
    remembered = weights.parent / VECTORS_DIR.name
    if name == "hashing":
        return CachedEmbedder.open(HashingEmbedder(dimension=64), remembered)
    small = small_ticket_embedder(weights, threads=threads)
    if name == "small":
        return CachedEmbedder.open(small, remembered)
    return CachedEmbedder.open(large_ticket_embedder(weights, small, threads=threads), remembered)


def open_tuned_embedder(folder: Path, threads: int = 2) -> JoinedEmbedder:
    """Open a tuned MiniLM joined as the small embedder of tickets is; what does not change is remembered.

    Raises:
        EmbedderUnavailable: its files are not there, or a package is missing.
    """
    universal = CachedEmbedder.open(UniversalSentenceEmbedder.load(threads=threads), VECTORS_DIR)
    return JoinedEmbedder(OnnxEmbedder.load(folder, threads=threads), universal, ENGLISH_SHARE)


def ticket_embedder_of(loaded: Loaded) -> CachedEmbedder | None:
    """Open the embedder of tickets that a model learnt with; None where it is none of ours.

    Raises:
        EmbedderUnavailable: its weights were not exported, or a package is missing.
    """
    if TUNED_FILES[0] in loaded.card.files:
        return CachedEmbedder.open(open_tuned_embedder(loaded.folder / "embedder"), VECTORS_DIR)
    for name in TICKET_EMBEDDERS:
        found = open_ticket_embedder(name)
        if found.fingerprint == loaded.card.params.get("embedder"):
            return found
    return None
