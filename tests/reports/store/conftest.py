from __future__ import annotations

import pytest

from reports.store import IssueStore


@pytest.fixture
def store(engine):
    return IssueStore(engine)
