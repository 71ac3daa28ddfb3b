"""Labels that people give: what may be seen before, and which ones there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from kb.types import Fault
from triage.store import StoredTicket
from triage.types import CHURN_INTENTS, URGENCIES, Correction


def blinded(stored: StoredTicket) -> StoredTicket:
    """The ticket without the predictions that may not be seen yet."""
    if not stored.audited:
        return stored
    return replace(
        stored,
        predicted_topic=stored.predicted_topic if stored.labels.topic else "",
        predicted_urgency=stored.predicted_urgency if stored.labels.urgency else "",
    )


def label_faults(correction: Correction, topics: Collection[str]) -> list[Fault]:
    """All that is wrong with the labels of a correction; ``topics`` are those the team has or had."""
    allowed: dict[str, Collection[str]] = {
        "topic": topics,
        "urgency": URGENCIES,
        "churn_intent": CHURN_INTENTS,
    }
    faults = [
        Fault(field, f"there is no {field} {label!r}; there are {', '.join(sorted(names)) or 'none yet'}")
        for field, names in allowed.items()
        if (label := str(getattr(correction, field))) and label not in names
    ]
    if not any((correction.topic, correction.urgency, correction.churn_intent, correction.issue_id)):
        faults.append(Fault("correction", "says nothing; give topic, urgency, churn_intent or issue_id"))
    return faults
