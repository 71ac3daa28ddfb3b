"""The churn ledger: flags with responses, standings and their moves, weekly risks, changes of accounts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

INDEXES = {
    "triage_flags": (("account_id", "raised_at"), ("raised_at", "id"), ("settled", "raised_at")),
    "triage_flag_responses": (("flag_id",),),
    "triage_standings": (("source", "band"),),
    "triage_band_moves": (("at",), ("waiting", "id")),
    "triage_account_risks": (("week",),),
    "triage_account_changes": (("account_id", "at"),),
}
TABLES = tuple(INDEXES)


def upgrade() -> None:
    _create_flags()
    _create_responses()
    _create_bands()
    _create_risks()
    _create_changes()
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_flags() -> None:
    op.create_table(
        "triage_flags",
        *_keys("id", "account_id", "week"),
        sa.Column("raised_at", MOMENT, nullable=False),
        *_texts("source", "band", "model_version"),
        sa.Column("risk", sa.Double()),
        sa.Column("revenue", sa.Double()),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_triage_flags"),
    )


def _create_responses() -> None:
    op.create_table(
        "triage_flag_responses",
        sa.Column("id", COUNTER, nullable=False),
        *_keys("flag_id"),
        *_texts("kind", "by", "note"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.ForeignKeyConstraint(
            ["flag_id"], ["triage_flags.id"], name="fk_triage_flag_responses_flag_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_triage_flag_responses"),
    )


def _create_bands() -> None:
    op.create_table(
        "triage_standings",
        *_keys("account_id", "source"),
        *_texts("band", "announced"),
        sa.Column("announced_at", MOMENT),
        sa.PrimaryKeyConstraint("account_id", "source", name="pk_triage_standings"),
    )
    op.create_table(
        "triage_band_moves",
        sa.Column("id", COUNTER, nullable=False),
        *_keys("account_id"),
        *_texts("source", "before", "after", "flag_id"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("revenue", sa.Double()),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_triage_band_moves"),
    )


def _create_risks() -> None:
    op.create_table(
        "triage_account_risks",
        *_keys("account_id", "week"),
        sa.Column("scored_at", MOMENT, nullable=False),
        sa.Column("risk", sa.Double(), nullable=False),
        *_texts("band", "model_version"),
        *(sa.Column(name, sa.Double()) for name in ("revenue", "days_to_renewal", "open_now")),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "week", name="pk_triage_account_risks"),
    )


def _create_changes() -> None:
    op.create_table(
        "triage_account_changes",
        sa.Column("id", COUNTER, nullable=False),
        *_keys("account_id"),
        sa.Column("at", MOMENT, nullable=False),
        *_texts("column", "before", "after"),
        sa.PrimaryKeyConstraint("id", name="pk_triage_account_changes"),
    )


def _keys(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, KEY, nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]
