"""The SQL of the web door: API keys, repeatable requests, settings and the audit log."""

from __future__ import annotations

from api.store.audit import AuditEntry, AuditLog
from api.store.errors import KeyNotFound, RequestConflict, RequestInProgress, StoreError
from api.store.idempotency import IdempotencyStore, SavedResponse
from api.store.keys import ROLES, ApiKey, KeyStore, NewKey, Role
from api.store.settings import SettingsStore

__all__ = [
    "ROLES",
    "ApiKey",
    "AuditEntry",
    "AuditLog",
    "IdempotencyStore",
    "KeyNotFound",
    "KeyStore",
    "NewKey",
    "RequestConflict",
    "RequestInProgress",
    "Role",
    "SavedResponse",
    "SettingsStore",
    "StoreError",
]
