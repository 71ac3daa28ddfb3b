"""What the knowledge base asks of an embedder, whichever model stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatVectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors, so that an inner product is a cosine.

    ``fingerprint`` names the model and its weights: vectors of two fingerprints are never compared.
    """

    @property
    def fingerprint(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> FloatVectors:
        """Embed texts; the result is (len(texts), dimension), rows of length one."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count tokens as the model sees them, without limit and without its special tokens."""
        ...
