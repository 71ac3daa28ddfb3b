"""One state of a FAISS index with its passages' labels: what a search works on, and what a file keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import Any

import faiss
import numpy as np

from kb.index.port import FloatMatrix, IdVector
from kb.index.scopes import BoolVector, ScopeTable
from kb.index.ties import SCORE_DIGITS
from kb.types import Hit, Scope

EXACT = "faiss-exact"
APPROXIMATE = "faiss-approximate"
LISTS_SEARCHED = 64
_SEARCHED_WHOLE = 2_000
_MOST_SCOPES = 64
_SPARSE_IDS = 64
# The type stubs describe the C++ classes; the Python wrappers also take keywords and arrays.
_wrapped: Any = faiss


@dataclass(frozen=True, slots=True)
class _Selection:
    """The passages that a scope allows, in FAISS's terms; no filter where it allows all."""

    count: int
    filter: faiss.IDSelector | None


@dataclass(frozen=True, slots=True)
class FaissState:
    """One whole state of the index; a change makes the next one and never touches this."""

    index: Any
    table: ScopeTable
    generation: int
    trained_for: int
    selections: dict[Scope, _Selection] = field(default_factory=dict)

    @property
    def is_exact(self) -> bool:
        return isinstance(self.index, faiss.IndexIDMap2)

    @property
    def kind(self) -> str:
        return EXACT if self.is_exact else APPROXIMATE

    def selection(self, scope: Scope) -> _Selection:
        known = self.selections.get(scope)
        if known is None:
            known = _selected(self.table.ids, self.table.mask(scope))
            if len(self.selections) >= _MOST_SCOPES:
                self.selections.clear()
            self.selections[scope] = known
        return known

    def nearest(self, question: FloatMatrix, wanted: int, selection: _Selection) -> list[Hit]:
        parameters = self._parameters(selection)
        scores, ids = self.index.search(question, min(wanted, selection.count), params=parameters)
        pairs = zip(ids[0].tolist(), scores[0].tolist(), strict=True)
        return [Hit(passage, round(score, SCORE_DIGITS)) for passage, score in pairs if passage >= 0]

    def _parameters(self, selection: _Selection) -> faiss.SearchParameters:
        parameters: faiss.SearchParameters
        if self.is_exact:
            parameters = _wrapped.SearchParameters(sel=selection.filter)
        else:
            lists = self._lists_searched(selection.count)
            parameters = _wrapped.SearchParametersIVF(sel=selection.filter, nprobe=lists)
        return parameters

    def _lists_searched(self, selected: int) -> int:
        """Search the more lists the fewer passages a scope leaves in each, so as to compare as many."""
        if selected <= _SEARCHED_WHOLE:
            return int(self.index.nlist)
        return min(int(self.index.nlist), ceil(LISTS_SEARCHED * len(self.table) / selected))


def _selected(ids: IdVector, allowed: BoolVector) -> _Selection:
    count = int(allowed.sum())
    if count == len(ids) or not count:
        return _Selection(count, None)
    return _Selection(count, _filter(ids[allowed], int(ids[-1])))


def _filter(allowed: IdVector, highest: int) -> faiss.IDSelector:
    """Make a bit for each id up to the highest, or a set where ids lie far apart."""
    if highest > _SPARSE_IDS * max(len(allowed), 1_000_000):
        return faiss.IDSelectorBatch(allowed)
    bits = np.zeros(highest + 1, dtype=np.bool_)
    bits[allowed] = True
    bitmap: faiss.IDSelector = _wrapped.IDSelectorBitmap(np.packbits(bits, bitorder="little"))
    return bitmap
