from __future__ import annotations

import pytest

from kb.embedder.weights import MINILM, MPNET
from training.embedders import open_embedder


@pytest.mark.weights
def test_the_default_embedder_has_a_large_one_for_passages(exported_weights):
    embedder, caches = open_embedder("default")
    assert [embedder.passages.dimension, embedder.sentences.dimension] == [MPNET.dimension, MINILM.dimension]
    assert caches == [embedder.passages, embedder.sentences]
    assert embedder.fingerprint.startswith("all-mpnet-base-v2/int8/")
