"""A small embedder for what learns from messages."""

from __future__ import annotations

import pytest

from kb.embedder.hashing import HashingEmbedder


@pytest.fixture
def embedder():
    return HashingEmbedder(64)
