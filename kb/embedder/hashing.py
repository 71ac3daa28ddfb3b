"""An embedder without weights, for tests and for a first start where none are installed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from kb.embedder.port import FloatVectors


class HashingEmbedder:
    """An ``Embedder`` of hashed words: texts that share words are near, and that is all it knows."""

    max_tokens = 256

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.fingerprint = f"hashing/1/{dimension}"

    def encode(self, texts: Sequence[str]) -> FloatVectors:
        """Embed texts: (len(texts), dimension), unit rows."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _words(text):
                vectors[row, _bucket(word, self.dimension)] += 1.0
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors[:, 0] += (lengths[:, 0] == 0).astype(np.float32)
        return np.asarray(
            vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32
        )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count words."""
        return [len(_words(text)) for text in texts]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _bucket(word: str, buckets: int) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big") % buckets
