"""Fits the embedder to one help centre without labels: a linear map learnt from the articles' own order.

Pairs that should be near: a heading and a passage below it, a title and a passage of its article, two neighbouring
passages. Passages take part without title and headings, since a heading within them would make the task empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.embedder.port import Embedder, FloatVectors
from kb.index.port import IndexRow

Matrix = NDArray[np.float32]

_RANK = 32
_STEPS = 200
_BATCH = 256
_TEMPERATURE = 0.05
_RATE = 2e-3
_DECAY = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Unit vectors that belong together, row by row: (pairs, dimension) twice; ``articles`` numbers their articles."""

    asking: FloatVectors
    answering: FloatVectors
    articles: NDArray[np.int64]


def pairs_of(rows: Sequence[IndexRow], embedder: Embedder) -> Pairs:
    """Make the pairs of a corpus; ``rows`` hold each article's passages together and in order."""
    texts: list[tuple[str, str, str]] = []
    for row in rows:
        heading = row.headings.rpartition(" > ")[2]
        texts += [(lead, row.text, row.article_id) for lead in (heading, row.title) if lead]
    texts += [
        (one.text, other.text, one.article_id)
        for one, other in pairwise(rows)
        if one.article_id == other.article_id
    ]
    numbers = {article: number for number, article in enumerate(dict.fromkeys(text[2] for text in texts))}
    return Pairs(
        embedder.encode([text[0] for text in texts]),
        embedder.encode([text[1] for text in texts]),
        np.array([numbers[text[2]] for text in texts], np.int64),
    )


def ridge_map(pairs: Pairs, strength: float) -> Matrix:
    """Map the asking side onto the answering side by least squares, drawn towards leaving vectors as they are.

    Returns:
        (dimension, dimension), to be applied to questions alone; ``strength`` 1 weighs the draw as much as the data.
    """
    size = pairs.asking.shape[1]
    draw = strength * len(pairs.asking) / size * np.eye(size)
    asking = pairs.asking.astype(np.float64)
    solved = np.linalg.solve(asking.T @ asking + draw, asking.T @ pairs.answering + draw)
    return solved.astype(np.float32)


def contrastive_map(pairs: Pairs, seed: int = 0) -> Matrix:
    """Learn a low-rank change of both sides by which a pair finds its other half among a batch of others.

    In-batch negatives with InfoNCE: van den Oord et al. (2018). Pairs of one article are no negatives of each other.

    Returns:
        (dimension, dimension), to be applied to questions and passages.
    """
    import torch

    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    size = pairs.asking.shape[1]
    down = (torch.randn(size, _RANK) / size**0.5).requires_grad_()
    up = torch.zeros(_RANK, size, requires_grad=True)
    optimiser = torch.optim.AdamW([down, up], lr=_RATE, weight_decay=_DECAY)
    asking, answering = torch.from_numpy(pairs.asking), torch.from_numpy(pairs.answering)
    articles = torch.from_numpy(pairs.articles)
    for _ in range(_STEPS):
        chosen = torch.from_numpy(generator.permutation(len(articles))[:_BATCH])
        first = _changed(asking[chosen], down, up)
        second = _changed(answering[chosen], down, up)
        same = articles[chosen][:, None] == articles[chosen][None, :]
        same.fill_diagonal_(False)
        logits = (first @ second.T / _TEMPERATURE).masked_fill(same, -1e9)
        loss = torch.nn.functional.cross_entropy(logits, torch.arange(len(chosen)))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    learnt = np.eye(size) + (down @ up).detach().numpy()
    return np.asarray(learnt, np.float32)


def applied(vectors: FloatVectors, change: Matrix) -> FloatVectors:
    """Apply a map to vectors (n, dimension) and bring them back to length one."""
    moved = vectors @ change
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9), np.float32)


def _changed(vectors: Any, down: Any, up: Any) -> Any:  # noqa: ANN401 - torch is imported late
    import torch

    return torch.nn.functional.normalize(vectors + vectors @ down @ up, dim=1)
