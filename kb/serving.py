"""What searches run on: the embedder of the stored vectors and its index, and the switch to another embedder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kb.embedder.pair import ArticleEmbedder
from kb.errors import EmbedderConflict
from kb.importing import Progress, embed_passages
from kb.index.cache import PassageIndex
from kb.retrieval import CANDIDATES, Candidates, Retriever
from kb.store import ArticleStore
from kb.types import Scope

_REEMBED_BATCH = 64

LoadEmbedder = Callable[[str], ArticleEmbedder | None]
OpenIndex = Callable[[ArticleEmbedder], PassageIndex]


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """What a search runs on; replaced as a whole when the embedder changes."""

    embedder: ArticleEmbedder
    index: PassageIndex
    retriever: Retriever


class EmbedderSwitch:
    """Serves by the embedder whose vectors are stored, until those of the ``wanted`` one are complete.

    Once the wanted one has served, a change to yet another is another process's doing, whose setting differs: this
    one does not change back, or the two would embed all articles in turn for ever.
    """

    def __init__(
        self, store: ArticleStore, wanted: ArticleEmbedder, open_index: OpenIndex, load: LoadEmbedder
    ) -> None:
        self._store = store
        self._wanted = wanted
        self._open_index = open_index
        self._load = load
        self._opening = threading.RLock()
        self._serving: Serving | None = None
        self._wanted_has_served = False

    @property
    def is_open(self) -> bool:
        """Whether the indexes are loaded."""
        return self._serving is not None

    def open(self) -> Serving:
        """Give what is served by; whoever asks first waits until it is loaded."""
        serving = self._serving
        if serving is not None:
            return serving
        with self._opening:
            if self._serving is None:
                self._serving = self._opened()
            return self._serving

    def current(self) -> Serving:
        """Give what to search with, after a look at what other processes changed."""
        self.refresh()
        return self.open()

    def refresh(self) -> bool:
        """Follow what other processes changed; says whether anything did."""
        serving = self.open()
        changed = serving.index.refresh()
        if changed and not self._is_active(serving):
            self._replace(serving)
        return changed

    def find(
        self, question: str, scope: Scope, *, limit: int = CANDIDATES, prefix: bool = False
    ) -> Candidates:
        """Search; once more where the embedder was switched in the midst of it.

        Raises:
            InvalidQuestion: the question is empty or too long.
        """
        serving = self.current()
        found = serving.retriever.find(question, scope, limit=limit, prefix=prefix)
        if self._is_active(serving):
            return found
        return self._replace(serving).retriever.find(question, scope, limit=limit, prefix=prefix)

    def follow_writing(self, written_by: Serving) -> Serving:
        """Bring the index up to what was just written, also where the embedder was switched meanwhile."""
        serving = self.current()
        if not self._is_active(written_by):
            serving = self._replace(written_by)
            self._embed_lacking(serving.embedder)
            serving.index.refresh()
        return serving

    def needs_reembedding(self) -> bool:
        """Say whether the stored vectors are another embedder's than the wanted one's."""
        return self._store.active_embedder() not in ("", self._wanted.fingerprint)

    def reembed(self, progress: Progress | None = None) -> int:
        """Make the wanted embedder's vectors of all passages, then switch to them; gives how many it made.

        Raises:
            EmbedderConflict: another process switched from the wanted embedder to another.
        """
        self._refuse_to_change_back(self._store.active_embedder())
        done = self._embed_lacking(self._wanted, progress)
        if self.needs_reembedding():
            self._open_index(self._wanted)  # made before the switch, so that no search has to wait for it
            self._store.set_active_embedder(self._wanted.fingerprint)
            self.refresh()
            done += self._embed_lacking(self._wanted)  # what others wrote by the old one meanwhile
        return done

    def _opened(self) -> Serving:
        embedder = self._stored_embedder()
        self._wanted_has_served |= embedder is self._wanted
        index = self._open_index(embedder)
        return Serving(embedder, index, Retriever(embedder, index, self._store))

    def _stored_embedder(self) -> ArticleEmbedder:
        """The embedder of the stored vectors; where it is gone, the wanted one after embedding all anew."""
        active = self._store.active_embedder()
        if active == self._wanted.fingerprint:
            return self._wanted
        if active and self._store.passage_count():
            before = self._load(active)
            if before is not None:
                return before
            self._refuse_to_change_back(active)
            self._embed_lacking(self._wanted)
        self._store.set_active_embedder(self._wanted.fingerprint)
        return self._wanted

    def _refuse_to_change_back(self, active: str) -> None:
        if self._wanted_has_served and active not in ("", self._wanted.fingerprint):
            raise EmbedderConflict(self._wanted.fingerprint, active)

    def _replace(self, old: Serving) -> Serving:
        """Serve by the embedder that is active now; of several threads that see the change, one does it."""
        with self._opening:
            if self._serving is old:
                self._serving = self._opened()
        return self.open()

    def _is_active(self, serving: Serving) -> bool:
        return self._store.active_embedder() == serving.embedder.fingerprint

    def _embed_lacking(self, embedder: ArticleEmbedder, progress: Progress | None = None) -> int:
        fingerprint, done = embedder.fingerprint, 0
        total = self._store.passage_count() if progress is not None else 0
        while lacking := self._store.passages_without(fingerprint, _REEMBED_BATCH):
            made = [embed_passages(embedder, title, [passage]) for passage, title in lacking]
            self._store.put_vectors(
                fingerprint,
                [passage.id for passage, _ in lacking],
                np.concatenate([vectors for vectors, _ in made]),
                [of_passage for _, sentences in made for of_passage in sentences],
            )
            done += len(lacking)
            if progress is not None:
                progress(self._store.embedded_count(fingerprint), total)
        return done
