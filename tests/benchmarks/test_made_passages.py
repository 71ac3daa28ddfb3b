from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from api.database import make_engine, migrate
from benchmarks.grounds import Ground
from benchmarks.made_passages import write_made
from kb.store import ArticleStore, StoredPassage

NOW = datetime(2026, 1, 5, tzinfo=UTC)
EMBEDDER = "hashing"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    engine = make_engine(f"sqlite:///{tmp_path / 'made.db'}")
    migrate(engine)
    yield ArticleStore(engine)
    engine.dispose()


@pytest.fixture
def real(ground: Ground) -> list[StoredPassage]:
    return ground.passages.passages([row.passage_id for row in ground.rows])


def written(store: ArticleStore) -> list[StoredPassage]:
    ids = [row.passage_id for batch in store.live_rows(EMBEDDER) for row in batch]
    return store.passages(ids)


def test_just_as_many_passages_are_written_and_the_first_are_the_real_ones(
    store: ArticleStore, real: list[StoredPassage]
):
    write_made(store, real, 4 * len(real) + 2, EMBEDDER, seed=1, now=NOW)
    found = written(store)
    assert len(found) == 4 * len(real) + 2
    for one, other in zip(found, real, strict=False):
        assert one.passage.text.split() == other.passage.text.split()
        assert np.allclose(one.vector, other.vector)


def test_copies_differ_in_some_words_and_their_vectors_stay_near(
    store: ArticleStore, real: list[StoredPassage]
):
    write_made(store, real, 2 * len(real), EMBEDDER, seed=1, now=NOW)
    copies = written(store)[len(real) :]
    likeness = [float(copy.vector @ one.vector) for copy, one in zip(copies, real, strict=True)]
    assert 0.85 < np.mean(likeness) < 0.97
    assert [copy.passage.text for copy in copies] != [one.passage.text for one in real]
    for copy in copies:
        assert float(np.linalg.norm(copy.vector)) == pytest.approx(1.0, abs=1e-5)


def test_sentences_of_copies_lie_where_they_say(store: ArticleStore, real: list[StoredPassage]):
    write_made(store, real, 2 * len(real), EMBEDDER, seed=1, now=NOW)
    for stored in written(store):
        one = stored.passage
        sentences = [one.text[span.start - one.start : span.end - one.start] for span in one.sentences]
        assert " ".join(sentences) == one.text
        assert len(stored.sentence_vectors) == len(sentences)


def test_the_same_seed_makes_the_same_help_centre(
    store: ArticleStore, real: list[StoredPassage], tmp_path: Path
):
    again = make_engine(f"sqlite:///{tmp_path / 'again.db'}")
    migrate(again)
    write_made(store, real, 30, EMBEDDER, seed=7, now=NOW)
    write_made(ArticleStore(again), real, 30, EMBEDDER, seed=7, now=NOW)
    first, second = written(store), written(ArticleStore(again))
    assert [one.passage for one in first] == [one.passage for one in second]
    assert np.array_equal(np.stack([one.vector for one in first]), np.stack([one.vector for one in second]))
    again.dispose()
