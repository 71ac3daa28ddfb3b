"""Requests that a client may send twice and have done once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from api.store.errors import RequestConflict, RequestInProgress
from api.store.tables import repeatable_requests
from kb.store.transactions import writing

# A request still at work after this long belongs to a process that died.
ABANDONED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SavedResponse:
    """What was answered the first time."""

    status: int
    body: bytes
    content_type: str = "application/json"


class IdempotencyStore:
    """Remembers, for each API key and idempotency key, the request and its response."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def claim(
        self, key_id: str, idempotency_key: str, request_digest: str, now: datetime
    ) -> SavedResponse | None:
        """Begin a request, which ``complete`` or ``release`` must end.

        Returns:
            The response where the request was done before; None where it is to be done now.

        Raises:
            RequestConflict: the key was used for another request.
            RequestInProgress: the first one is not done yet.
        """
        row = {"key_id": key_id, "idempotency_key": idempotency_key, "request_digest": request_digest}
        with writing(self._engine) as connection:
            if _inserted(connection, row | {"created_at": now}):
                return None
            chosen = sa.select(repeatable_requests).where(*_same(key_id, idempotency_key)).with_for_update()
            before = connection.execute(chosen).mappings().one_or_none()
            if before is None:
                raise RequestInProgress(idempotency_key)
            return _repeated(connection, before, request_digest, now)

    def complete(self, key_id: str, idempotency_key: str, response: SavedResponse) -> None:
        """Keep the response for those who ask again."""
        done = repeatable_requests.update().where(*_same(key_id, idempotency_key))
        values = {"status": response.status, "body": response.body, "content_type": response.content_type}
        with writing(self._engine) as connection:
            connection.execute(done.values(values))

    def release(self, key_id: str, idempotency_key: str) -> None:
        """Forget a request that came to nothing, so that it may be sent again."""
        undone = repeatable_requests.delete().where(*_same(key_id, idempotency_key))
        with writing(self._engine) as connection:
            connection.execute(undone.where(repeatable_requests.c.status.is_(None)))

    def forget(self, before: datetime) -> int:
        """Delete what was asked before that time, and tell how much it was."""
        old = repeatable_requests.delete().where(repeatable_requests.c.created_at < before)
        with writing(self._engine) as connection:
            return connection.execute(old).rowcount


def _same(key_id: str, idempotency_key: str) -> tuple[sa.ColumnElement[bool], ...]:
    columns = repeatable_requests.c
    return columns.key_id == key_id, columns.idempotency_key == idempotency_key


def _inserted(connection: sa.Connection, row: dict[str, object]) -> bool:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = insert(repeatable_requests).values(row).on_conflict_do_nothing()
    return connection.execute(new.returning(repeatable_requests.c.key_id)).first() is not None


def _repeated(
    connection: sa.Connection, before: sa.RowMapping, request_digest: str, now: datetime
) -> SavedResponse | None:
    if before["request_digest"] != request_digest:
        raise RequestConflict(before["idempotency_key"])
    if before["status"] is not None:
        return SavedResponse(before["status"], before["body"], before["content_type"])
    if now - before["created_at"] < ABANDONED_AFTER:
        raise RequestInProgress(before["idempotency_key"])
    again = repeatable_requests.update().where(*_same(before["key_id"], before["idempotency_key"]))
    connection.execute(again.values(created_at=now))
    return None
