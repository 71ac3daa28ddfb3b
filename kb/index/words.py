"""The word index: BM25 by tantivy in a folder that several processes read and one at a time writes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tantivy import Document, Index, IndexWriter, Query, Schema, SchemaBuilder, Searcher

from kb.errors import IndexUnusable
from kb.index.files import discard, locked, read_json, sha256_of, sync_folder, write_json
from kb.index.port import Advance, ChangeFeed, IdVector, IndexRow
from kb.index.question import EXACT, STEMMED, QueryBuilder
from kb.index.terms import exact_analyzer, exact_forms, joined_forms, normal, stemming_analyzer, terms
from kb.index.ties import SCORE_DIGITS, best
from kb.index.vectors import latest
from kb.types import Hit, Scope

FORMAT = 1
_HEAP_BYTES = 64_000_000
_ID = "passage_id"


@dataclass(frozen=True, slots=True)
class _Committed:
    """One state of the index, whole: what a search works on to its end."""

    schema: Schema
    searcher: Searcher
    generation: int

    @property
    def queries(self) -> QueryBuilder:
        return QueryBuilder(self.schema, self.searcher)


class TantivyWords:
    """A word index in ``folder``, described by a JSON file beside it with the sums of its files.

    Only one process at a time may call `apply` and `rebuild`; the caller sees to that.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._record = folder.with_suffix(".json")
        self._lock = folder.with_suffix(".lock")
        self._committed: _Committed | None = None

    def load(self) -> None:
        """Take over what is on disk, where it is another state than the one held.

        Raises:
            IndexUnusable: files are missing, damaged or foreign.
        """
        with locked(self._lock, shared=True):
            record = read_json(self._record)
            if record.get("format") != FORMAT:
                raise IndexUnusable(f"{self._record} is of another format; rebuild the index.")
            if self.generation != record["generation"]:
                self._refuse_damage(record["files"])
                self._committed = self._opened(record["generation"])

    @property
    def generation(self) -> int:
        return self._committed.generation if self._committed else -1

    def __len__(self) -> int:
        return self._state().searcher.num_docs

    def ids(self) -> IdVector:
        state = self._state()
        found = _fetched(state.searcher, Query.all_query(), state.searcher.num_docs)
        return np.array(sorted(hit.passage_id for hit in found), dtype=np.int64)

    def search(self, text: str, limit: int, scope: Scope, prefix: bool = False) -> list[Hit]:
        state = self._state()
        query = state.queries.build(text, scope, prefix)
        if query is None:
            return []
        return best(lambda wanted: _fetched(state.searcher, query, wanted), limit)

    def document_frequency(self, word: str) -> int:
        queries = self._state().queries
        as_given = queries.document_frequency(word)
        return as_given or max((queries.document_frequency(term) for term in terms(word)), default=0)

    def apply(self, added: Sequence[IndexRow], removed: Sequence[int], generation: int) -> None:
        """Commit a change; a row replaces the passage with its id, so a change may be applied again.

        Raises:
            IndexUnusable: the files cannot be written to.
        """
        rows = latest(added)
        with locked(self._lock), _refusals(self._folder):
            writer = _open(self._folder).writer(_HEAP_BYTES, 1)
            for passage_id in {*self._held(removed), *(row.passage_id for row in rows)}:
                writer.delete_documents_by_term(_ID, int(passage_id))
            _add(writer, rows)
            _finish(writer)
            self._describe(generation)
            self._committed = self._opened(generation)

    def rebuild(self, feed: ChangeFeed, embedder: str, advance: Advance) -> None:
        """Write a new index beside the old one, then put it in place; searches go on meanwhile."""
        generation = feed.generation()
        fresh = self._folder.with_name(f"{self._folder.name}.{os.getpid()}.tmp")
        discard(fresh)
        fresh.mkdir()
        writer = _created(fresh).writer(_HEAP_BYTES, 1)
        for batch in feed.live_rows(embedder):
            _add(writer, batch)
            advance(len(batch))
        _finish(writer)
        with locked(self._lock):
            self._replace_by(fresh)
            self._describe(generation)
            self._committed = self._opened(generation)

    def _held(self, removed: Sequence[int]) -> Sequence[int]:
        """Leave out what is not there, where a feed that has forgotten its removals names every absent id."""
        return removed if len(removed) <= len(self) else np.intersect1d(self.ids(), removed).tolist()

    def _replace_by(self, fresh: Path) -> None:
        self._record.unlink(missing_ok=True)
        discard(self._folder)
        fresh.replace(self._folder)
        sync_folder(self._folder.parent)

    def _describe(self, generation: int) -> None:
        """Write the sums of the files; tantivy never changes a file, so sums known before are kept."""
        known = _known_sums(self._record)
        sums = {path.name: known.get(path.name) or sha256_of(path) for path in _parts(self._folder)}
        sums["meta.json"] = sha256_of(self._folder / "meta.json")
        write_json(self._record, {"format": FORMAT, "generation": generation, "files": sums})

    def _refuse_damage(self, sums: dict[str, str]) -> None:
        """Check the files of the last commit; others may lie there, left by a writer that was killed."""
        for name, expected in sums.items():
            path = self._folder / name
            if not path.is_file() or sha256_of(path) != expected:
                raise IndexUnusable(f"{path} is missing or not as written; rebuild the index.")

    def _opened(self, generation: int) -> _Committed:
        index = _open(self._folder)
        return _Committed(index.schema, index.searcher(), generation)

    def _state(self) -> _Committed:
        if self._committed is None:
            raise IndexUnusable(f"The word index in {self._folder} is not loaded; load or rebuild it first.")
        return self._committed


