"""Is what was promised kept? The error on the blind sample beside the stated one, coverage, and drift of the mix."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from triage.audit import AuditedLabel, DriftReport, MeasuredError, TicketMix, drift, measured_errors
from triage.policy import Policy
from triage.serving import Facts, ServedModels
from triage.store import Judged, TicketFilter, TicketStore
from triage.team import TeamDecisions
from triage.types import TASKS

WINDOW = timedelta(days=91)  # the sample is small, so a quarter is looked at
WEEK = timedelta(days=7)
REFERENCE = timedelta(days=56)  # before the week in question
_LABELLED = 2000  # tickets that nearness is measured to
_KEPT_SECONDS = 60.0  # a report; figures for machines are asked for often

_WAITING = TicketFilter(triaged=False)
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TaskQuality:
    """A task: what its card and the policy promise, and what is seen. Rates are shares of 1, None where unknown.

    ``coverage`` is the share of work whose label was set without a person in the last quarter.
    """

    task: str
    promised_error: float
    promised_coverage: float | None
    coverage: float | None
    triaged: int
    measured: MeasuredError
    corrections: int

    @property
    def broken(self) -> bool:
        """Whether the promise is not kept."""
        return self.measured.verdict == "broken"


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The quality of triage as of a moment. ``drift`` is None before any ticket was triaged."""

    at: datetime
    tasks: tuple[TaskQuality, ...] = ()
    drift: DriftReport | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    tickets: int = 0
    waiting: int = 0
    reviews: Mapping[str, int] = field(default_factory=dict)

    @property
    def drifted(self) -> bool:
        """Whether the mix of tickets is another than it was."""
        return self.drift is not None and self.drift.drifted

    @property
    def alarm(self) -> bool:
        """Whether somebody should look: a promise is broken, or the mix of tickets has drifted."""
        return any(one.broken for one in self.tasks) or self.drifted


class QualityWatch:
    """Makes reports, one a minute at most."""

    def __init__(self, store: TicketStore, models: ServedModels, team: TeamDecisions) -> None:
        self._store = store
        self._models = models
        self._team = team
        self._lock = threading.Lock()
        self._last: QualityReport | None = None

    def report(self, now: datetime) -> QualityReport:
        """Report as of now, or within the last minute."""
        with self._lock:
            last = self._last
            if last is None or not 0 <= (now - last.at).total_seconds() < _KEPT_SECONDS:
                last = self._last = self._made(now)
            return last

    def _made(self, now: datetime) -> QualityReport:
        state = self._team.state()
        served = self._models.current(state.topics)
        judged = [one for one in self._store.judged(now - WINDOW) if one.topic or one.urgency]
        blind = [one for one in judged if one.audited]
        corrected = self._store.corrections(since=now - WINDOW)
        promised = {task: state.policy.stated(task) for task in TASKS}
        measured = measured_errors(_audited(blind), promised)
        return QualityReport(
            at=now,
            tasks=tuple(
                TaskQuality(
                    task=one.task,
                    promised_error=one.promised,
                    promised_coverage=_promised_coverage(state.policy, one.task, served.thresholds),
                    coverage=_coverage(judged, one.task),
                    triaged=len(judged),
                    measured=one,
                    corrections=sum(each.field == one.task for each in corrected),
                )
                for one in measured
            ),
            drift=self._drift(now) if judged else None,
            models=dict(served.versions),
            tickets=self._store.count(),
            waiting=self._store.count(_WAITING),
            reviews=self._store.count_reviews(),
        )

    def _drift(self, now: datetime) -> DriftReport:
        start = now - WEEK
        known = self._labelled_vectors()
        windows = [
            TicketMix(self._store.topic_counts(begin, end), self._nearness(begin, end, known))
            for begin, end in ((start, None), (start - REFERENCE, start))
        ]
        return drift(windows[0], windows[1])

    def _labelled_vectors(self) -> dict[str, Vectors]:
        """Vectors of the newest tickets with a label of people, by ticket id."""
        page = self._store.labelled_ids(_LABELLED)
        ids, halves = self._store.vectors_of(self._models.embedder.fingerprint, page)
        return dict(zip(ids, halves.astype(np.float32), strict=True))

    def _nearness(
        self,
        start: datetime,
        end: datetime | None,
        known: Mapping[str, Vectors],
    ) -> list[float]:
        """How near each ticket of a window is to the nearest other one that has a label."""
        ids, halves = self._store.vectors(self._models.embedder.fingerprint, start, end)
        if not ids or len(known) < 2:
            return []
        places = {key: place for place, key in enumerate(known)}
        cosines = halves[-_LABELLED:].astype(np.float32) @ np.stack(list(known.values())).T
        for row, key in enumerate(ids[-_LABELLED:]):
            if key in places:
                cosines[row, places[key]] = -1.0
        nearest: list[float] = cosines.max(axis=1).astype(float).tolist()
        return nearest


def _audited(blind: Sequence[Judged]) -> list[AuditedLabel]:
    return [
        AuditedLabel(task, predicted, label, accepted)
        for one in blind
        for task, predicted, label, accepted in (
            ("topic", one.topic, one.said.topic, one.topic_accepted),
            ("urgency", one.urgency, one.said.urgency, one.urgency_accepted),
            ("churn_intent", one.churn_intent, one.said.churn_intent, one.churn_intent_accepted),
        )
    ]


def _coverage(judged: Sequence[Judged], task: str) -> float | None:
    if not judged:
        return None
    name = f"{task}_accepted"
    return sum(bool(getattr(one, name)) for one in judged) / len(judged)


def _promised_coverage(policy: Policy, task: str, thresholds: Mapping[str, Facts]) -> float | None:
    facts = thresholds.get(task, {}).get("stated", {}).get(f"{policy.stated(task):g}", {})
    value = facts.get("coverage")
    return None if value is None else float(value)
