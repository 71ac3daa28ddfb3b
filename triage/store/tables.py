"""The tables of triage."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from kb.store.columns import NAMING, UtcDateTime, counter, identifier

metadata = sa.MetaData(naming_convention=NAMING)

tickets = Table(
    "triage_tickets",
    metadata,
    # The fields of triage.types.Ticket, by their names; the labels among them are those that came with it.
    Column("id", identifier(), primary_key=True),
    Column("subject", sa.Text, nullable=False),
    Column("body", sa.Text, nullable=False),
    Column("created_at", UtcDateTime),
    Column("channel", sa.Text, nullable=False),
    Column("language", sa.Text, nullable=False),
    Column("customer_id", sa.Text, nullable=False),
    Column("account_id", identifier(), nullable=False),
    Column("status", sa.Text, nullable=False),
    Column("priority", sa.Text, nullable=False),
    Column("tags", sa.JSON, nullable=False),
    Column("team", sa.Text, nullable=False),
    Column("assignee", sa.Text, nullable=False),
    Column("first_replied_at", UtcDateTime),
    Column("solved_at", UtcDateTime),
    Column("reopened", sa.Integer, nullable=False),
    Column("csat", sa.Double),
    Column("topic", sa.Text, nullable=False),
    Column("urgency", sa.Text, nullable=False),
    Column("churn_intent", sa.Text, nullable=False),
    Column("issue_id", sa.Text, nullable=False),
    Column("attributes", sa.JSON, nullable=False),
    # Of all fields as they were sent, whatever was changed here since.
    Column("digest", sa.Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("came_at", UtcDateTime, nullable=False),  # created_at, or received_at where that is not known
    Column("is_open", sa.Boolean, nullable=False),
    Column("forgotten_at", UtcDateTime),
    # The text as the customer meant it; NULL until it was found, and again when the text changes.
    Column("clean_text", sa.Text),
    Column("clean_parts", sa.JSON, nullable=False),
    Column("clean_language", sa.Text, nullable=False),
    Column("noise", sa.Text, nullable=False),
    Column("statements", sa.JSON, nullable=False),
    # What people say: the latest correction, else the label that came with the ticket.
    Column("said_topic", sa.Text, nullable=False),
    Column("said_urgency", sa.Text, nullable=False),
    Column("said_churn_intent", sa.Text, nullable=False),
    Column("said_issue_id", sa.Text, nullable=False),
    # The latest row of triage_triages; without a foreign key, because the two would refer to each other.
    Column("triage_id", counter()),
    Column("predicted_topic", sa.Text, nullable=False),
    Column("predicted_urgency", sa.Text, nullable=False),
    Column("audited", sa.Boolean, nullable=False),
    # What a list may show: what people say, else the prediction, which an audited ticket hides.
    Column("shown_topic", sa.Text, nullable=False),
    Column("shown_urgency", sa.Text, nullable=False),
    Column("needs_person", sa.Boolean, nullable=False),
    Index(None, "came_at", "id"),
    Index(None, "shown_topic", "came_at"),
    Index(None, "shown_urgency", "came_at"),
    Index(None, "status", "came_at"),
    Index(None, "account_id", "came_at"),
    Index(None, "assignee", "came_at"),
    Index(None, "team", "came_at"),
    Index(None, "needs_person", "came_at"),
    Index(None, "audited", "came_at"),
    Index(None, "is_open", "team", "assignee"),
    Index(None, "customer_id"),
)


def _of_ticket(primary: bool = False) -> Column[str]:
    refers = ForeignKey(tickets.c.id, ondelete="CASCADE")
    return Column("ticket_id", refers, primary_key=primary, nullable=False)


accounts = Table(
    "triage_accounts",
    metadata,
    Column("account_id", identifier(), primary_key=True),
    Column("name", sa.Text, nullable=False),
    Column("plan", sa.Text, nullable=False),
    Column("seats", sa.Integer),
    Column("mrr", sa.Double),
    Column("currency", sa.Text, nullable=False),
    Column("signed_up_on", sa.Date),
    Column("renews_on", sa.Date),
    Column("nps", sa.Double),
    Column("churned_on", sa.Date),
    Column("attributes", sa.JSON, nullable=False),
    Column("digest", sa.Text, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

vectors = Table(
    "triage_vectors",
    metadata,
    _of_ticket(primary=True),
    Column("embedder", identifier(), primary_key=True),
    Column("vector", sa.LargeBinary, nullable=False),
)

triages = Table(
    "triage_triages",
    metadata,
    Column("id", counter(), primary_key=True),
    _of_ticket(),
    Column("made_at", UtcDateTime, nullable=False),
    Column("topic", sa.Text, nullable=False),
    Column("topic_probability", sa.Double, nullable=False),
    Column("topic_accepted", sa.Boolean, nullable=False),
    Column("urgency", sa.Text, nullable=False),
    Column("urgency_probability", sa.Double, nullable=False),
    Column("urgency_accepted", sa.Boolean, nullable=False),
    Column("churn_intent", sa.Text, nullable=False),
    Column("churn_probability", sa.Double, nullable=False),
    Column("churn_band", sa.Text, nullable=False),
    Column("churn_risk", sa.Double),
    Column("noise", sa.Text, nullable=False),
    Column("models", sa.JSON, nullable=False),
    Column("audited", sa.Boolean, nullable=False),
    Column("payload", sa.JSON, nullable=False),
    Index(None, "ticket_id"),
    Index(None, "made_at"),
    Index(None, "topic"),
)

corrections = Table(
    "triage_corrections",
    metadata,
    Column("id", counter(), primary_key=True),
    _of_ticket(),
    Column("field", sa.Text, nullable=False),
    Column("label", sa.Text, nullable=False),
    Column("corrected_by", sa.Text, nullable=False),
    Column("corrected_at", UtcDateTime, nullable=False),
    Index(None, "ticket_id", "field"),
    Index(None, "field", "label"),
    Index(None, "corrected_at"),
)

topics = Table(
    "triage_topics",
    metadata,
    Column("name", identifier(), primary_key=True),
    Column("description", sa.Text, nullable=False),
    Column("parent", identifier(), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# Names that topics had before they were renamed or merged: imports and models may still speak of them.
topic_names = Table(
    "triage_topic_names",
    metadata,
    Column("former", identifier(), primary_key=True),
    Column("topic", identifier(), nullable=False),
)

settings = Table(
    "triage_settings",
    metadata,
    Column("name", identifier(), primary_key=True),
    Column("version", sa.Integer, nullable=False),
    Column("document", sa.JSON, nullable=False),
    Column("changed_by", sa.Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

trail = Table(
    "triage_trail",
    metadata,
    Column("id", counter(), primary_key=True),
    Column("who", sa.Text, nullable=False),
    Column("what", sa.Text, nullable=False),
    Column("subject", identifier(), nullable=False),
    Column("before", sa.JSON(none_as_null=True)),
    Column("after", sa.JSON(none_as_null=True)),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "subject"),
)

reviews = Table(
    "triage_reviews",
    metadata,
    _of_ticket(primary=True),
    Column("why", sa.Text, nullable=False),
    Column("worth", sa.Double, nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by", sa.Text, nullable=False),
    Index(None, "state", "worth"),
)

claims = Table(
    "triage_claims",
    metadata,
    _of_ticket(primary=True),
    Column("by", sa.Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Index(None, "until"),
)
