from __future__ import annotations

import pytest

from triage.store import TicketStore


@pytest.fixture
def store(engine):
    return TicketStore(engine)
