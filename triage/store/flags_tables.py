"""The tables of the churn ledger. What customers wrote is not among them: quotes stay with their tickets."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from kb.store.columns import UtcDateTime, counter, identifier
from triage.store.tables import metadata

flags = Table(
    "triage_flags",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column("account_id", identifier(), nullable=False),
    Column("week", identifier(), nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("source", sa.Text, nullable=False),
    Column("band", sa.Text, nullable=False),
    Column("risk", sa.Double),
    Column("reasons", sa.JSON, nullable=False),
    Column("revenue", sa.Double),
    Column("model_version", sa.Text, nullable=False),
    Column("withheld", sa.Boolean, nullable=False),
    # Pairs of days and whether the account had left by then.
    Column("outcomes", sa.JSON, nullable=False),
    Column("settled", sa.Boolean, nullable=False),  # all outcomes are known
    Index(None, "account_id", "raised_at"),
    Index(None, "raised_at", "id"),
    Index(None, "settled", "raised_at"),
)

responses = Table(
    "triage_flag_responses",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("flag_id", ForeignKey(flags.c.id, ondelete="CASCADE"), nullable=False),
    Column("kind", sa.Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", sa.Text, nullable=False),
    Column("note", sa.Text, nullable=False),
    Column("until", UtcDateTime),
    Index(None, "flag_id"),
)

# The band of an account by what its words, or its history, say.
standings = Table(
    "triage_standings",
    metadata,
    Column("account_id", identifier(), primary_key=True),
    Column("source", identifier(), primary_key=True),
    Column("band", sa.Text, nullable=False),
    Column("announced", sa.Text, nullable=False),
    Column("announced_at", UtcDateTime),
    Index(None, "source", "band"),
)

moves = Table(
    "triage_band_moves",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("account_id", identifier(), nullable=False),
    Column("source", sa.Text, nullable=False),
    Column("before", sa.Text, nullable=False),
    Column("after", sa.Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("flag_id", sa.Text, nullable=False),
    Column("revenue", sa.Double),
    # Whether others are told of it, and whether that is still to be done.
    Column("told", sa.Boolean, nullable=False),
    Column("waiting", sa.Boolean, nullable=False),
    Index(None, "at"),
    Index(None, "waiting", "id"),
)

# The last scoring of each account in each week. Reasons are kept for the latest weeks alone.
risks = Table(
    "triage_account_risks",
    metadata,
    Column("account_id", identifier(), primary_key=True),
    Column("week", identifier(), primary_key=True),
    Column("scored_at", UtcDateTime, nullable=False),
    Column("risk", sa.Double, nullable=False),
    Column("band", sa.Text, nullable=False),
    Column("revenue", sa.Double),
    Column("days_to_renewal", sa.Double),
    Column("open_now", sa.Double),
    Column("reasons", sa.JSON, nullable=False),
    Column("model_version", sa.Text, nullable=False),
    Index(None, "week"),
)

# What an import changed of an account, so that its history can be told as of any moment.
account_changes = Table(
    "triage_account_changes",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("account_id", identifier(), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("column", sa.Text, nullable=False),
    Column("before", sa.Text, nullable=False),
    Column("after", sa.Text, nullable=False),
    Index(None, "account_id", "at"),
)
