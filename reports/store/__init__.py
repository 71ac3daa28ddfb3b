"""The SQL of reports: issues and their life, and the reports that were made of them.

=============  ==========================================================================================
knowledge      known, generation
life           save, add_states, decide, show
groupings      add_grouping, last_grouping
reports        put_snapshot, snapshot, snapshots
deliveries     claim, done, failed, deliveries
=============  ==========================================================================================

Nothing is overwritten: what was known at any moment can be read again. Times are zoned, and come out in UTC; ``at``
and ``now`` are always the caller's.
"""

from __future__ import annotations

from reports.store.deliveries import Deliveries
from reports.store.groupings import Groupings
from reports.store.knowledge import Knowledge
from reports.store.life import Life
from reports.store.snapshots import Snapshots
from reports.store.values import Delivery, Face, Fix, Grouping, Known, Snapshot

__all__ = ["Delivery", "Face", "Fix", "Grouping", "IssueStore", "Known", "Snapshot"]


class IssueStore(Knowledge, Life, Groupings, Snapshots, Deliveries):
    """Everything that reports keep, over an engine that is passed in."""
