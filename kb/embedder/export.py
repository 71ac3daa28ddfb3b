"""Writes the int8 ONNX form of an embedder's weights, once, at set-up; the only part that needs torch."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

from kb.embedder.weights import Weights, file_sha256, model_folder

FORMAT = 3


def export_int8(weights: Weights, directory: Path) -> Path:
    """Export ``weights`` into ``directory/<name>`` unless it is there; gives that folder.

    Dynamic int8 quantisation, per channel, of every matrix product and of the word table; mean pooling and
    normalisation are part of the graph. The folder is renamed into place last, so a cut-off export leaves nothing.

    Raises:
        EmbedderUnavailable: the weights are missing or not as published.
    """
    target = directory / weights.name
    if is_exported(target, weights):
        return target
    with model_folder(weights) as folder:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from kb.embedder.reference import load_reference

        return export_model(load_reference(folder), folder / "tokenizer.json", weights, weights.name, target)


def export_model(
    reference: Any,  # noqa: ANN401 - a SentenceTransformer, which is imported late
    tokenizer: Path,
    weights: Weights,
    name: str,
    target: Path,
) -> Path:
    """Export a loaded model that began as ``weights`` into the folder ``target``, under a name of its own."""
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        _export_graph(reference, scratch / "full.onnx")
        shutil.copy(tokenizer, scratch / "tokenizer.json")
        _quantise(scratch / "full.onnx", scratch / "model.onnx", weights.keep_full)
        (scratch / "full.onnx").unlink()
        _write_card(weights, name, scratch)
        shutil.rmtree(target, ignore_errors=True)
        scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def is_exported(target: Path, weights: Weights) -> bool:
    """Say whether a folder holds this very export, by its card; a damaged card counts as none."""
    try:
        found = json.loads((target / "embedder.json").read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    whole = all((target / name).is_file() for name in ("model.onnx", "tokenizer.json"))
    return whole and (found["weights_sha256"], found["format"]) == (weights.sha256, FORMAT)


def _export_graph(reference: Any, path: Path) -> None:  # noqa: ANN401
    import torch

    transformer: Any = reference[0]
    ids = torch.randint(5, 1000, (2, 16))
    mask = torch.ones_like(ids)
    mask[1, 10:] = 0
    axes = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _pooled(transformer.auto_model.eval()),
            (ids, mask),
            str(path),
            dynamo=False,
            opset_version=17,
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "batch"}},
        )


def _pooled(model: Any) -> Any:  # noqa: ANN401 - torch is imported late, so its types cannot stand here
    import torch

    class MeanPooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            tokens = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            kept = attention_mask.unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * kept).sum(1) / kept.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, p=2, dim=1)

    return MeanPooled()


def _quantise(full: Path, small: Path, keep_full: str) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    nodes = onnx.load(str(full), load_external_data=False).graph.node
    kept = [node.name for node in nodes if keep_full and re.search(keep_full, node.name)]
    quantize_dynamic(
        str(full),
        str(small),
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        reduce_range=True,  # 7 bits: with 8, processors without VNNI overflow and the vectors are noise
        weight_type=QuantType.QInt8,
        nodes_to_exclude=kept,
    )


def _write_card(weights: Weights, name: str, folder: Path) -> None:
    card = {
        "name": name,
        "format": FORMAT,
        "weights_sha256": weights.sha256,
        "model_sha256": file_sha256(folder / "model.onnx"),
        "tokenizer_sha256": file_sha256(folder / "tokenizer.json"),
        "dimension": weights.dimension,
        "max_tokens": weights.max_tokens,
    }
    (folder / "embedder.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")
