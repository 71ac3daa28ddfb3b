from __future__ import annotations

import pytest

from kb.store import ArticleStore
from tests.kb.store.builders import EMBEDDER


@pytest.fixture
def store(engine):
    store = ArticleStore(engine)
    store.set_active_embedder(EMBEDDER)
    return store
