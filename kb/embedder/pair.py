"""The embedder of articles: one model for passages, the same or a smaller one for their sentences."""

from __future__ import annotations

from dataclasses import dataclass

from kb.embedder.port import Embedder


@dataclass(frozen=True, slots=True)
class ArticleEmbedder:
    """Passages decide which articles are found, sentences which words are quoted; each may have its own model."""

    passages: Embedder
    sentences: Embedder

    @property
    def fingerprint(self) -> str:
        """Name both models; vectors of two fingerprints are never compared."""
        first, second = self.passages.fingerprint, self.sentences.fingerprint
        return first if first == second else f"{first}+{second}"
