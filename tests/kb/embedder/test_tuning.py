from __future__ import annotations

import json

import numpy as np
import pytest

from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.weights import MINILM, file_sha256

TEXTS = [
    "my card has not arrived yet",
    "where is the card you sent",
    "still waiting for the new card",
    "the card was swallowed by the machine",
    "the machine kept my card",
    "my card is stuck in the cash machine",
]
LABELS = np.array([0, 0, 0, 1, 1, 1])


def parted(vectors):
    """How much nearer texts are to others of their label than to those of the other one."""
    cosines = vectors @ vectors.T
    same = LABELS[:, None] == LABELS[None, :]
    return cosines[same & ~np.eye(6, dtype=bool)].mean() - cosines[~same].mean()


@pytest.mark.weights
def test_texts_of_one_label_move_together_and_the_same_texts_give_the_same_weights(
    exported_weights, tmp_path
):
    from kb.embedder import tuning

    steps = []
    first = tuning.tune(MINILM, TEXTS, LABELS, tmp_path / "one", tell=lambda *step: steps.append(step))
    second = tuning.tune(MINILM, TEXTS, LABELS, tmp_path / "two")
    assert steps == [(number, 12) for number in range(1, 13)]
    assert file_sha256(first / "model.onnx") == file_sha256(second / "model.onnx")
    tuned, untouched = OnnxEmbedder.load(first), OnnxEmbedder.load(exported_weights / MINILM.name)
    assert parted(tuned.encode(TEXTS)) > parted(untouched.encode(TEXTS)) + 0.1
    assert tuned.fingerprint != untouched.fingerprint
    assert json.loads((first / "embedder.json").read_text())["name"] == "all-MiniLM-L6-v2-tuned"
