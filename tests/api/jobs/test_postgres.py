"""What only the queue in PostgreSQL can suffer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.jobs import make_queue
from api.jobs.errors import InvalidJob, QueueUnavailable
from tests.api.jobs.places import Place


def test_a_server_that_is_not_there_is_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(QueueUnavailable, match="OperationalError"):
        make_queue(f"postgresql://someone@/name?host={tmp_path}", tmp_path, {})


@pytest.mark.postgres
def test_a_transaction_of_another_database_is_refused(
    postgresql_database: Callable[[bool], str], tmp_path: Path
) -> None:
    place, other = Place(postgresql_database(False), tmp_path), sa.create_engine("sqlite://")
    with place.queue({}) as queue, other.connect() as connection:
        refused = pytest.raises(InvalidJob, match=r"use postgresql\+psycopg")
        with refused:
            queue.enqueue("reply", {}, connection=connection)
    other.dispose()
