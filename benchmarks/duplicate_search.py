"""Duplicates sought among all other tickets: by the product's similar tickets, by vectors or words alone."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from api.database import make_engine, migrate
from benchmarks.duplicate_pairs import KnownDuplicates, Sought
from benchmarks.tables import Cell, Column, Table, machine, tell
from kb.embedder.port import Embedder, FloatVectors
from training.dataset import Message
from triage.store import TicketStore
from triage.suggesting import Read, TicketMemory
from triage.text import clean

COLUMNS = (
    Column("similar tickets by"),
    Column("R@1"),
    Column("R@5"),
    Column("none shown"),
    Column("ms each", 1),
)
_FOUND = 5
_NOW = datetime(2030, 1, 1, tzinfo=UTC)

Find = Callable[[int], Sequence[str]]


def search_table(known: KnownDuplicates, messages: Sequence[Message], embedder: Embedder) -> Table:
    """Seek each duplicate among all other tickets, also later ones."""
    vectors = embedder.encode([message.text for message in messages])
    ids = [ticket.id for ticket in known.tickets]
    texts = [f"{ticket.subject}\n{ticket.body}" for ticket in known.tickets]
    with tempfile.TemporaryDirectory(prefix="pointsman-duplicates-") as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'tickets.db'}")
        migrate(engine)
        own = _own(known, messages, vectors, TicketStore(engine), embedder)
        rows = [
            _row("TF-IDF", _nearest(ids, _worded(texts)), known),
            _row("vectors alone", _nearest(ids, vectors @ vectors.T), known),
            _row("Pointsman", own, known),
        ]
        engine.dispose()
    notes = (
        f"{len(ids)} tickets of {known.name}, {len(known.sought)} sought. R@k: one that is wanted is among the first k",
        "of all others; none shown: for which share nothing was like enough. TF-IDF: scikit-learn's, of subject and",
        "body as they came, cosine. ms: with vectors there",
        f"beforehand; of TF-IDF and vectors alone a look into a table of all cosines. {machine()}",
    )
    return Table("Duplicates among similar tickets", COLUMNS, tuple(rows), notes)


def _own(
    known: KnownDuplicates,
    messages: Sequence[Message],
    vectors: FloatVectors,
    store: TicketStore,
    embedder: Embedder,
) -> Find:
    tell(f"Storing {len(messages):,} tickets ...")
    store.upsert(known.tickets, _NOW)
    store.save_clean({one.id: clean(one.subject, one.body) for one in known.tickets})
    store.put_vectors(embedder.fingerprint, [message.id for message in messages], vectors)
    memory = TicketMemory(store, embedder.fingerprint)
    memory.read()

    def find(place: int) -> Sequence[str]:
        wanted = Read(messages[place].id, messages[place].text, vectors[place])
        (similar,) = memory.nearest([wanted], _NOW, _FOUND)
        return [one.ticket_id for one in similar]

    return find


def _worded(texts: Sequence[str]) -> NDArray[np.float64]:
    features = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(texts)
    return np.asarray((features @ features.T).toarray())


def _nearest(ids: Sequence[str], likeness: NDArray[np.floating]) -> Find:
    def find(place: int) -> Sequence[str]:
        row = likeness[place].copy()
        row[place] = -np.inf
        best = np.argsort(-row, kind="stable")[:_FOUND]
        return [ids[one] for one in best.tolist()]

    return find


def _row(name: str, find: Find, known: KnownDuplicates) -> tuple[Cell, ...]:
    tell(f"{name} ...")
    places = {ticket.id: place for place, ticket in enumerate(known.tickets)}
    find(0)
    started = time.perf_counter()
    found = [find(places[one.ticket_id]) for one in known.sought]
    each = 1000 * (time.perf_counter() - started) / len(found)
    shares = (share_found(known.sought, found, first) for first in (1, _FOUND))
    return (name, *shares, float(np.mean([not some for some in found])), each)


def share_found(sought: Sequence[Sought], found: Sequence[Sequence[str]], first: int) -> float:
    """For which share of what is sought one that is wanted is among the first so many."""
    hits = [bool(one.wanted.intersection(some[:first])) for one, some in zip(sought, found, strict=True)]
    return float(np.mean(hits))
