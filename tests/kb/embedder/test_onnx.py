from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.weights import KNOWN, MINILM
from kb.errors import EmbedderUnavailable

TEXTS = [
    "How do I restore a deleted booking?",
    "Trash: restore a deleted booking > Later\nIn the calendar, open Trash, select one and press Restore.",
    "Refunds arrive within 5 to 7 days.",
    "Fehler CAL-401: bitte neu anmelden 👋🏽",
    "x",
    "The owner can press Empty Trash. " * 8,
]


@pytest.fixture
def copied(exported_weights, tmp_path):
    """The smaller model in a folder of its own, to be damaged."""
    return shutil.copytree(exported_weights / MINILM.name, tmp_path / MINILM.name)


@pytest.fixture(scope="module")
def minilm(exported_weights):
    return OnnxEmbedder.load(exported_weights / MINILM.name)


@pytest.mark.weights
@pytest.mark.parametrize("name", sorted(KNOWN))
def test_its_vectors_are_about_those_of_sentence_transformers(exported_weights, name):
    from kb.embedder.reference import SentenceEmbedder

    served = OnnxEmbedder.load(exported_weights / name)
    try:
        reference = SentenceEmbedder.from_weights(KNOWN[name])
    except EmbedderUnavailable as missing:
        pytest.skip(str(missing))
    assert (served.dimension, served.max_tokens) == (KNOWN[name].dimension, KNOWN[name].max_tokens)
    assert (reference.dimension, reference.max_tokens) == (served.dimension, served.max_tokens)
    cosines = (served.encode(TEXTS) * reference.encode(TEXTS)).sum(axis=1)
    assert cosines.mean() > 0.97
    assert served.count_tokens(TEXTS) == reference.count_tokens(TEXTS)


@pytest.mark.weights
def test_a_text_has_one_vector_whatever_stands_beside_it(minilm):
    together = minilm.encode(TEXTS)
    alone = np.stack([minilm.encode([text])[0] for text in TEXTS])
    # What is quantised on the fly depends a little on the company.
    assert (together * alone).sum(axis=1).min() > 0.96
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)


@pytest.mark.weights
def test_next_to_nothing_is_padded_and_each_vector_is_at_its_text(minilm, monkeypatch):
    runs = []

    def record(ids):
        runs.append([len(row) for row in ids])
        return np.array([[len(row)] * minilm.dimension for row in ids], np.float32)

    monkeypatch.setattr(minilm, "_run", record)
    texts = ["booking " * number for number in (40, 3, 3, 90, 3, 41, 4, 600)]
    made = minilm.encode(texts)
    assert made[:, 0].tolist() == [42, 5, 5, 92, 5, 43, 6, 256]
    assert runs == [[5, 5, 5, 6], [42, 43], [92], [256]]


@pytest.mark.weights
def test_a_text_too_long_is_cut_at_the_most_tokens(minilm):
    long, longer = minilm.encode(["booking " * 300, "booking " * 3000])
    assert float(long @ longer) == pytest.approx(1.0, abs=1e-3)
    assert minilm.count_tokens(["booking " * 3000]) == [3000]


@pytest.mark.weights
def test_no_texts_and_empty_texts_are_taken(minilm):
    assert minilm.encode([]).shape == (0, MINILM.dimension)
    assert minilm.encode([""]).shape == (1, MINILM.dimension)


@pytest.mark.weights
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_damaged_files_are_refused(copied, name):
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(
        EmbedderUnavailable, match=f"{name} is missing or damaged. Delete .* and run: flask init"
    ):
        OnnxEmbedder.load(copied)
    (copied / name).unlink()
    with pytest.raises(EmbedderUnavailable, match=f"{name} is missing or damaged"):
        OnnxEmbedder.load(copied)


@pytest.mark.weights
def test_the_fingerprint_names_the_model_and_its_form(minilm, copied):
    card = json.loads((copied / "embedder.json").read_text())
    assert minilm.fingerprint == f"all-MiniLM-L6-v2/int8/{card['model_sha256'][:12]}"


def test_a_missing_export_says_what_to_run(tmp_path):
    with pytest.raises(EmbedderUnavailable, match=r"No exported embedder in .* Run: flask init"):
        OnnxEmbedder.load(tmp_path / "nowhere")


@pytest.mark.parametrize("card", ["{", "[]", '{"name": "tiny"}', "\xff"])
def test_a_damaged_card_is_refused(tmp_path, card):
    (tmp_path / "embedder.json").write_text(card, "latin-1")
    with pytest.raises(EmbedderUnavailable, match=r"embedder.json is missing or damaged"):
        OnnxEmbedder.load(tmp_path)