def _fetched(searcher: Searcher, query: Query, wanted: int) -> list[Hit]:
    found = searcher.search(query, limit=max(1, min(wanted, searcher.num_docs))).hits
    ids = searcher.fast_field_values(_ID, [address for _, address in found])
    pairs = zip(ids, found, strict=True)
    return [Hit(int(passage_id or 0), round(score, SCORE_DIGITS)) for passage_id, (score, _) in pairs]


def _created(folder: Path) -> Index:
    builder = SchemaBuilder().add_integer_field(_ID, indexed=True, fast=True)
    for name in STEMMED:
        builder.add_text_field(name, tokenizer_name="stemmed", index_option="position")
    builder.add_text_field(EXACT, tokenizer_name="exact", index_option="freq")
    for name in ("audience", "language", "source"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    return _prepared(Index(builder.build(), str(folder)))


def _open(folder: Path) -> Index:
    with _refusals(folder):
        return _prepared(Index.open(str(folder)))


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """Turn tantivy's errors, all of one built-in type, into ours."""
    try:
        yield
    except ValueError as error:
        raise IndexUnusable(f"The word index in {folder} cannot be used; rebuild it.") from error


def _prepared(index: Index) -> Index:
    index.register_tokenizer("stemmed", stemming_analyzer())
    index.register_tokenizer("exact", exact_analyzer())
    index.config_reader("manual")
    return index


def _add(writer: IndexWriter, rows: Iterable[IndexRow]) -> None:
    for row in rows:
        document = Document()
        document.add_integer(_ID, row.passage_id)
        for name, value in (("title", row.title), ("headings", row.headings), ("text", row.text)):
            text = normal(value)
            document.add_text(EXACT, exact_forms(text))
            document.add_text(name, text)
            document.add_text(name, joined_forms(text))
        document.add_text("audience", row.audience)
        document.add_text("language", row.language)
        document.add_text("source", row.source)
        writer.add_document(document)


def _finish(writer: IndexWriter) -> None:
    writer.commit()
    writer.wait_merging_threads()


def _parts(folder: Path) -> list[Path]:
    """Give the segment files of a tantivy folder: named by a segment, unlike its own notes."""
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if not path.name.startswith(".") and path.name != "meta.json"]


def _known_sums(record: Path) -> dict[str, str]:
    try:
        return dict(read_json(record)["files"])
    except IndexUnusable:
        return {}
