"""API keys: only a digest is kept, so the database does not give them away."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

import sqlalchemy as sa

from api.store.audit import AuditEntry, write_entry
from api.store.errors import KeyNotFound
from api.store.tables import keys
from kb.store.transactions import reading, writing

Role = Literal["agent", "helpdesk", "manager", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

PREFIX = "pm_"
SECRET_BYTES = 32
# A key in steady use would otherwise cost a write with every request.
USE_IS_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Who may come in, as what, and to which audiences' articles (None: all)."""

    id: str
    name: str
    role: Role
    audiences: frozenset[str] | None
    created_at: datetime
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its secret, which is shown once and kept nowhere."""

    key: ApiKey
    secret: str


class KeyStore:
    """Makes, finds and revokes API keys; ``random_bytes`` is a source fit for secrets."""

    def __init__(self, engine: sa.Engine, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._engine = engine
        self._random_bytes = random_bytes

    def add(self, name: str, role: Role, audiences: Collection[str] | None, by: str, now: datetime) -> NewKey:
        """Make a key.

        Raises:
            ValueError: there is no such role.
        """
        if role not in ROLES:
            raise ValueError(f"There is no role {role!r}; it must be one of {', '.join(ROLES)}.")
        secret = PREFIX + _encoded(self._random_bytes(SECRET_BYTES))
        key = ApiKey(self._random_bytes(8).hex(), name, role, _audiences(audiences), now)
        row = {name: getattr(key, name) for name in ("id", "name", "role", "created_at")}
        row |= {"audiences": None if audiences is None else sorted(set(audiences))}
        with writing(self._engine) as connection:
            connection.execute(keys.insert().values(row | {"digest": _digest(secret)}))
            write_entry(connection, AuditEntry(by, "key added", key.id, None, _described(key), now))
        return NewKey(key, secret)

    def find(self, secret: str, now: datetime) -> ApiKey | None:
        """The key that the secret opens with; None for an unknown or revoked one.

        The search compares digests, so the time it takes tells nothing about the secret.
        """
        digest = _digest(secret)
        chosen = sa.select(keys).where(keys.c.digest == digest, keys.c.revoked_at.is_(None))
        with reading(self._engine) as connection:
            row = connection.execute(chosen).mappings().one_or_none()
        if row is None or not hmac.compare_digest(row["digest"], digest):
            return None
        key = _key(row)
        if key.last_used_at is None or now - key.last_used_at >= USE_IS_NOTED_EVERY:
            with writing(self._engine) as connection:
                connection.execute(keys.update().where(keys.c.id == key.id).values(last_used_at=now))
        return key

    def list_keys(self) -> tuple[ApiKey, ...]:
        """All keys, the revoked ones too, in the order they were made."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(keys).order_by(keys.c.created_at, keys.c.id)).mappings()
            return tuple(_key(row) for row in rows)

    def revoke(self, key_id: str, by: str, now: datetime) -> None:
        """Let nobody in with this key any more.

        Raises:
            KeyNotFound: there is none, or it was revoked already.
        """
        in_use = keys.update().where(keys.c.id == key_id, keys.c.revoked_at.is_(None))
        with writing(self._engine) as connection:
            revoked = connection.execute(in_use.values(revoked_at=now).returning(keys)).mappings()
            row = revoked.one_or_none()
            if row is None:
                raise KeyNotFound(key_id)
            write_entry(connection, AuditEntry(by, "key revoked", key_id, _described(_key(row)), None, now))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _digest(secret: str) -> str:
    # One round is enough: nobody tries out 256 random bits.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _audiences(names: Collection[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def _described(key: ApiKey) -> dict[str, object]:
    audiences = None if key.audiences is None else sorted(key.audiences)
    return {"name": key.name, "role": key.role, "audiences": audiences}


def _key(row: sa.RowMapping) -> ApiKey:
    kept = {name: value for name, value in row.items() if name != "digest"}
    return ApiKey(**kept | {"audiences": _audiences(row["audiences"])})
