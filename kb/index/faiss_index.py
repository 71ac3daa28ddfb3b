"""The vector index in memory: exact while small, inverted lists of 8-bit vectors when large."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import faiss
import numpy as np

from kb.errors import IndexUnusable
from kb.index.faiss_state import FaissState
from kb.index.port import Advance, ChangeFeed, FloatVector, IdVector, IndexRow
from kb.index.scopes import ScopeTable
from kb.index.snapshot import Record, load, read_record, save
from kb.index.ties import best
from kb.index.training import Choice, exact_index, trained_index, use_all_cores, wants_approximate
from kb.index.vectors import as_question, ids_of, latest, matrix_of
from kb.types import Hit, Scope

_OUTGROWN = 4


class FaissIndex:
    """Vectors in FAISS under a choice of kind, which is made when the index is (re)built.

    A change works on a copy that is swapped in, so memory doubles for a moment and searches never wait.
    With a ``folder`` it can be saved there as ``embedder``'s.
    """

    def __init__(
        self, dimension: int, choice: Choice = "auto", folder: Path | None = None, embedder: str = ""
    ) -> None:
        self._dimension = dimension
        self._choice = choice
        self._folder = folder
        self._embedder = embedder
        self._state = FaissState(exact_index(dimension), ScopeTable.empty(), -1, 0)
        self._changing = Lock()

    @property
    def kind(self) -> str:
        return self._state.kind

    @property
    def generation(self) -> int:
        return self._state.generation

    @property
    def needs_rebuild(self) -> bool:
        """Whether it has outgrown its kind, or the sample that its lists were trained on."""
        state = self._state
        if state.is_exact:
            return wants_approximate(self._choice, len(state.table))
        return len(state.table) > _OUTGROWN * state.trained_for

    def __len__(self) -> int:
        return len(self._state.table)

    def ids(self) -> IdVector:
        return self._state.table.ids

    def search(self, vector: FloatVector, limit: int, scope: Scope) -> list[Hit]:
        question = as_question(vector, self._dimension)[np.newaxis]
        state = self._state
        selection = state.selection(scope)
        if not selection.count:
            return []
        faiss.omp_set_num_threads(1)
        return best(lambda wanted: state.nearest(question, wanted, selection), limit)

    def add(self, rows: Sequence[IndexRow]) -> None:
        self.apply(rows, (), self.generation)

    def remove(self, ids: Sequence[int]) -> None:
        self.apply((), ids, self.generation)

    def apply(self, added: Sequence[IndexRow], removed: Sequence[int], generation: int) -> None:
        rows = latest(added)
        new_ids = ids_of(rows)
        with self._changing:
            state = self._state
            index = faiss.clone_index(state.index)
            gone = np.concatenate([np.fromiter(removed, dtype=np.int64), new_ids])
            index.remove_ids(faiss.IDSelectorBatch(gone))
            index.add_with_ids(matrix_of(rows, self._dimension), new_ids)
            table = state.table.changed(rows, removed)
            self._state = FaissState(index, table, generation, state.trained_for)

    def rebuild(self, feed: ChangeFeed, embedder: str, advance: Advance) -> None:
        generation, count = feed.generation(), feed.live_count()
        approximate = wants_approximate(self._choice, count)
        index = (
            trained_index(feed, embedder, self._dimension, count)
            if approximate
            else exact_index(self._dimension)
        )
        table = ScopeTable.empty()
        use_all_cores()
        for batch in feed.live_rows(embedder):
            index.add_with_ids(matrix_of(batch, self._dimension), ids_of(batch))
            table = table.changed(batch, ())
            advance(len(batch))
        with self._changing:
            self._state = FaissState(index, table, generation, count)

    def load(self) -> None:
        """Take over the snapshot where nothing is held yet, or where it is of another kind and as new."""
        if self._folder is None:
            raise IndexUnusable("This index is kept in memory only; rebuild it.")
        if self.generation < 0 or self._is_replaced(read_record(self._folder)):
            state = load(self._folder, self._embedder, self._dimension)
            if self._choice != "auto" and state.is_exact == wants_approximate(self._choice, len(state.table)):
                raise IndexUnusable(f"The index in {self._folder} is {state.kind}; rebuild it.")
            with self._changing:
                self._state = state

    def save(self) -> None:
        if self._folder is not None:
            save(self._folder, self._state, self._embedder)

    def _is_replaced(self, record: Record) -> bool:
        return record.kind != self.kind and record.generation >= self.generation
