"""What is left of a triage when the customer's words have to go."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from triage.types import Triage


def without_quotes(triage: Triage) -> Triage:
    """A triage without a word or a place in the words of any ticket."""
    reasons = tuple(replace(reason, quote="") for reason in triage.churn.reasons)
    churn = replace(triage.churn, reasons=reasons)
    return replace(triage, evidence=(), statements=(), similar_tickets=(), churn=churn)


def without_quotes_of(triage: Triage, ticket_ids: Container[str]) -> Triage:
    """A triage whose reasons quote none of the tickets; the same value where they did not."""
    if not any(reason.quote and reason.ticket_id in ticket_ids for reason in triage.churn.reasons):
        return triage
    reasons = tuple(
        replace(reason, quote="") if reason.ticket_id in ticket_ids else reason
        for reason in triage.churn.reasons
    )
    return replace(triage, churn=replace(triage.churn, reasons=reasons))
