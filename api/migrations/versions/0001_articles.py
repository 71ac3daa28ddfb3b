"""Articles with their versions, passages and vectors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_articles()
    _create_article_versions()
    _create_passages()
    _create_passage_vectors()
    _create_state()


def downgrade() -> None:
    op.drop_table("kb_state")
    op.drop_table("kb_passage_vectors")
    op.drop_table("kb_passages")
    op.drop_table("kb_article_versions")
    op.drop_table("kb_articles")


def _create_articles() -> None:
    op.create_table(
        "kb_articles",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("updated_at", MOMENT),
        sa.Column("verified_at", MOMENT),
        sa.Column("verified_by", sa.Text(), nullable=False),
        sa.Column("verify_by", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kb_articles"),
    )
    op.create_index("ix_kb_articles_source_active", "kb_articles", ["source", "active"])
    op.create_index("ix_kb_articles_verify_by", "kb_articles", ["verify_by"])


def _create_article_versions() -> None:
    op.create_table(
        "kb_article_versions",
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["kb_articles.id"], name="fk_kb_article_versions_article_id"),
        sa.PrimaryKeyConstraint("article_id", "version", name="pk_kb_article_versions"),
    )


def _create_passages() -> None:
    op.create_table(
        "kb_passages",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("added_in", COUNTER, nullable=False),
        sa.Column("removed_in", COUNTER),
        sa.ForeignKeyConstraint(["article_id"], ["kb_articles.id"], name="fk_kb_passages_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_kb_passages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_kb_passages_added_in", "kb_passages", ["added_in"])
    op.create_index("ix_kb_passages_article_id", "kb_passages", ["article_id"])
    op.create_index("ix_kb_passages_content_key", "kb_passages", ["content_key"])
    removed = sa.text("removed_in IS NOT NULL")
    op.create_index(
        "ix_kb_passages_removed_in",
        "kb_passages",
        ["removed_in"],
        sqlite_where=removed,
        postgresql_where=removed,
    )


def _create_passage_vectors() -> None:
    op.create_table(
        "kb_passage_vectors",
        sa.Column("passage_id", COUNTER, nullable=False),
        sa.Column("embedder", KEY, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("sentence_vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["kb_passages.id"], name="fk_kb_passage_vectors_passage_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("passage_id", "embedder", name="pk_kb_passage_vectors"),
    )


def _create_state() -> None:
    op.create_table(
        "kb_state",
        sa.Column("key", KEY, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_kb_state"),
    )
    state = sa.table("kb_state", sa.column("key"), sa.column("value"))
    op.execute(state.insert().values(key="generation", value="0"))
