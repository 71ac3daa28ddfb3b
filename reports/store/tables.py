"""The tables of reports."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table, UniqueConstraint

from kb.store.columns import NAMING, UtcDateTime, counter, identifier

metadata = sa.MetaData(naming_convention=NAMING)

issues = Table(
    "reports_issues",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column("born_at", UtcDateTime, nullable=False),
    Column("merged_into", identifier(), nullable=False),
    Column("merged_at", UtcDateTime),
)

# Which issue a member belongs to, and from when to when that was so.
members = Table(
    "reports_members",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("key", identifier(), nullable=False),
    Column("ticket_id", identifier(), nullable=False),
    Column("issue_id", identifier(), nullable=False),
    Column("pinned", sa.Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Index(None, "key", "until"),
    Index(None, "issue_id", "until"),
    Index(None, "ticket_id"),
)

lineage = Table(
    "reports_lineage",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("issue_id", identifier(), nullable=False),
    Column("kind", sa.Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("others", sa.JSON, nullable=False),
    Column("by", sa.Text, nullable=False),
    Index(None, "issue_id", "at"),
)

states = Table(
    "reports_states",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("issue_id", identifier(), nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("day", sa.Date, nullable=False),
    Column("why", sa.Text, nullable=False),
    Column("by", sa.Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "issue_id", "at"),
)

# What was said of an issue that is neither its tickets nor its state: its title, its fix, its kind.
decisions = Table(
    "reports_decisions",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("issue_id", identifier(), nullable=False),
    Column("what", sa.Text, nullable=False),
    Column("details", sa.JSON, nullable=False),
    Column("by", sa.Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "issue_id", "at"),
)

groupings = Table(
    "reports_groupings",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("tickets", sa.Integer, nullable=False),
    Column("grouped", sa.Integer, nullable=False),
    Column("issues", sa.Integer, nullable=False),
)

snapshots = Table(
    "reports_snapshots",
    metadata,
    Column("week", identifier(), primary_key=True),
    Column("as_of", UtcDateTime, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("digest", sa.Text, nullable=False),
    Column("report", sa.Text, nullable=False),
)

deliveries = Table(
    "reports_deliveries",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("week", identifier(), nullable=False),
    Column("sink", identifier(), nullable=False),
    Column("state", sa.Text, nullable=False),  # claimed, done or failed
    Column("digest", sa.Text, nullable=False),
    Column("note", sa.Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("week", "sink"),
)
