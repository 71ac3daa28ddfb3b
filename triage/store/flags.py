"""The SQL of the churn ledger, over the same engine as the tickets.

============  =====================================================================================
bands         move, standing, banded, moves, untold, note_told
flags         flag, flags_of, list_flags, flags_between, unsettled, respond, save_outcomes
risks         save_risks, risks_of_weeks, risks_before, risks_of
facts         statements, ticket_facts, languages, note_changes, changes, left_between
============  =====================================================================================

Quotes are not copied: they are read from the tickets' triages, where forgetting a customer removes them.
"""

from __future__ import annotations

from triage.store.flags_bands import Bands, flag_id
from triage.store.flags_facts import Facts
from triage.store.flags_flags import FlagNotFound, Flags
from triage.store.flags_risks import Risks
from triage.store.flags_values import BandMove, Finding, FlagPage, Source, Statement, StoredRisk

__all__ = [
    "BandMove",
    "ChurnLedger",
    "Finding",
    "FlagNotFound",
    "FlagPage",
    "Source",
    "Statement",
    "StoredRisk",
    "flag_id",
]


class ChurnLedger(Bands, Flags, Risks, Facts):
    """Everything that is kept of accounts over time, over an engine that is passed in."""
