"""What was worked out of a text a moment ago: its vectors and its word features, each made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from kb.embedder.port import Embedder, FloatVectors
from triage.features.graded import GradedModel
from triage.features.heads import LinearHead
from triage.features.topic import TopicModel

if TYPE_CHECKING:
    from scipy import sparse

REMEMBERED = 4096  # texts: a message's sentences are read for its labels, and again for its evidence
_WORDS_REMEMBERED = 1024  # texts: one of sixty words has about a thousand features

Made = TypeVar("Made")
_Row = tuple[NDArray[np.int32], NDArray[np.float32]]  # the features that a text has, and how much of each


class Latest(Generic[Made]):
    """What was made of the latest texts; threads may share it."""

    def __init__(self, make: Callable[[list[str]], Sequence[Made]], size: int = REMEMBERED) -> None:
        self._make = make
        self._size = size
        self._known: OrderedDict[str, Made] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str]) -> list[Made]:
        """Give what belongs to each text; what is not known is made in one go."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        fresh = dict(zip(missing, self._make(missing), strict=True)) if missing else {}
        with self._lock:
            self._known.update(fresh)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        found |= fresh
        return [found[text] for text in texts]


class RecallingEmbedder:
    """An ``Embedder`` that still knows the vectors of the latest texts."""

    def __init__(self, embedder: Embedder, size: int = REMEMBERED) -> None:
        self._embedder = embedder
        self._latest: Latest[FloatVectors] = Latest(lambda texts: list(embedder.encode(texts)), size)
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens

    def encode(self, texts: Sequence[str]) -> FloatVectors:
        """Embed texts: (len(texts), dimension), unit rows."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack(self._latest.of(texts))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count tokens as the embedder does."""
        return self._embedder.count_tokens(texts)


class RecallingHead(LinearHead):
    """A `LinearHead` that still knows the word features of the latest texts."""

    _latest: Latest[_Row]

    @classmethod
    def over(cls, head: LinearHead) -> RecallingHead:
        """Give a head that scores as ``head`` does."""
        recalling = cls(head.words, head.weights, head.intercept, head.vector_scale, head.word_scale)
        latest = Latest(lambda texts: _rows(head.features(texts)), _WORDS_REMEMBERED)
        object.__setattr__(recalling, "_latest", latest)
        return recalling

    def features(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Give the scaled word features alone: (messages, features)."""
        from scipy import sparse

        rows = self._latest.of(texts)
        ends = np.cumsum([0, *(len(indices) for indices, _ in rows)])
        indices = np.concatenate([indices for indices, _ in rows]) if rows else np.zeros(0, np.int32)
        data = np.concatenate([data for _, data in rows]) if rows else np.zeros(0, np.float32)
        return sparse.csr_matrix((data, indices, ends), (len(rows), self._feature_count()))


def recalling_topic(model: TopicModel) -> TopicModel:
    """Give a topic model that says the same, and reads the words of a text once."""
    heads = tuple(RecallingHead.over(one) if isinstance(one, LinearHead) else one for one in model.heads)
    return TopicModel(**_parts(model) | {"heads": heads})


def recalling_grades(model: GradedModel) -> GradedModel:
    """Give a graded model that says the same, and reads the words of a text once."""
    heads = {"message": RecallingHead.over(model.message), "sentence": RecallingHead.over(model.sentence)}
    return GradedModel(**_parts(model) | heads)


def _parts(model: TopicModel | GradedModel) -> dict[str, Any]:
    """What a model is made of. One that was saved before a part was thought of lacks it, and takes its default."""
    return {one.name: getattr(model, one.name) for one in fields(model) if hasattr(model, one.name)}


def _rows(matrix: sparse.csr_matrix) -> list[_Row]:
    return [
        (matrix.indices[start:end], matrix.data[start:end])
        for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    ]
