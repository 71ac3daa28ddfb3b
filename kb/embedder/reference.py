"""The reference embedder: sentence-transformers itself, to export from and to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.embedder.port import FloatVectors
from kb.embedder.weights import Weights, model_folder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def load_reference(folder: Path | str) -> SentenceTransformer:
    """Load a sentence-transformers folder (or a hub name) on the CPU; imports torch."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", model_kwargs={"attn_implementation": "eager"})


class SentenceEmbedder:
    """An ``Embedder`` on torch in full precision: what its smaller int8 form is held against."""

    def __init__(self, model: SentenceTransformer, fingerprint: str) -> None:
        self._model = model
        self.fingerprint = fingerprint
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 0)

    @classmethod
    def from_weights(cls, weights: Weights) -> SentenceEmbedder:
        """Load packaged weights.

        Raises:
            EmbedderUnavailable: the weights are missing or not as published.
        """
        with model_folder(weights) as folder:
            return cls(load_reference(folder), f"{weights.name}/fp32/{weights.sha256[:12]}")

    @classmethod
    def from_hub(cls, name: str) -> SentenceEmbedder:
        """Load any sentence-transformers model by its hub name, where there is a network."""
        return cls(load_reference(name), f"{name}/fp32/hub")

    def encode(self, texts: Sequence[str]) -> FloatVectors:
        """Embed texts: (len(texts), dimension), unit rows."""
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count tokens without limit and without special ones."""
        encoded = self._model.tokenizer(list(texts), add_special_tokens=False, truncation=False)
        return [len(ids) for ids in encoded["input_ids"]]
