"""Fine-tunes an embedder on labelled texts, so that texts of one label move together; needs torch, in training only.

A softmax over the cosines to one learnt vector a label, which begins at the label's mean (Zhai and Wu,
"Classification is a strong baseline for deep metric learning", 2019).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kb.embedder.export import export_model
from kb.embedder.reference import load_reference
from kb.embedder.weights import Weights, model_folder

if TYPE_CHECKING:
    import torch

BATCH = 32
TEXTS_READ = 4000  # over all epochs, of which there are at least two and at most twelve
FROZEN_LAYERS = 3  # the lower ones and the word table stay: they know the language, and a step costs half
SCALE = 20.0  # of cosines, one over the temperature
RATE = 4e-5
LABEL_RATE = 2e-3
WARM_UP = 0.1  # of the steps
LONGEST_TOKENS = 64  # what is read of a text while tuning: costs grow with it, and the beginning says most
Tell = Callable[[int, int], None]


def tune(
    weights: Weights,
    texts: Sequence[str],
    labels: NDArray[np.int64],
    target: Path,
    *,
    seed: int = 0,
    tell: Tell | None = None,
) -> Path:
    """Tune packaged weights on texts and the places of their labels; writes the int8 form to ``target``, gives it.

    The same texts give the same weights on the same machine. ``tell`` is told the steps done and their number.

    Raises:
        EmbedderUnavailable: the weights are missing or not as published.
    """
    import torch

    torch.manual_seed(seed)
    with model_folder(weights) as folder:
        reference = load_reference(folder)
        _fit(reference, list(texts), labels, np.random.default_rng(seed), tell)
        return export_model(reference, folder / "tokenizer.json", weights, f"{weights.name}-tuned", target)


def _fit(
    reference: Any,  # noqa: ANN401 - sentence-transformers is imported late
    texts: list[str],
    labels: NDArray[np.int64],
    random: np.random.Generator,
    tell: Tell | None,
) -> None:
    import torch

    model, tokenizer = reference[0].auto_model, reference.tokenizer
    for part in (model.embeddings, *model.encoder.layer[:FROZEN_LAYERS]):
        part.requires_grad_(False)
    proxies = torch.nn.Parameter(torch.tensor(_label_means(reference, texts, labels)))
    batches = list(_batches(len(texts), random))
    optimiser = torch.optim.AdamW(
        [
            {"params": [one for one in model.parameters() if one.requires_grad], "lr": RATE},
            {"params": [proxies], "lr": LABEL_RATE},
        ],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, len(batches)))
    truth = torch.tensor(labels)
    model.train()
    for step, batch in enumerate(batches, start=1):
        given = tokenizer(
            [texts[row] for row in batch],
            padding=True,
            truncation=True,
            max_length=LONGEST_TOKENS,
            return_tensors="pt",
        )
        cosines = _pooled(model, given) @ torch.nn.functional.normalize(proxies, dim=1).T
        loss = torch.nn.functional.cross_entropy(SCALE * cosines, truth[batch])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if tell is not None:
            tell(step, len(batches))
    model.eval()


def _pooled(model: Any, given: Any) -> torch.Tensor:  # noqa: ANN401
    import torch

    tokens = model(input_ids=given["input_ids"], attention_mask=given["attention_mask"]).last_hidden_state
    kept = given["attention_mask"].unsqueeze(-1).to(tokens.dtype)
    return torch.nn.functional.normalize((tokens * kept).sum(1) / kept.sum(1).clamp(min=1e-9), dim=1)


def _label_means(reference: Any, texts: list[str], labels: NDArray[np.int64]) -> NDArray[np.float32]:  # noqa: ANN401
    vectors = reference.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    sums = np.zeros((int(labels.max()) + 1, vectors.shape[1]), np.float32)
    np.add.at(sums, labels, vectors)
    return np.asarray(sums / (np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9), np.float32)


def _batches(count: int, random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    for _ in range(min(12, max(2, round(TEXTS_READ / count)))):
        order = random.permutation(count)
        yield from np.array_split(order, -(-count // BATCH))


def _rate(step: int, steps: int) -> float:
    """Rise, then fall evenly to nothing."""
    warm = max(1, int(WARM_UP * steps))
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / (steps - warm))
