"""An embedder that remembers, so that a text is embedded once: for measuring, and for the sample company."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from kb.embedder.port import Embedder, FloatVectors


class CachedEmbedder:
    """An ``Embedder`` that looks up each text's vector in a file named after the model's fingerprint.

    With ``learning`` it remembers new texts too, until `save` writes them.
    """

    def __init__(
        self, embedder: Embedder, path: Path, known: dict[str, FloatVectors], *, learning: bool = True
    ) -> None:
        self._embedder = embedder
        self._path = path
        self._known = known
        self._learning = learning
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens

    @classmethod
    def open(cls, embedder: Embedder, directory: Path, *, learning: bool = True) -> CachedEmbedder:
        """Load what was embedded before; a damaged file counts as none."""
        path = directory / (re.sub(r"[^\w.-]+", "-", embedder.fingerprint) + ".npz")
        known: dict[str, FloatVectors] = {}
        if path.is_file():
            with suppress(OSError, ValueError, KeyError, EOFError, BadZipFile), path.open("rb") as stream:
                stored = np.load(stream)
                known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        return cls(embedder, path, known, learning=learning)

    def encode(self, texts: Sequence[str]) -> FloatVectors:
        """Embed texts: (len(texts), dimension), unit rows."""
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        fresh = (
            dict(zip(missing, self._embedder.encode(list(missing.values())), strict=True)) if missing else {}
        )
        if self._learning:
            self._known.update(fresh)
        if not keys:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([fresh[key] if key in fresh else self._known[key] for key in keys]).astype(np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count tokens as the model does."""
        return self._embedder.count_tokens(texts)

    def save(self) -> None:
        """Write what is known, whole or not at all; in half precision, which moves a cosine by less than .0005."""
        if not self._known:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._path.with_suffix(".tmp.npz")
        np.savez(
            scratch,
            keys=np.array(list(self._known)),
            vectors=np.stack(list(self._known.values())).astype(np.float16),
        )
        scratch.replace(self._path)
