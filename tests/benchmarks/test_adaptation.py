from __future__ import annotations

import numpy as np
import pytest

from benchmarks.adaptation import Pairs, applied, contrastive_map, pairs_of, ridge_map
from benchmarks.grounds import Ground


@pytest.fixture
def turned() -> Pairs:
    """Questions are the passages with two axes exchanged."""
    random = np.random.default_rng(0)
    answering = random.standard_normal((100, 8)).astype(np.float32)
    answering /= np.linalg.norm(answering, axis=1, keepdims=True)
    asking = answering[:, [1, 0, *range(2, 8)]]
    return Pairs(asking, answering, np.arange(100))


def likeness(pairs: Pairs, questions: np.ndarray) -> float:
    return float(np.mean(np.sum(questions * pairs.answering, axis=1)))


def test_pairs_are_title_and_heading_with_passage_and_neighbouring_passages(ground: Ground):
    pairs = pairs_of(ground.rows, ground.embedder.passages)
    rows = [row for row in ground.rows if row.article_id == "refunds"]
    in_article = pairs.articles == pairs.articles[0]
    assert in_article.sum() == len(rows) + sum(bool(row.headings) for row in rows) + len(rows) - 1
    assert pairs.asking.shape == pairs.answering.shape == (len(pairs.articles), 64)


def test_least_squares_learn_a_turn_and_a_strong_draw_leaves_vectors_as_they_are(turned: Pairs):
    assert likeness(turned, applied(turned.asking, ridge_map(turned, 0.01))) > 0.99
    assert np.allclose(applied(turned.asking, ridge_map(turned, 1e6)), turned.asking, atol=1e-3)


def test_contrast_brings_the_halves_of_pairs_nearer_and_is_the_same_each_time(turned: Pairs):
    learnt = contrastive_map(turned, seed=3, steps=80)
    nearer = np.sum(applied(turned.asking, learnt) * applied(turned.answering, learnt), axis=1).mean()
    assert nearer > likeness(turned, turned.asking) + 0.05
    assert np.array_equal(learnt, contrastive_map(turned, seed=3, steps=80))


def test_a_map_keeps_vectors_at_length_one(turned: Pairs):
    lengths = np.linalg.norm(applied(turned.asking, 3 * np.eye(8, dtype=np.float32)), axis=1)
    assert lengths == pytest.approx(np.ones(100), abs=1e-6)
