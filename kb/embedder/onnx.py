"""Serves an exported embedder with onnxruntime: a second to start, no torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.embedder.port import FloatVectors
from kb.embedder.weights import file_sha256
from kb.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

_CARD_KEYS = {"name", "model_sha256", "tokenizer_sha256", "dimension", "max_tokens"}
_BATCH_TOKENS = 512  # padded tokens in one run: on a CPU larger ones are slower by half and cost memory
_PADDING = 4  # tokens of padding in one run: another run costs less than they do


class OnnxEmbedder:
    """An ``Embedder`` over the int8 ONNX form of a sentence-transformers model."""

    def __init__(
        self,
        session: InferenceSession,
        tokenizer: Tokenizer,
        *,
        fingerprint: str,
        dimension: int,
        max_tokens: int,
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.max_tokens = max_tokens

    @classmethod
    def load(cls, folder: Path, *, threads: int = 1, verify: bool = True) -> OnnxEmbedder:
        """Open an exported folder; its files are checked against the hashes in its card.

        Raises:
            EmbedderUnavailable: the folder is missing or its files are not those that were exported.
        """
        card = _read_card(folder)
        if verify:
            _verify(folder, card)
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        # Waiting threads would burn a core that another worker needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return cls(
            session,
            tokenizer,
            fingerprint=f"{card['name']}/int8/{str(card['model_sha256'])[:12]}",
            dimension=int(str(card["dimension"])),
            max_tokens=int(str(card["max_tokens"])),
        )

    def encode(self, texts: Sequence[str]) -> FloatVectors:
        """Embed texts: (len(texts), dimension), unit rows. Long texts are cut at ``max_tokens``."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        ids = [self._token_ids(encoding) for encoding in self._tokenizer.encode_batch(list(texts))]
        for batch in _batches(ids):
            vectors[batch] = self._run([ids[position] for position in batch])
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count tokens without limit and without special ones."""
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encoded]

    def _token_ids(self, encoding: Encoding) -> list[int]:
        ids: list[int] = encoding.ids
        return ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]

    def _run(self, ids: list[list[int]]) -> FloatVectors:
        width = max(len(row) for row in ids)
        tokens = np.zeros((len(ids), width), dtype=np.int64)
        mask = np.zeros((len(ids), width), dtype=np.int64)
        for row, values in enumerate(ids):
            tokens[row, : len(values)] = values
            mask[row, : len(values)] = 1
        (vectors,) = self._session.run(["embedding"], {"input_ids": tokens, "attention_mask": mask})
        return np.asarray(vectors, dtype=np.float32)


def _batches(ids: list[list[int]]) -> list[list[int]]:
    """Group texts of like length, so that next to nothing is padded: what is padded takes as long as what is not."""
    batches: list[list[int]] = []
    batch: list[int] = []
    filled = 0
    for position in sorted(range(len(ids)), key=lambda position: len(ids[position])):
        padded = len(ids[position]) * (len(batch) + 1)
        if batch and (padded > _BATCH_TOKENS or padded - filled - len(ids[position]) > _PADDING):
            batches.append(batch)
            batch, filled = [], 0
        batch.append(position)
        filled += len(ids[position])
    return [*batches, batch] if batch else batches


def _read_card(folder: Path) -> dict[str, object]:
    try:
        card: dict[str, object] = json.loads((folder / "embedder.json").read_text("utf-8"))
    except FileNotFoundError as missing:
        raise EmbedderUnavailable(f"No exported embedder in {folder}. Run: flask init") from missing
    except ValueError as error:
        raise _damaged(folder, "embedder.json") from error
    if not isinstance(card, dict) or not card.keys() >= _CARD_KEYS:
        raise _damaged(folder, "embedder.json")
    return card


def _verify(folder: Path, card: dict[str, object]) -> None:
    for name, key in (("model.onnx", "model_sha256"), ("tokenizer.json", "tokenizer_sha256")):
        path = folder / name
        if not path.is_file() or file_sha256(path) != card[key]:
            raise _damaged(folder, name)


def _damaged(folder: Path, name: str) -> EmbedderUnavailable:
    return EmbedderUnavailable(f"{folder / name} is missing or damaged. Delete {folder} and run: flask init")
