"""Measures one embedder in a process of its own: ``python -m benchmarks.embedder_probe NAME FORM THREADS TEXTS``.

Prints JSON. TEXTS is a JSON file of ``questions``, ``passages`` and ``sentences``; vectors are written beside.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.processes import memory_mb
from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.port import Embedder
from kb.embedder.weights import KNOWN
from training.embedders import WEIGHTS_DIR


def main(name: str, form: str, threads: str, texts: str) -> int:
    """Load, time and weigh an embedder; FORM is int8 or fp32."""
    given = json.loads(Path(texts).read_text("utf-8"))
    started = time.perf_counter()
    embedder = _loaded(name, form, int(threads))
    embedder.encode([given["questions"][0]])
    loaded = time.perf_counter() - started
    times = [_seconds(embedder, [question]) for question in given["questions"]]
    found = {
        "load_ms": loaded * 1000,
        "question_ms": float(np.percentile(times, 50)) * 1000,
        "passages_per_second": len(given["passages"]) / _seconds(embedder, given["passages"]),
        "sentences_per_second": len(given["sentences"]) / _seconds(embedder, given["sentences"]),
        "memory_mb": memory_mb(),
    }
    np.save(Path(texts).with_name(f"{name}-{form}.npy"), embedder.encode(given["passages"][:100]))
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


def _loaded(name: str, form: str, threads: int) -> Embedder:
    if form == "int8":
        return OnnxEmbedder.load(WEIGHTS_DIR / name, threads=threads)
    import torch

    from kb.embedder.reference import SentenceEmbedder

    torch.set_num_threads(threads)
    return SentenceEmbedder.from_weights(KNOWN[name])


def _seconds(embedder: Embedder, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    embedder.encode(texts)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
