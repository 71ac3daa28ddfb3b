from __future__ import annotations

import numpy as np
import pytest

from kb.embedder.hashing import HashingEmbedder
from kb.embedder.remembered import CachedEmbedder

TEXTS = ["restore booking", "open calendar", "restore booking"]


class Counting(HashingEmbedder):
    """Counts the texts it embeds."""

    def __init__(self):
        super().__init__(16)
        self.embedded = []

    def encode(self, texts):
        self.embedded += texts
        return super().encode(texts)


def test_a_text_is_embedded_once(tmp_path):
    counting = Counting()
    remembering = CachedEmbedder.open(counting, tmp_path)
    vectors = remembering.encode(TEXTS)
    assert counting.embedded == ["restore booking", "open calendar"]
    assert np.array_equal(vectors, HashingEmbedder(16).encode(TEXTS))
    remembering.save()
    again = CachedEmbedder.open(counting, tmp_path)
    assert again.encode(TEXTS) == pytest.approx(vectors, abs=1e-3)
    assert again.encode(TEXTS).dtype == np.float32
    assert len(counting.embedded) == 2


def test_it_goes_by_the_name_of_what_it_remembers(tmp_path):
    remembering = CachedEmbedder.open(HashingEmbedder(16), tmp_path)
    assert (remembering.fingerprint, remembering.dimension, remembering.max_tokens) == (
        "hashing/1/16",
        16,
        256,
    )
    assert remembering.count_tokens(["one two"]) == [2]
    assert remembering.encode([]).shape == (0, 16)


def test_without_learning_new_texts_are_not_remembered(tmp_path):
    counting = Counting()
    looking_up = CachedEmbedder.open(counting, tmp_path, learning=False)
    looking_up.encode(["restore booking"])
    looking_up.encode(["restore booking"])
    assert counting.embedded == ["restore booking"] * 2


@pytest.mark.parametrize(
    "damage", [lambda old: b"", lambda old: b"nonsense", lambda old: old[: len(old) // 2]]
)
def test_a_damaged_file_counts_as_none(tmp_path, damage):
    remembering = CachedEmbedder.open(HashingEmbedder(16), tmp_path)
    remembering.encode(TEXTS)
    remembering.save()
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    again = CachedEmbedder.open(HashingEmbedder(16), tmp_path)
    assert np.array_equal(again.encode(TEXTS), HashingEmbedder(16).encode(TEXTS))


def test_nothing_learnt_leaves_no_file(tmp_path):
    CachedEmbedder.open(HashingEmbedder(16), tmp_path / "vectors").save()
    assert not (tmp_path / "vectors").exists()
