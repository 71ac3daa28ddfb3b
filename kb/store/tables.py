"""The tables of the knowledge base."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from kb.store.columns import NAMING, UtcDateTime, counter, identifier

metadata = sa.MetaData(naming_convention=NAMING)

REMOVED = sa.text("removed_in IS NOT NULL")

articles = Table(
    "kb_articles",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column("source", identifier(), nullable=False),
    Column("path", sa.Text, nullable=False),
    Column("title", sa.Text, nullable=False),
    Column("url", sa.Text, nullable=False),
    Column("audience", sa.Text, nullable=False),
    Column("language", sa.Text, nullable=False),
    Column("owner", sa.Text, nullable=False),
    Column("tags", sa.JSON, nullable=False),
    Column("updated_at", UtcDateTime),
    Column("verified_at", UtcDateTime),
    Column("verified_by", sa.Text, nullable=False),
    Column("verify_by", sa.Date),
    Column("version", sa.Integer, nullable=False),
    Column("digest", sa.Text, nullable=False),
    Column("active", sa.Boolean, nullable=False),
    Column("deleted_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "source", "active"),
    Index(None, "verify_by"),
)

article_versions = Table(
    "kb_article_versions",
    metadata,
    Column("article_id", ForeignKey(articles.c.id), primary_key=True),
    Column("version", sa.Integer, primary_key=True),
    Column("title", sa.Text, nullable=False),
    Column("url", sa.Text, nullable=False),
    Column("text", sa.Text, nullable=False),
    Column("blocks", sa.JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

passages = Table(
    "kb_passages",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("article_id", ForeignKey(articles.c.id), nullable=False),
    Column("version", sa.Integer, nullable=False),
    Column("ordinal", sa.Integer, nullable=False),
    Column("start", sa.Integer, nullable=False),
    Column("end", sa.Integer, nullable=False),
    Column("headings", sa.JSON, nullable=False),
    Column("sentences", sa.JSON, nullable=False),
    Column("content_key", sa.Text, nullable=False),
    Column("added_in", counter(), nullable=False),
    Column("removed_in", counter()),
    Index(None, "article_id"),
    Index(None, "content_key"),
    Index(None, "added_in"),
    # Partial, so that no planner takes it for finding the live ones, which are nearly all.
    Index(None, "removed_in", sqlite_where=REMOVED, postgresql_where=REMOVED),
    # Indexes outside the database name passages by id, so SQLite must never hand one out twice.
    sqlite_autoincrement=True,
)

passage_vectors = Table(
    "kb_passage_vectors",
    metadata,
    Column("passage_id", ForeignKey(passages.c.id, ondelete="CASCADE"), primary_key=True),
    Column("embedder", identifier(), primary_key=True),
    Column("vector", sa.LargeBinary, nullable=False),
    Column("sentence_vectors", sa.LargeBinary, nullable=False),
)

state = Table(
    "kb_state",
    metadata,
    Column("key", identifier(), primary_key=True),
    Column("value", sa.Text, nullable=False),
)

answers = Table(
    "kb_answers",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column("question", sa.Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", sa.Text, nullable=False),
    Column("ticket_id", sa.Text, nullable=False),
    Column("answered", sa.Boolean, nullable=False),
    Column("reason", sa.Text),
    Column("probability", sa.Double, nullable=False),
    # What an agent would look at first: the first quote, else the nearest article.
    Column("first_article_id", sa.Text, nullable=False),
    Column("first_title", sa.Text, nullable=False),
    Column("first_probability", sa.Double, nullable=False),
    Column("vector", sa.LargeBinary),
    Column("payload", sa.JSON, nullable=False),
    Index(None, "asked_at"),
)

feedback = Table(
    "kb_feedback",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("answer_id", ForeignKey(answers.c.id, ondelete="CASCADE"), nullable=False),
    Column("helpful", sa.Boolean, nullable=False),
    Column("article_id", sa.Text, nullable=False),
    Column("said_by", sa.Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("answer_id", "article_id", "said_by"),
    Index(None, "at"),
)

sources = Table(
    "kb_sources",
    metadata,
    Column("name", identifier(), primary_key=True),
    Column("kind", sa.Text, nullable=False),
    Column("location", sa.Text, nullable=False),
    Column("audience", sa.Text, nullable=False),
    Column("settings", sa.JSON, nullable=False),
    Column("imported_at", UtcDateTime),
    Column("report", sa.JSON(none_as_null=True)),
)
