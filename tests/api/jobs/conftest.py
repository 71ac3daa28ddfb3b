"""Each test that takes ``place`` runs on both queues."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.jobs.places import Place


@pytest.fixture
def place(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    new_database = request.getfixturevalue(f"{database_kind}_database")
    return Place(new_database(False), tmp_path)
