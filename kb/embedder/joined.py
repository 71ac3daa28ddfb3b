"""Two embedders as one, where each knows what the other lacks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.embedder.port import Embedder, FloatVectors


class JoinedEmbedder:
    """An ``Embedder`` whose cosine is the weighted mean of two embedders' cosines; its vectors are theirs in a row.

    ``share`` is the first one's weight, between 0 and 1. Tokens are counted as the first one sees them.
    """

    def __init__(self, first: Embedder, second: Embedder, share: float) -> None:
        self._parts = ((first, np.float32(share**0.5)), (second, np.float32((1 - share) ** 0.5)))
        self._first = first
        self.fingerprint = f"{first.fingerprint}*{share:g}&{second.fingerprint}"
        self.dimension = first.dimension + second.dimension
        self.max_tokens = min(first.max_tokens, second.max_tokens)

    def encode(self, texts: Sequence[str]) -> FloatVectors:
        """Embed texts: (len(texts), dimension), unit rows."""
        return np.hstack([embedder.encode(texts) * scale for embedder, scale in self._parts])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count tokens without limit and without special ones, as the first embedder does."""
        return self._first.count_tokens(texts)
