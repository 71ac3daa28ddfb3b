"""Errors of the web door's tables.

StoreError
├── KeyNotFound          no API key has that id, or it was revoked already
├── RequestConflict      an idempotency key comes again with another request
└── RequestInProgress    an idempotency key comes again before the first request is done
"""

from __future__ import annotations


class StoreError(Exception):
    """Anything the tables of the web door refuse."""


class KeyNotFound(StoreError):
    """No API key has that id, or it was revoked already."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"There is no API key {key_id!r} in use.")


class RequestConflict(StoreError):
    """An idempotency key comes again with another request."""

    def __init__(self, idempotency_key: str) -> None:
        super().__init__(
            f"The idempotency key {idempotency_key!r} was used for another request; take a new key for this."
        )


class RequestInProgress(StoreError):
    """An idempotency key comes again before the first request is done."""

    def __init__(self, idempotency_key: str) -> None:
        super().__init__(
            f"The request with idempotency key {idempotency_key!r} is still at work; ask again in a moment."
        )
