from __future__ import annotations

import numpy as np
import pytest

from benchmarks.resampling import NOISE, moved, resampled, with_other_words

TEXTS = [f"text number {number} about {'printers and paper' * (number % 3)}\n\nbye" for number in range(20)]


def test_originals_come_once_each_and_then_copies_of_them():
    made = resampled(TEXTS, 50, seed=1)
    assert len(made.texts) == len(made.originals) == 50
    assert sorted(made.texts[:20]) == sorted(TEXTS)
    assert [TEXTS[place] for place in made.originals[:20]] == made.texts[:20]
    for copy, place in zip(made.texts[20:], made.originals[20:], strict=True):
        assert len(copy.split()) == len(TEXTS[place].split())
        assert copy.count("\n\n") == 1


def test_of_fewer_than_there_are_some_are_taken_as_they_are():
    made = resampled(TEXTS, 7, seed=1)
    assert len(set(made.texts)) == 7
    assert set(made.texts) < set(TEXTS)


def test_the_same_seed_makes_the_same():
    assert resampled(TEXTS, 50, 3).texts == resampled(TEXTS, 50, 3).texts != resampled(TEXTS, 50, 4).texts


def test_about_one_word_in_seven_is_exchanged():
    words = np.array(["other"], dtype=object)
    text = " ".join(["word"] * 2000)
    changed = with_other_words(text, words, np.random.default_rng(1)).split().count("other")
    assert 250 < changed < 350


def test_vectors_of_copies_are_near_their_originals_and_of_length_one():
    known = moved(np.zeros((20, 300), np.float32), 1.0, np.random.default_rng(1))
    made = resampled(TEXTS, 400, seed=1)
    vectors = made.vectors(known, seed=1)
    likeness = np.einsum("ij,ij->i", vectors, known[made.originals])
    assert likeness[:20] == pytest.approx(1.0, abs=1e-5)
    assert float(likeness[20:].mean()) == pytest.approx(1 / np.sqrt(1 + NOISE**2), abs=0.01)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
