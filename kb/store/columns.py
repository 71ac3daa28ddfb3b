"""Column types that read and write the same values on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

# Constraints need names: without them a migration could not drop them again.
NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A zoned moment: ``timestamptz`` on PostgreSQL, naive UTC on SQLite, UTC in Python."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A stored time needs a zone, and {value.isoformat()} has none.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def identifier() -> sa.types.TypeEngine[str]:
    """A text key that sorts by code point on both databases, so that cursors walk in the same order."""
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def counter() -> sa.types.TypeEngine[int]:
    """A whole number of 64 bits; SQLite only generates keys for columns declared ``INTEGER``."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
