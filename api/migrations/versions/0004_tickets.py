"""Tickets with accounts, vectors, triages and corrections; topics, settings, reviews and claims."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

INDEXES = {
    "triage_tickets": (
        ("came_at", "id"),
        ("shown_topic", "came_at"),
        ("shown_urgency", "came_at"),
        ("status", "came_at"),
        ("account_id", "came_at"),
        ("assignee", "came_at"),
        ("team", "came_at"),
        ("needs_person", "came_at"),
        ("audited", "came_at"),
        ("is_open", "team", "assignee"),
        ("customer_id",),
    ),
    "triage_triages": (("ticket_id",), ("made_at",), ("topic",)),
    "triage_corrections": (("ticket_id", "field"), ("field", "label"), ("corrected_at",)),
    "triage_trail": (("subject",),),
    "triage_reviews": (("state", "worth"),),
    "triage_claims": (("until",),),
}
TABLES = (
    "triage_tickets",
    "triage_accounts",
    "triage_vectors",
    "triage_triages",
    "triage_corrections",
    "triage_topics",
    "triage_topic_names",
    "triage_settings",
    "triage_trail",
    "triage_reviews",
    "triage_claims",
)


def upgrade() -> None:
    _create_tickets()
    _create_accounts()
    _create_vectors()
    _create_triages()
    _create_corrections()
    _create_topics()
    _create_settings()
    _create_trail()
    _create_reviews()
    _create_claims()
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_tickets() -> None:
    op.create_table(
        "triage_tickets",
        sa.Column("id", KEY, nullable=False),
        *_sent_with_a_ticket(),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("received_at", "updated_at", "came_at")),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("forgotten_at", MOMENT),
        *_found_out_about_a_ticket(),
        sa.PrimaryKeyConstraint("id", name="pk_triage_tickets"),
    )


def _sent_with_a_ticket() -> tuple[sa.Column[Any], ...]:
    return (
        *_texts("subject", "body", "channel", "language", "customer_id", "status", "priority", "team"),
        *_texts("assignee", "topic", "urgency", "churn_intent", "issue_id", "digest"),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT),
        sa.Column("first_replied_at", MOMENT),
        sa.Column("solved_at", MOMENT),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("csat", sa.Double()),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
    )


def _found_out_about_a_ticket() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("clean_text", sa.Text()),
        sa.Column("clean_parts", sa.JSON(), nullable=False),
        sa.Column("statements", sa.JSON(), nullable=False),
        *_texts(
            "clean_language", "noise", "said_topic", "said_urgency", "said_churn_intent", "said_issue_id"
        ),
        sa.Column("triage_id", COUNTER),
        *_texts("predicted_topic", "predicted_urgency", "shown_topic", "shown_urgency"),
        sa.Column("audited", sa.Boolean(), nullable=False),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
    )


def _create_accounts() -> None:
    op.create_table(
        "triage_accounts",
        sa.Column("account_id", KEY, nullable=False),
        *_texts("name", "plan", "currency", "digest"),
        sa.Column("seats", sa.Integer()),
        sa.Column("mrr", sa.Double()),
        sa.Column("signed_up_on", sa.Date()),
        sa.Column("renews_on", sa.Date()),
        sa.Column("nps", sa.Double()),
        sa.Column("churned_on", sa.Date()),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_triage_accounts"),
    )


def _create_vectors() -> None:
    op.create_table(
        "triage_vectors",
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("embedder", KEY, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        _of_ticket("triage_vectors"),
        sa.PrimaryKeyConstraint("ticket_id", "embedder", name="pk_triage_vectors"),
    )


def _create_triages() -> None:
    op.create_table(
        "triage_triages",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        *_texts("topic", "urgency", "churn_intent", "churn_band", "noise"),
        sa.Column("topic_probability", sa.Double(), nullable=False),
        sa.Column("topic_accepted", sa.Boolean(), nullable=False),
        sa.Column("urgency_probability", sa.Double(), nullable=False),
        sa.Column("urgency_accepted", sa.Boolean(), nullable=False),
        sa.Column("churn_probability", sa.Double(), nullable=False),
        sa.Column("churn_risk", sa.Double()),
        sa.Column("models", sa.JSON(), nullable=False),
        sa.Column("audited", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        _of_ticket("triage_triages"),
        sa.PrimaryKeyConstraint("id", name="pk_triage_triages"),
    )


def _create_corrections() -> None:
    op.create_table(
        "triage_corrections",
        sa.Column("id", COUNTER, nullable=False),
        *_texts("field", "label", "corrected_by"),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("corrected_at", MOMENT, nullable=False),
        _of_ticket("triage_corrections"),
        sa.PrimaryKeyConstraint("id", name="pk_triage_corrections"),
    )


def _create_topics() -> None:
    op.create_table(
        "triage_topics",
        sa.Column("name", KEY, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("parent", KEY, nullable=False),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("created_at", "updated_at")),
        sa.PrimaryKeyConstraint("name", name="pk_triage_topics"),
    )
    op.create_table(
        "triage_topic_names",
        sa.Column("former", KEY, nullable=False),
        sa.Column("topic", KEY, nullable=False),
        sa.PrimaryKeyConstraint("former", name="pk_triage_topic_names"),
    )


def _create_settings() -> None:
    op.create_table(
        "triage_settings",
        sa.Column("name", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_triage_settings"),
    )


def _create_trail() -> None:
    op.create_table(
        "triage_trail",
        sa.Column("id", COUNTER, nullable=False),
        *_texts("who", "what"),
        sa.Column("subject", KEY, nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_triage_trail"),
    )


def _create_reviews() -> None:
    op.create_table(
        "triage_reviews",
        sa.Column("ticket_id", KEY, nullable=False),
        *_texts("why", "state", "closed_by"),
        sa.Column("worth", sa.Double(), nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        _of_ticket("triage_reviews"),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_triage_reviews"),
    )


def _create_claims() -> None:
    op.create_table(
        "triage_claims",
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("since", "until")),
        _of_ticket("triage_claims"),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_triage_claims"),
    )


def _of_ticket(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["ticket_id"], ["triage_tickets.id"], name=f"fk_{table}_ticket_id", ondelete="CASCADE"
    )


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]
