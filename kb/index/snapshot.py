"""A FAISS index on disk, so that a process opens it in a second instead of building it for a minute."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from zipfile import BadZipFile

import faiss

from kb.errors import IndexUnusable
from kb.index.faiss_state import FaissState
from kb.index.files import locked, put_in_place, read_json, sha256_of, write_aside, write_json
from kb.index.scopes import ScopeTable

FORMAT = 1
_VECTORS = "faiss.index"
_SCOPES = "scopes.npz"
_RECORD = "faiss.json"
_LOCK = "faiss.lock"


@dataclass(frozen=True, slots=True)
class Record:
    """What stands beside the files: whose vectors they are, how far they reach, and the files' sums."""

    embedder: str
    dimension: int
    kind: str
    generation: int
    count: int
    trained_for: int
    sha256: str
    scopes_sha256: str
    format: int = FORMAT


def save(folder: Path, state: FaissState, embedder: str) -> None:
    """Write a state to ``folder``: readers and crashes meet the old files or the new ones.

    Raises:
        IndexUnusable: the files cannot be written.
    """
    try:
        vectors = write_aside(folder / _VECTORS, lambda path: faiss.write_index(state.index, str(path)))
        scopes = write_aside(folder / _SCOPES, state.table.save)
    except (RuntimeError, OSError) as error:
        raise IndexUnusable(f"The index cannot be written to {folder}: {error}; make room there.") from error
    record = Record(
        embedder,
        int(state.index.d),
        state.kind,
        state.generation,
        len(state.table),
        state.trained_for,
        sha256_of(vectors),
        sha256_of(scopes),
    )
    with locked(folder / _LOCK):
        put_in_place(vectors, folder / _VECTORS)
        put_in_place(scopes, folder / _SCOPES)
        write_json(folder / _RECORD, asdict(record))


def load(folder: Path, embedder: str, dimension: int) -> FaissState:
    """Read a state back.

    Raises:
        IndexUnusable: it is missing, damaged, or of another embedder.
    """
    with locked(folder / _LOCK, shared=True):
        record = read_record(folder)
        if (record.embedder, record.dimension) != (embedder, dimension):
            raise IndexUnusable(
                f"{folder} holds vectors of {record.embedder} with {record.dimension} numbers, not of "
                f"{embedder} with {dimension}; rebuild the index."
            )
        _refuse_damage(folder / _VECTORS, record.sha256)
        _refuse_damage(folder / _SCOPES, record.scopes_sha256)
        return _read(folder, record)


def read_record(folder: Path) -> Record:
    """Read what the snapshot in ``folder`` says of itself.

    Raises:
        IndexUnusable: there is none, or it is of another format.
    """
    content = read_json(folder / _RECORD)
    if content.get("format") != FORMAT:
        raise IndexUnusable(f"{folder / _RECORD} is of another format; rebuild the index.")
    try:
        return Record(**content)
    except TypeError as error:
        raise IndexUnusable(f"{folder / _RECORD} lacks fields; rebuild the index.") from error


def _read(folder: Path, record: Record) -> FaissState:
    try:
        index = faiss.read_index(str(folder / _VECTORS))
        table = ScopeTable.load(folder / _SCOPES)
    except (RuntimeError, OSError, ValueError, KeyError, BadZipFile) as error:
        raise IndexUnusable(f"The index in {folder} cannot be read; rebuild it.") from error
    state = FaissState(index, table, record.generation, record.trained_for)
    found = (int(index.d), int(index.ntotal), len(table), state.kind)
    if found != (record.dimension, record.count, record.count, record.kind):
        raise IndexUnusable(f"The index in {folder} is not what its record says; rebuild it.")
    return state


def _refuse_damage(path: Path, expected: str) -> None:
    try:
        found = sha256_of(path)
    except OSError as error:
        raise IndexUnusable(f"{path} cannot be read; rebuild the index.") from error
    if found != expected:
        raise IndexUnusable(f"{path} is not as written (its sha256 differs); rebuild the index.")
