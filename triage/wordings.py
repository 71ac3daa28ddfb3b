"""How alike tickets are worded: what embeddings blur, such as codes, names and numbers, told by TF-IDF."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w\w+")
_LONGEST = 4000  # characters of a text that are read
_ROOM = 4096

Floats = NDArray[np.float64]
_Counted = tuple[NDArray[np.int32], NDArray[np.float32]]  # words by number, and one plus the log of how often


class Wordings:
    """The words of texts by id, added and dropped one by one. Its users see to it that one thread changes it."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts_with = np.zeros(_ROOM, np.int64)
        self._counted: dict[str, _Counted] = {}

    def __contains__(self, text_id: str) -> bool:
        return text_id in self._counted

    def add(self, texts: Mapping[str, str]) -> None:
        """Take texts in by their ids; one that is known already stays as it was."""
        for key, text in texts.items():
            if key not in self._counted:
                counted = self._counted[key] = self._count(text)
                self._texts_with[counted[0]] += 1

    def keep_only(self, text_ids: Collection[str]) -> None:
        """Drop all other texts."""
        kept = set(text_ids)
        for key in [key for key in self._counted if key not in kept]:
            self._texts_with[self._counted.pop(key)[0]] -= 1

    def alike(self, text: str, text_ids: Sequence[str]) -> Floats:
        """Give the TF-IDF cosine of a text and each of some known ones: (text_ids,); 0 for unknown ones."""
        rarity = np.log((1 + len(self._counted)) / (1 + self._texts_with)) + 1
        own, often = self._known(text)
        wanted = np.zeros(len(self._texts_with))
        wanted[own] = often * rarity[own]
        nothing: _Counted = (np.zeros(0, np.int32), np.zeros(0, np.float32))
        rows = [self._counted.get(key, nothing) for key in text_ids]
        owner = np.repeat(np.arange(len(rows)), [len(words) for words, _ in rows])
        words = np.concatenate([words for words, _ in rows]) if rows else nothing[0]
        weights = np.concatenate([often for _, often in rows]) * rarity[words] if rows else nothing[1]
        products = np.bincount(owner, weights * wanted[words], len(rows))
        lengths = np.sqrt(np.bincount(owner, weights**2, len(rows))) * np.linalg.norm(wanted)
        return np.asarray(products / np.maximum(lengths, 1e-9), np.float64)

    def _count(self, text: str) -> _Counted:
        """Count a text's words, and number those that are new."""
        for word in _words(text):
            self._numbers.setdefault(word, len(self._numbers))
        if len(self._numbers) > len(self._texts_with):
            grown = np.zeros(2 * len(self._numbers), np.int64)
            grown[: len(self._texts_with)] = self._texts_with
            self._texts_with = grown
        return self._known(text)

    def _known(self, text: str) -> _Counted:
        """Count the words of a text that have a number."""
        counted = Counter(word for word in _words(text) if word in self._numbers)
        words = np.array([self._numbers[word] for word in counted], np.int32)
        return words, 1 + np.log(np.fromiter(counted.values(), np.float32, len(counted)))


def _words(text: str) -> list[str]:
    return _WORD.findall(text[:_LONGEST].lower())
