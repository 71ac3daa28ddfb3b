"""What is written about topics, as vectors: enough to begin with before anybody has labelled a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.embedder.port import Embedder
from triage.features.heads import DescriptionHead, Vectors
from triage.features.topic import TopicModel
from triage.types import Topic

SHARPNESS = 18.0  # one over the temperature of cosines; measured on the sample company's tickets


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """What was written about labels: (texts, dimension) vectors, and the place of each one's label."""

    vectors: Vectors
    owner: NDArray[np.int64]


def describe(topics: Sequence[Topic], labels: Sequence[str], embedder: Embedder) -> Described:
    """Embed what is written about each label: its name, its description, both together.

    A name without a letter says nothing; a label of which nothing is known is left out.
    """
    by_name = {topic.name: topic for topic in topics}
    texts: list[str] = []
    owner: list[int] = []
    for place, label in enumerate(labels):
        written = _written(label, by_name[label].description if label in by_name else "")
        texts += written
        owner += [place] * len(written)
    vectors = embedder.encode(texts) if texts else np.zeros((0, embedder.dimension), np.float32)
    return Described(vectors, np.array(owner, np.int64))


def described_model(labels: Sequence[str], described: Described) -> TopicModel:
    """Make the model of the first day, from descriptions alone. Its probabilities are not checked on any ticket."""
    head = DescriptionHead(described.vectors.astype(np.float32), described.owner)
    return TopicModel(tuple(labels), (head,), (1.0,), sharpness=SHARPNESS)


def spoken(label: str) -> str:
    """Turn a label into words: ``card_arrival`` reads "card arrival"; empty where it has no letter."""
    words = " ".join(label.replace("_", " ").replace("/", " ").replace("-", " ").split()).lower()
    return words if any(character.isalpha() for character in words) else ""


def _written(label: str, about: str) -> list[str]:
    name = spoken(label)
    both = f"{name}: {about}" if name and about else ""
    return [text for text in dict.fromkeys((name, about, both)) if text]
