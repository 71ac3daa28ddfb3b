"""The SQL of triage: tickets and all that a team and its models say of them.

=============  ==========================================================================================
tickets        put_new, upsert, assign, save_clean, uncleaned, get, get_many, list_tickets, count,
               training_tickets
accounts       put_accounts, account, accounts_of, list_accounts, all_accounts, currencies, count_accounts
vectors        put_vectors, vectors, vectors_of, without_vector, drop_other_vectors
triages        save_triages, triage, latest_triages, triages, judged, topic_counts
corrections    correct, corrections, count_corrections, labels
topics         topics, former_topic_names, put_topics, delete_topic, rename_topic, merge_topics, split_topic
settings       setting, settings, put_setting, trail
reviews        queue_reviews, close_review, review, reviews, count_reviews
claims         claim, release, claims
workload       load, solved_since
retention      forget, prune
serving        assign_many, count_vectors, labelled_ids, texts_of, as_similar
=============  ==========================================================================================

Times are zoned, and come out in UTC; ``now`` is always the caller's.
"""

from __future__ import annotations

from triage.store.accounts import Accounts
from triage.store.claims import Claims
from triage.store.corrections import Corrections
from triage.store.finding import TicketReading
from triage.store.putting import TicketWriting
from triage.store.relabelling import relabelled
from triage.store.retention import Retention
from triage.store.reviews import Reviews
from triage.store.serving import Serving
from triage.store.settings import Settings
from triage.store.topic_changes import TopicChanges
from triage.store.topics import Topics
from triage.store.trail import Trail
from triage.store.triages import Triages
from triage.store.values import (
    Claim,
    FieldCorrection,
    Judged,
    Labels,
    Load,
    MadeTriage,
    Order,
    ReviewItem,
    ReviewState,
    ReviewWhy,
    Setting,
    SolvedCount,
    Stored,
    StoredTicket,
    TicketFilter,
    TicketPage,
    TrailEntry,
)
from triage.store.vectors import TicketVectors
from triage.store.workload import Workload

__all__ = [
    "Claim",
    "FieldCorrection",
    "Judged",
    "Labels",
    "Load",
    "MadeTriage",
    "Order",
    "ReviewItem",
    "ReviewState",
    "ReviewWhy",
    "Setting",
    "SolvedCount",
    "Stored",
    "StoredTicket",
    "TicketFilter",
    "TicketPage",
    "TicketStore",
    "TrailEntry",
    "relabelled",
]


class _TicketParts(TicketWriting, TicketReading, Accounts, TicketVectors, Triages, Corrections):
    """What is known of tickets and of who wrote them."""


class _TeamParts(Topics, TopicChanges, Settings, Trail, Reviews, Claims, Workload, Retention, Serving):
    """What a team decides and works on."""


class TicketStore(_TicketParts, _TeamParts):
    """Everything that triage keeps, over an engine that is passed in."""
