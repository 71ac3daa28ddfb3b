from __future__ import annotations

from kb.embedder.hashing import HashingEmbedder
from kb.embedder.pair import ArticleEmbedder


def test_a_pair_is_named_after_both_models():
    large, small = HashingEmbedder(64), HashingEmbedder(16)
    assert ArticleEmbedder(large, small).fingerprint == "hashing/1/64+hashing/1/16"
    assert ArticleEmbedder(small, large).fingerprint != ArticleEmbedder(large, small).fingerprint


def test_one_model_for_both_is_named_once():
    assert ArticleEmbedder(HashingEmbedder(64), HashingEmbedder(64)).fingerprint == "hashing/1/64"
