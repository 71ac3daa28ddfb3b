"""The tables of the web door: who may come in, what they changed, and requests that may be repeated."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from kb.store.columns import NAMING, UtcDateTime, counter, identifier

metadata = sa.MetaData(naming_convention=NAMING)

keys = Table(
    "api_keys",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column("name", sa.Text, nullable=False),
    Column("role", sa.Text, nullable=False),
    # NULL: every audience.
    Column("audiences", sa.JSON(none_as_null=True)),
    Column("digest", sa.Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    sa.UniqueConstraint("digest"),
)

repeatable_requests = Table(
    "api_repeatable_requests",
    metadata,
    Column("key_id", ForeignKey(keys.c.id, ondelete="CASCADE"), primary_key=True),
    Column("idempotency_key", identifier(), primary_key=True),
    Column("request_digest", sa.Text, nullable=False),
    # NULL while the first request is still at work.
    Column("status", sa.Integer),
    Column("body", sa.LargeBinary),
    Column("content_type", sa.Text),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "created_at"),
)

audit = Table(
    "api_audit",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("who", sa.Text, nullable=False),
    Column("what", sa.Text, nullable=False),
    Column("subject", sa.Text, nullable=False),
    Column("before", sa.JSON(none_as_null=True)),
    Column("after", sa.JSON(none_as_null=True)),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "at"),
    Index(None, "subject"),
)

settings = Table(
    "api_settings",
    metadata,
    Column("key", identifier(), primary_key=True),
    Column("value", sa.JSON, nullable=False),
    Column("changed_by", sa.Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
