"""Which passages a scope allows: the audience, language and source of each passage in a few bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index.port import IdVector, IndexRow
from kb.types import Scope

BoolVector = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """One label for each passage, as a code into ``names``."""

    names: tuple[str, ...]
    codes: NDArray[np.int32]

    @classmethod
    def none(cls) -> Labels:
        return cls((), np.empty(0, dtype=np.int32))

    def allowed(self, wanted: frozenset[str]) -> BoolVector:
        codes = [code for code, name in enumerate(self.names) if name in wanted]
        return np.isin(self.codes, np.array(codes, dtype=np.int32))

    def extended(self, added: Sequence[str]) -> Labels:
        known = {name: code for code, name in enumerate(self.names)}
        codes = [known.setdefault(name, len(known)) for name in added]
        return Labels(tuple(known), np.concatenate([self.codes, np.array(codes, dtype=np.int32)]))

    def taken(self, places: BoolVector | NDArray[np.intp]) -> Labels:
        return Labels(self.names, self.codes[places])


@dataclass(frozen=True, slots=True, eq=False)
class ScopeTable:
    """The passages of an index, ascending by id, with what a scope asks about; never changed in place."""

    ids: IdVector
    audiences: Labels
    languages: Labels
    sources: Labels

    @classmethod
    def empty(cls) -> ScopeTable:
        return cls(np.empty(0, dtype=np.int64), Labels.none(), Labels.none(), Labels.none())

    def __len__(self) -> int:
        return len(self.ids)

    def mask(self, scope: Scope) -> BoolVector:
        """Give True for each passage that the scope allows, in the order of ``ids``."""
        allowed = np.ones(len(self.ids), dtype=np.bool_)
        for labels, wanted in (
            (self.audiences, scope.audiences),
            (self.languages, scope.languages),
            (self.sources, scope.sources),
        ):
            if wanted is not None:
                allowed &= labels.allowed(wanted)
        return allowed

    def changed(self, added: Sequence[IndexRow], removed: Iterable[int]) -> ScopeTable:
        """Give the table after a change; an added row, one for each id, replaces the one with its id."""
        new_ids = np.array([row.passage_id for row in added], dtype=np.int64)
        kept = ~np.isin(self.ids, np.concatenate([new_ids, np.fromiter(removed, dtype=np.int64)]))
        ids = np.concatenate([self.ids[kept], new_ids])
        order = np.argsort(ids, kind="stable")
        return ScopeTable(
            ids[order],
            self.audiences.taken(kept).extended([row.audience for row in added]).taken(order),
            self.languages.taken(kept).extended([row.language for row in added]).taken(order),
            self.sources.taken(kept).extended([row.source for row in added]).taken(order),
        )

    def save(self, path: Path) -> None:
        """Write the table as an .npz file without pickled objects."""
        columns = {"audiences": self.audiences, "languages": self.languages, "sources": self.sources}
        arrays: dict[str, Any] = {"ids": self.ids}
        for name, labels in columns.items():
            arrays[name] = labels.codes
            arrays[f"{name}_names"] = np.array(labels.names, dtype=np.str_)
        with path.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> ScopeTable:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as columns:
            labels = (
                Labels(tuple(map(str, columns[f"{name}_names"])), columns[name])
                for name in ("audiences", "languages", "sources")
            )
            return cls(columns["ids"], *labels)
