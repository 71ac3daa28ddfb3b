"""What an index is fed with and what every index offers; implementations stand in the modules beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.types import Hit, Scope

FloatVector = NDArray[np.float32]
FloatMatrix = NDArray[np.float32]
IdVector = NDArray[np.int64]
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A passage as the indexes see it.

    ``headings`` is the path of headings joined with " > "; ``vector`` is float32 of unit length.
    """

    passage_id: int
    article_id: str
    audience: str
    language: str
    source: str
    title: str
    headings: str
    text: str
    vector: FloatVector = field(compare=False)


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to the passages up to ``generation``; a row in ``added`` replaces the one with its id."""

    generation: int
    added: tuple[IndexRow, ...] = ()
    removed: tuple[int, ...] = ()


class ChangeFeed(Protocol):
    """The database as the indexes see it."""

    def generation(self) -> int:
        """Give the number that grows with each change of a live passage, its audience or its vector."""
        ...

    def live_count(self) -> int:
        """Count the passages that `live_rows` gives."""
        ...

    def live_rows(self, embedder: str) -> Iterator[Sequence[IndexRow]]:
        """Give all live passages in batches, ascending by passage id."""
        ...

    def changes(self, embedder: str, since: int) -> Changes:
        """Give what is different now from generation ``since``."""
        ...


class PassageCache(Protocol):
    """What both kinds of index have in common.

    Searches may run in any thread while another one changes the index: each sees the state before or the
    state after. `load`, `apply` and `rebuild` raise `IndexUnusable` where the files cannot be used.
    """

    @property
    def generation(self) -> int:
        """The feed's generation that this index reflects; negative where there is nothing yet."""
        ...

    def __len__(self) -> int: ...

    def ids(self) -> IdVector:
        """Give the passage ids held, ascending."""
        ...

    def load(self) -> None:
        """Take over what is kept outside of this process, where that is of use."""
        ...

    def apply(self, added: Sequence[IndexRow], removed: Sequence[int], generation: int) -> None:
        """Remove and add in one step; doing it again changes nothing."""
        ...

    def rebuild(self, feed: ChangeFeed, embedder: str, advance: Advance) -> None:
        """Make the index anew from the feed; ``advance`` gets the number of passages of each step."""
        ...


class VectorIndex(PassageCache, Protocol):
    """Finds the passages whose vectors point where the question's does.

    The score is the inner product, which for vectors of unit length is the cosine.
    """

    @property
    def kind(self) -> str: ...

    def search(self, vector: FloatVector, limit: int, scope: Scope) -> list[Hit]:
        """Give the ``limit`` nearest passages within ``scope``: best first, ties by passage id."""
        ...

    def add(self, rows: Sequence[IndexRow]) -> None: ...

    def remove(self, ids: Sequence[int]) -> None: ...

    def save(self) -> None:
        """Keep the present state for the next process to load."""
        ...


class WordIndex(PassageCache, Protocol):
    """Finds the passages that share words with the question; the score is BM25's."""

    def search(self, text: str, limit: int, scope: Scope, prefix: bool = False) -> list[Hit]:
        """Give the ``limit`` best passages; with ``prefix`` the last word may be unfinished."""
        ...

    def document_frequency(self, word: str) -> int:
        """Count the passages that have a word, given as typed or as `terms` gives it."""
        ...
