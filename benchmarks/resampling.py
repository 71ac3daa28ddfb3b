"""More of what there is: copies of real texts with other words, and of their vectors moved a little, seeded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.embedder.port import FloatVectors

CHANGED_WORDS = 0.15
# The length of what is added to a vector of length one: the copies' cosine to the original is about .93.
NOISE = 0.4
_SPACE = re.compile(r"(\s+)")


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """Texts, and the place of the original of each; those that come first are originals."""

    texts: list[str]
    originals: NDArray[np.int64]

    def vectors(self, known: FloatVectors, seed: int) -> FloatVectors:
        """The vectors of originals as they are, and moved a little for copies: (texts, dimension)."""
        random = np.random.default_rng([seed, 1])
        first = min(len(known), len(self.originals))
        # Of many texts in turns, so that the noise never takes as much memory as the vectors.
        parts = [
            moved(known[part], NOISE, random)
            for part in np.array_split(self.originals[first:], max(1, len(self.originals) // 5_000))
        ]
        return np.concatenate([known[self.originals[:first]], *parts])


def resampled(texts: Sequence[str], size: int, seed: int) -> Resampled:
    """Take so many texts: each once in an order of its own, and then copies drawn by lot."""
    random = np.random.default_rng(seed)
    once = random.permutation(len(texts))[:size]
    drawn = random.integers(len(texts), size=size - len(once))
    words = np.array(sorted({word for text in texts for word in text.split()}), dtype=object)
    copies = [with_other_words(texts[place], words, random) for place in drawn]
    return Resampled([*(texts[place] for place in once), *copies], np.concatenate([once, drawn]))


def with_other_words(text: str, words: NDArray[np.object_], random: np.random.Generator) -> str:
    """Exchange some of a text's words for others."""
    found = np.array(_SPACE.split(text), dtype=object)
    spoken = found[::2]  # between them lies what parts them
    changed = random.random(len(spoken)) < CHANGED_WORDS
    spoken[changed] = words[random.integers(len(words), size=int(changed.sum()))]
    return "".join(found)


def moved(vectors: FloatVectors, length: float, random: np.random.Generator) -> FloatVectors:
    """Add a random vector of about that length to each, and bring them back to length one."""
    noise = random.standard_normal(vectors.shape, np.float32) * np.float32(length / vectors.shape[1] ** 0.5)
    shifted = vectors + noise
    return np.asarray(shifted / np.linalg.norm(shifted, axis=1, keepdims=True), np.float32)
