from __future__ import annotations

import json

import pytest

from kb.embedder.export import FORMAT, export_int8, is_exported
from kb.embedder.weights import MINILM, Weights
from kb.errors import EmbedderUnavailable


def exported(folder, **changes):
    folder.mkdir()
    card = {"weights_sha256": MINILM.sha256, "format": FORMAT} | changes
    (folder / "embedder.json").write_text(json.dumps(card))
    for name in ("model.onnx", "tokenizer.json"):
        (folder / name).write_bytes(b"")
    return folder


def test_an_export_is_known_by_its_card(tmp_path):
    assert is_exported(exported(tmp_path / "same"), MINILM)
    assert not is_exported(exported(tmp_path / "other", weights_sha256="0" * 64), MINILM)
    assert not is_exported(exported(tmp_path / "old", format=FORMAT - 1), MINILM)


def test_a_folder_that_is_missing_damaged_or_incomplete_is_no_export(tmp_path):
    assert not is_exported(tmp_path / "missing", MINILM)
    damaged = exported(tmp_path / "damaged")
    (damaged / "embedder.json").write_text("{")
    assert not is_exported(damaged, MINILM)
    incomplete = exported(tmp_path / "incomplete")
    (incomplete / "model.onnx").unlink()
    assert not is_exported(incomplete, MINILM)


def test_what_was_exported_is_left_alone(tmp_path):
    folder = exported(tmp_path / MINILM.name)
    assert export_int8(MINILM, tmp_path) == folder
    assert (folder / "model.onnx").read_bytes() == b""


def test_an_export_that_fails_leaves_nothing_behind(tmp_path):
    missing = Weights(
        "tiny", ("no-such-model",), "0" * 64, dimension=8, max_tokens=16, install="pip install tiny"
    )
    with pytest.raises(EmbedderUnavailable):
        export_int8(missing, tmp_path / "weights")
    assert not (tmp_path / "weights").exists()
