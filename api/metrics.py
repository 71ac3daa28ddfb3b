"""Figures for Prometheus: requests, answers, feedback, and how much the program holds.

Each server process counts what it has served itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kb.types import Answer
from triage.types import Correction, Triage

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_OF_PROCESS = "since its start, of the server process that gives this page"
Sizes = Callable[[], Mapping[str, float]]
Figures = Callable[[], Mapping[str, Mapping[str, float]]]


class Measures:
    """The counters of one application; ``sizes`` and ``by_task`` (name, task: figure) are asked at each reading."""

    def __init__(self, sizes: Sizes, by_task: Figures = dict) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "pointsman_requests",
            f"Requests by route, method and status; {_OF_PROCESS}.",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self.latency = Histogram(
            "pointsman_request_seconds",
            f"Time to answer a request; {_OF_PROCESS}.",
            ["route", "method"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "pointsman_answers",
            f"Answers by reason, of which answered is one; {_OF_PROCESS}.",
            ["reason"],
            registry=self._registry,
        )
        self._feedback = Counter(
            "pointsman_feedback",
            f"Feedback on answers; {_OF_PROCESS}.",
            ["helpful"],
            registry=self._registry,
        )
        self._triaged = Counter(
            "pointsman_tickets_triaged",
            f"Tickets triaged by what became of their topic; {_OF_PROCESS}.",
            ["outcome"],
            registry=self._registry,
        )
        self._corrected = Counter(
            "pointsman_corrections",
            f"Labels that people gave, by task; {_OF_PROCESS}.",
            ["task"],
            registry=self._registry,
        )
        self._registry.register(_SizesCollector(sizes))
        self._registry.register(_TaskCollector(by_task))

    def count_answer(self, answer: Answer) -> None:
        """Count an answer by what became of it."""
        self._answers.labels("answered" if answer.answered else answer.reason or "unknown").inc()

    def count_feedback(self, helpful: bool) -> None:
        """Count a judgment."""
        self._feedback.labels(str(helpful).lower()).inc()

    def count_triage(self, triage: Triage) -> None:
        """Count a triage by what became of its topic."""
        outcome = "blind_sample" if triage.audited else "set" if triage.topic.accepted else "needs_person"
        self._triaged.labels(triage.noise or outcome).inc()

    def count_correction(self, correction: Correction) -> None:
        """Count the labels that a correction gives."""
        for task in ("topic", "urgency", "churn_intent", "issue_id"):
            if getattr(correction, task):
                self._corrected.labels(task).inc()

    def text(self) -> bytes:
        """All figures in the text format."""
        return generate_latest(self._registry)


class _SizesCollector(Collector):
    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, value in self._sizes().items():
            yield GaugeMetricFamily(
                f"pointsman_{name}", name.replace("_", " ").capitalize() + ".", value=value
            )

    def describe(self) -> list[GaugeMetricFamily]:
        # Told in advance, so that the figures are not read when the application is made.
        return []


class _TaskCollector(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, by_task in self._figures().items():
            words = name.replace("_", " ").capitalize()
            family = GaugeMetricFamily(f"pointsman_{name}", f"{words}.", labels=["task"])
            for task, value in by_task.items():
                family.add_metric([task], value)
            yield family

    def describe(self) -> list[GaugeMetricFamily]:
        return []
