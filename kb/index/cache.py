"""What a process searches with: a vector index and a word index that follow the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Self

import numpy as np

from kb.index.faiss_index import FaissIndex
from kb.index.following import Follower
from kb.index.port import ChangeFeed, FloatVector, IdVector, VectorIndex, WordIndex
from kb.index.training import Choice
from kb.index.vectors import ids_of
from kb.index.words import TantivyWords
from kb.types import Fault, Hit, Scope

_EXAMPLES = 5


class PassageIndex:
    """The two indexes of one embedder in one folder, which several processes may share.

    Searches never wait: `refresh`, `rebuild` and `save` work beside them and swap the result in. Of the
    processes on a folder, whoever holds the writer's lock writes and the others load what it wrote.
    """

    def __init__(
        self, feed: ChangeFeed, embedder: str, vectors: VectorIndex, words: WordIndex, follower: Follower
    ) -> None:
        self._feed = feed
        self._embedder = embedder
        self._vectors = vectors
        self._words = words
        self._follower = follower

    @classmethod
    def open(
        cls,
        directory: Path,
        feed: ChangeFeed,
        embedder: str,
        dimension: int,
        vector_kind: Choice = "auto",
        vectors: VectorIndex | None = None,
    ) -> Self:
        """Load the indexes and bring them up to date; rebuild what is missing, damaged or foreign.

        Args:
            directory: holds a folder for each embedder.
            feed: the database.
            embedder: the name that the feed knows the vectors by.
            dimension: numbers in a vector.
            vector_kind: how FAISS searches; "auto" is exact below 50,000 passages.
            vectors: takes the place of FAISS.

        Raises:
            IndexUnusable: the folder cannot be used, or rebuilding failed.
        """
        folder = directory / _folder_name(embedder)
        if vectors is None:
            vectors = FaissIndex(dimension, vector_kind, folder, embedder)
        words = TantivyWords(folder / "words")
        follower = Follower(folder, feed, embedder, vectors, words)
        follower.open()
        return cls(feed, embedder, vectors, words, follower)

    @property
    def kind(self) -> str:
        return self._vectors.kind

    @property
    def generation(self) -> int:
        """The generation that both indexes have reached."""
        return min(self._follower.generations())

    @property
    def needs_rebuild(self) -> bool:
        """Whether a rebuild would choose another kind of vector index."""
        return isinstance(self._vectors, FaissIndex) and self._vectors.needs_rebuild

    @property
    def vector_count(self) -> int:
        return len(self._vectors)

    @property
    def word_count(self) -> int:
        """Count the passages in the word index."""
        return len(self._words)

    def near(self, vector: FloatVector, limit: int, scope: Scope) -> list[Hit]:
        """Give the passages nearest to a vector of unit length, with their cosines."""
        return self._vectors.search(vector, limit, scope)

    def words(self, text: str, limit: int, scope: Scope, prefix: bool = False) -> list[Hit]:
        """Give the passages that share words with ``text``, with their BM25 scores."""
        return self._words.search(text, limit, scope, prefix)

    def document_frequency(self, word: str) -> int:
        """Count the passages that have a word, given as typed or as `kb.index.terms.terms` gives it."""
        return self._words.document_frequency(word)

    def refresh(self) -> bool:
        """Follow the database; gives whether anything changed. Costs one small query when nothing did.

        Where another thread is at it this returns at once; where another process writes the words for
        long, they follow with a later call.
        """
        return self._follower.follow()

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Make both indexes anew; ``progress`` gets the steps done and their number.

        Raises:
            IndexUnusable: the folder cannot be used.
        """
        total = 2 * self._feed.live_count()
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            if progress is not None:
                progress(min(done, total), total)

        self._follower.rebuild(advance)

    def save(self) -> None:
        """Follow the database and keep the vectors on disk, for the next process to open.

        Raises:
            IndexUnusable: the folder cannot be used.
        """
        self._follower.save()

    def check(self) -> tuple[Fault, ...]:
        """Compare the passages in the indexes with those in the database."""
        self.refresh()
        live = np.concatenate(
            [np.empty(0, dtype=np.int64), *(ids_of(rows) for rows in self._feed.live_rows(self._embedder))]
        )
        return (
            *_differences("vector index", self._vectors.ids(), live),
            *_differences("word index", self._words.ids(), live),
        )


def _folder_name(embedder: str) -> str:
    """Give a name that a file system takes and that no other embedder has."""
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", embedder).strip("-.")[:40]
    return f"{readable}-{sha256(embedder.encode()).hexdigest()[:8]}"


def _differences(where: str, held: IdVector, live: IdVector) -> Iterator[Fault]:
    missing, surplus = np.setdiff1d(live, held), np.setdiff1d(held, live)
    repeated = len(held) - len(np.unique(held))
    if len(missing):
        yield Fault(where, f"{len(missing)} passages are missing ({_some(missing)}); rebuild the index.")
    if len(surplus):
        yield Fault(where, f"{len(surplus)} passages are not live ({_some(surplus)}); rebuild the index.")
    if repeated:
        yield Fault(where, f"{repeated} passages are held twice; rebuild the index.")


def _some(ids: IdVector) -> str:
    shown = ", ".join(str(passage_id) for passage_id in ids[:_EXAMPLES])
    return shown + (", ..." if len(ids) > _EXAMPLES else "")
