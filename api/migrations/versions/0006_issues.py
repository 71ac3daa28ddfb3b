"""Issues with members, lineage, states and decisions; groupings, weekly reports and their deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

INDEXES = {
    "reports_members": (("key", "until"), ("issue_id", "until"), ("ticket_id",)),
    "reports_lineage": (("issue_id", "at"),),
    "reports_states": (("issue_id", "at"),),
    "reports_decisions": (("issue_id", "at"),),
}
TABLES = (
    "reports_issues",
    "reports_members",
    "reports_lineage",
    "reports_states",
    "reports_decisions",
    "reports_groupings",
    "reports_snapshots",
    "reports_deliveries",
)


def upgrade() -> None:
    _create_issues()
    _create_members()
    _create_life()
    _create_groupings()
    _create_reports()
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_issues() -> None:
    op.create_table(
        "reports_issues",
        sa.Column("id", KEY, nullable=False),
        sa.Column("born_at", MOMENT, nullable=False),
        sa.Column("merged_into", KEY, nullable=False),
        sa.Column("merged_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_reports_issues"),
    )


def _create_members() -> None:
    op.create_table(
        "reports_members",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("issue_id", KEY, nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_reports_members"),
    )


def _create_life() -> None:
    op.create_table(
        "reports_lineage",
        *_of_an_issue("reports_lineage"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("others", sa.JSON(), nullable=False),
    )
    op.create_table(
        "reports_states",
        *_of_an_issue("reports_states"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
    )
    op.create_table(
        "reports_decisions",
        *_of_an_issue("reports_decisions"),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
    )


def _of_an_issue(table: str) -> tuple[sa.Column[object] | sa.PrimaryKeyConstraint, ...]:
    return (
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("issue_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _create_groupings() -> None:
    op.create_table(
        "reports_groupings",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("tickets", "grouped", "issues")),
        sa.PrimaryKeyConstraint("id", name="pk_reports_groupings"),
    )


def _create_reports() -> None:
    op.create_table(
        "reports_snapshots",
        sa.Column("week", KEY, nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("week", name="pk_reports_snapshots"),
    )
    op.create_table(
        "reports_deliveries",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("week", KEY, nullable=False),
        sa.Column("sink", KEY, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "digest", "note")),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reports_deliveries"),
        sa.UniqueConstraint("week", "sink", name="uq_reports_deliveries_week_sink"),
    )
