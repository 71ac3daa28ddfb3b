from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.embedder.hashing import HashingEmbedder
from tests.kb.builders import quickly, texts


@quickly
@given(st.lists(texts, min_size=1, max_size=5))
def test_every_text_has_a_vector_of_length_one(given_texts):
    vectors = HashingEmbedder(16).encode(given_texts)
    assert vectors.shape == (len(given_texts), 16)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(given_texts)), abs=1e-5)


def test_texts_that_share_words_are_near():
    same, half, other = HashingEmbedder(512).encode(["restore booking", "restore invoice", "open calendar"])
    assert float(same @ half) == pytest.approx(0.5)
    assert float(same @ other) == 0.0


def test_no_texts_have_no_vectors():
    assert HashingEmbedder(16).encode([]).shape == (0, 16)


def test_tokens_are_words():
    assert HashingEmbedder().count_tokens(["Open Trash, now!", "", "予約"]) == [3, 0, 1]


def test_vectors_of_another_size_are_another_embedders():
    assert HashingEmbedder(16).fingerprint != HashingEmbedder(32).fingerprint
    assert HashingEmbedder(16).fingerprint == HashingEmbedder(16).fingerprint
