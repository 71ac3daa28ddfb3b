"""Answers with their feedback, and the sources of articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_answers()
    _create_feedback()
    _create_sources()


def downgrade() -> None:
    op.drop_table("kb_sources")
    op.drop_table("kb_feedback")
    op.drop_table("kb_answers")


def _create_answers() -> None:
    op.create_table(
        "kb_answers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("first_article_id", sa.Text(), nullable=False),
        sa.Column("first_title", sa.Text(), nullable=False),
        sa.Column("first_probability", sa.Double(), nullable=False),
        sa.Column("vector", sa.LargeBinary()),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kb_answers"),
    )
    op.create_index("ix_kb_answers_asked_at", "kb_answers", ["asked_at"])


def _create_feedback() -> None:
    op.create_table(
        "kb_feedback",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("answer_id", KEY, nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["kb_answers.id"], name="fk_kb_feedback_answer_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_kb_feedback"),
        sa.UniqueConstraint(
            "answer_id", "article_id", "said_by", name="uq_kb_feedback_answer_id_article_id_said_by"
        ),
    )
    op.create_index("ix_kb_feedback_at", "kb_feedback", ["at"])


def _create_sources() -> None:
    op.create_table(
        "kb_sources",
        sa.Column("name", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("imported_at", MOMENT),
        sa.Column("report", sa.JSON()),
        sa.PrimaryKeyConstraint("name", name="pk_kb_sources"),
    )
