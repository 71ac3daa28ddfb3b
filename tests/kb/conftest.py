from __future__ import annotations

import pytest

from tests.kb.builders import knowledge_base


@pytest.fixture
def knowledge(engine, tmp_path):
    """A knowledge base with nothing in it."""
    return knowledge_base(engine, tmp_path / "index")
