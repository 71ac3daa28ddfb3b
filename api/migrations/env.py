"""Runs migrations on the connection, and within the transaction, of ``api.database``."""

from __future__ import annotations

from alembic import context

from api.database import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=list(METADATA),
    render_as_batch=True,
    transactional_ddl=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
