"""Keeps the two indexes in step with the database, among the threads and processes that share a folder."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from threading import Lock

from kb.errors import IndexUnusable
from kb.index.files import clear_leftovers, locked
from kb.index.port import Advance, ChangeFeed, Changes, PassageCache, VectorIndex, WordIndex

_log = logging.getLogger(__name__)
_PATIENCE_SECONDS = 0.5


class Follower:
    """Loads, follows, rebuilds and saves; one thread of a process at a time, one writer among processes."""

    def __init__(
        self, folder: Path, feed: ChangeFeed, embedder: str, vectors: VectorIndex, words: WordIndex
    ) -> None:
        self._folder = folder
        self._feed = feed
        self._embedder = embedder
        self._vectors = vectors
        self._words = words
        self._writer_lock = folder / "writer.lock"
        self._changing = Lock()

    def open(self) -> None:
        """Load both indexes and bring them up to date; rebuild what cannot be used.

        Raises:
            IndexUnusable: the folder cannot be used, or rebuilding failed.
        """
        with self._changing, _file_errors(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._rebuild_where(self._unusable)
            self._follow()
            self._rebuild_where(self._miscounted)

    def follow(self) -> bool:
        """Bring both indexes up to date; gives whether anything changed. A failure is logged, not raised."""
        if self._is_current() or not self._changing.acquire(blocking=False):
            return False
        before = self.generations()
        try:
            with _file_errors(self._folder):
                self._follow()
        except IndexUnusable as error:
            _log.error("The indexes stay as they are: %s", error)
        finally:
            self._changing.release()
        return self.generations() != before

    def rebuild(self, advance: Advance) -> None:
        """Make both indexes anew while searches go on.

        Raises:
            IndexUnusable: the folder cannot be used.
        """
        with self._changing, _file_errors(self._folder), locked(self._writer_lock):
            self._rebuild((self._vectors, self._words), advance)

    def save(self) -> None:
        """Bring the indexes up to date, so as not to replace newer files, and keep the vectors.

        Raises:
            IndexUnusable: the folder cannot be used.
        """
        with self._changing, _file_errors(self._folder):
            self._follow()
            with locked(self._writer_lock):
                self._vectors.save()

    def generations(self) -> tuple[int, int]:
        """Give the generations of the vectors and of the words."""
        return self._vectors.generation, self._words.generation

    def _is_current(self) -> bool:
        generation = self._feed.generation()
        return self.generations() == (generation, generation)

    def _rebuild_where(self, find: Callable[[], list[PassageCache]]) -> None:
        if find():
            with locked(self._writer_lock):
                # Looked at again, since another process may have mended it while this one waited.
                self._rebuild(find(), lambda _: None)

    def _unusable(self) -> list[PassageCache]:
        found: list[PassageCache] = []
        for part in (self._vectors, self._words):
            try:
                part.load()
            except IndexUnusable as error:
                _log.info("An index is made from the database: %s", error)
                found.append(part)
        return found + [part for part in self._ahead() if part not in found]

    def _ahead(self) -> list[PassageCache]:
        """Find what has seen more than the database: an earlier state of that was put back."""
        generation = self._feed.generation()
        parts: tuple[PassageCache, ...] = (self._vectors, self._words)
        return [part for part in parts if part.generation > generation]

    def _miscounted(self) -> list[PassageCache]:
        generation, count = self._feed.generation(), self._feed.live_count()
        parts: tuple[PassageCache, ...] = (self._vectors, self._words)
        wrong = [part for part in parts if part.generation == generation and len(part) != count]
        return wrong if self._feed.generation() == generation else []

    def _follow(self) -> None:
        self._rebuild_where(self._ahead)
        changes = cache(partial(self._feed.changes, self._embedder))
        try:
            self._follow_vectors(changes)
        finally:
            self._follow_words(changes)

    def _follow_vectors(self, changes: Callable[[int], Changes]) -> None:
        with suppress(IndexUnusable):
            self._vectors.load()
        self._catch_up(self._vectors, changes)

    def _follow_words(self, changes: Callable[[int], Changes]) -> None:
        if not self._words_are_current():
            with locked(self._writer_lock, patience_seconds=_PATIENCE_SECONDS) as held:
                if held:
                    self._write_words(changes)

    def _words_are_current(self) -> bool:
        with suppress(IndexUnusable):
            self._words.load()
        return self._words.generation >= self._feed.generation()

    def _write_words(self, changes: Callable[[int], Changes]) -> None:
        try:
            self._words.load()
            self._catch_up(self._words, changes)
        except IndexUnusable as error:
            _log.warning("The word index is made anew: %s", error)
            self._rebuild((self._words,), lambda _: None)

    def _catch_up(self, part: PassageCache, changes: Callable[[int], Changes]) -> None:
        if part.generation < self._feed.generation():
            news = changes(part.generation)
            part.apply(news.added, news.removed, news.generation)

    def _rebuild(self, parts: Sequence[PassageCache], advance: Advance) -> None:
        clear_leftovers(self._folder)
        for part in parts:
            part.rebuild(self._feed, self._embedder, advance)
        if self._vectors in parts:
            try:
                self._vectors.save()
            except IndexUnusable as error:
                _log.warning("The vectors are in memory only: %s", error)


@contextmanager
def _file_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise IndexUnusable(f"{folder} cannot be used: {error}; make it writable and make room.") from error
