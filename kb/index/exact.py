"""The reference that other vector indexes are compared with: every passage, by a NumPy product."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np

from kb.errors import IndexUnusable
from kb.index.port import Advance, ChangeFeed, FloatMatrix, FloatVector, IdVector, IndexRow
from kb.index.scopes import ScopeTable
from kb.index.ties import SCORE_DIGITS, best
from kb.index.vectors import as_question, ids_of, latest, matrix_of
from kb.types import Hit, Scope


class ExactIndex:
    """All vectors of ``dimension`` in one float32 matrix."""

    kind = "numpy-exact"

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._state: tuple[ScopeTable, FloatMatrix] = (
            ScopeTable.empty(),
            np.empty((0, dimension), dtype=np.float32),
        )
        self._generation = -1
        self._changing = Lock()

    @property
    def generation(self) -> int:
        return self._generation

    def __len__(self) -> int:
        return len(self._state[0])

    def ids(self) -> IdVector:
        return self._state[0].ids

    def search(self, vector: FloatVector, limit: int, scope: Scope) -> list[Hit]:
        table, matrix = self._state
        allowed = table.mask(scope)
        ids = table.ids[allowed]
        scores = matrix[allowed] @ as_question(vector, self._dimension)

        def fetch(wanted: int) -> list[Hit]:
            order = np.argsort(-scores, kind="stable")[:wanted]
            return [Hit(int(ids[at]), round(float(scores[at]), SCORE_DIGITS)) for at in order]

        return best(fetch, limit)

    def add(self, rows: Sequence[IndexRow]) -> None:
        self.apply(rows, (), self._generation)

    def remove(self, ids: Sequence[int]) -> None:
        self.apply((), ids, self._generation)

    def apply(self, added: Sequence[IndexRow], removed: Sequence[int], generation: int) -> None:
        rows = latest(added)
        new_ids = ids_of(rows)
        with self._changing:
            table, matrix = self._state
            after = table.changed(rows, removed)
            kept = np.isin(table.ids, after.ids) & ~np.isin(table.ids, new_ids)
            order = np.argsort(np.concatenate([table.ids[kept], new_ids]), kind="stable")
            joined = np.concatenate([matrix[kept], matrix_of(rows, self._dimension)])
            self._state = (after, joined[order])
            self._generation = generation

    def rebuild(self, feed: ChangeFeed, embedder: str, advance: Advance) -> None:
        generation = feed.generation()
        fresh = ExactIndex(self._dimension)
        for batch in feed.live_rows(embedder):
            fresh.add(batch)
            advance(len(batch))
        self._state, self._generation = fresh._state, generation

    def load(self) -> None:
        raise IndexUnusable("This index is kept in memory only; rebuild it.")

    def save(self) -> None:
        pass
